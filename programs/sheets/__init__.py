"""Offers as lines of a spreadsheet: columns, reading, template, export."""
