"""The smallest honest Django application that does the same work: what `benchmarks.web` compares the portal with.

The usual middleware, a page made by a template, a form that stores one row and one owed mail in one transaction.
"""
