"""Recognises the concepts of a thesaurus in a text and says where.

Every expression is compiled once per language of text: a set of keys (stems, `prefix*`, `*suffix`) that must
stand together in one sentence within a short window. Expressions of another language also count when they
cannot be mistaken for a word of the text's own language (several words, or a long one).
"""
