"""Looks inside one hostile file, in a process of its own: `python -I files/judge KIND <file >cleaned`.

Run by files.sandbox with limits on memory, time and output; imports nothing else of the portal, so that whatever
breaks in a decoder breaks here and holds no secret. Exit 0: acceptable, and what is to be kept of a picture is on
stdout. Exit 3: refused, the code (a key of files.store.SENTENCES) is on stderr. Anything else: it did not survive.
"""
