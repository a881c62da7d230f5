"""Why a file is refused, and what no kind of file may be: two files in one, made to be opened by the wrong program."""

ACTIVE = (b"<html", b"<script", b"<?php", b"<svg", b"<!doctype html")
PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
BLOCK = 1024 * 1024  # what is unpacked at a time


class Refused(Exception):
    """`args[0]`: a key of files.store.SENTENCES."""


def refuse_doubles(data: bytes, tail: bytes, kind: str) -> None:
    """`tail`: what follows the end that the format itself declares."""
    if kind != "pdf" and b"%PDF-" in data[:1024]:
        raise Refused("polyglot")
    if any(mark in data[:4096].lower() for mark in ACTIVE) or b"PK\x05\x06" in data[-65557:]:
        raise Refused("polyglot")
    lower = tail.lower()
    hidden = any(mark in lower for mark in (*ACTIVE, b"%pdf-")) or any(mark in tail for mark in PACKED)
    if hidden or tail.lstrip(b"\0\r\n\t ").startswith(PROGRAMS):
        raise Refused("polyglot")
