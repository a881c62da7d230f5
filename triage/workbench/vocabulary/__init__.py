"""« Vocabulaire »: search and read the thesaurus, see what a change would do, make it, undo it; words to learn."""
