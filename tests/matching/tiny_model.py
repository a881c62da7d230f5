"""A sentence-embedding model made by hand: an ONNX graph of two nodes and a tokenizer of a dozen words.

The format is written byte by byte (protobuf's wire format), so that no package is needed to make it.
"""

import json
import struct
from pathlib import Path

# Words of three languages that mean the same share a direction: that is all this model knows.
MEANINGS = [
    {"pompe", "pompes", "pumpe", "pumpen", "pump", "pumps"},
    {"panne", "pannes", "ausfall", "failure", "failures"},
    {"vigne", "vignes", "rebe", "reben", "vine", "vines"},
    {"malade", "patients", "patienten", "patient"},
]
WORDS = sorted(word for meaning in MEANINGS for word in meaning)
PREFIX_WORDS = ["query", "passage"]
DIMENSION = 8


def vocabulary() -> dict[str, int]:
    return {word: number for number, word in enumerate(["[PAD]", "[UNK]", *PREFIX_WORDS, *WORDS])}


def table(dimension: int = DIMENSION) -> list[list[float]]:
    """One row a word. Unknown words and padding are nearly nothing, prefixes a direction of their own."""
    rows = []
    for word in vocabulary():
        row = [0.01] * dimension
        for number, meaning in enumerate(MEANINGS):
            if word in meaning:
                row[number] = 1.0
        if word in PREFIX_WORDS:
            row[-1 - PREFIX_WORDS.index(word)] = 1.0
        rows.append(row)
    return rows


def write(
    folder: Path, *, dimension: int = DIMENSION, pooling: str = "mean", **changes: str | bytes | None
) -> Path:
    """A model directory. changes: "file name" → other content, None to leave the file out."""
    files: dict[str, str | bytes | None] = {
        "config.json": json.dumps({"hidden_size": DIMENSION, "max_position_embeddings": 64}),
        "tokenizer.json": json.dumps(_tokenizer()),
        "model.onnx": _model(table(dimension)),
        "modules.json": json.dumps(
            [
                {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            ]
        ),
        "1_Pooling/config.json": json.dumps(
            {
                "word_embedding_dimension": DIMENSION,
                "pooling_mode_cls_token": pooling == "cls",
                "pooling_mode_mean_tokens": pooling == "mean",
                "pooling_mode_max_tokens": pooling == "max",
            }
        ),
        **changes,
    }
    for name, content in files.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def _tokenizer() -> dict:
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary(), "unk_token": "[UNK]"},
    }


def _model(rows: list[list[float]]) -> bytes:
    """ModelProto: last_hidden_state = Gather(words, input_ids)."""
    flat = [value for row in rows for value in row]
    words = _field(1, len(rows)) + _field(1, len(rows[0])) + _field(2, 1) + _field(8, b"words")
    words += _field(9, struct.pack(f"<{len(flat)}f", *flat))
    node = _field(1, b"words") + _field(1, b"input_ids") + _field(2, b"last_hidden_state")
    node += _field(4, b"Gather")
    graph = _field(1, node) + _field(2, b"tiny") + _field(5, words)
    graph += _field(11, _value(b"input_ids", 7, [b"batch", b"tokens"]))
    graph += _field(11, _value(b"attention_mask", 7, [b"batch", b"tokens"]))
    graph += _field(12, _value(b"last_hidden_state", 1, [b"batch", b"tokens", len(rows[0])]))
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, 13))


def _value(name: bytes, kind: int, shape: list[bytes | int]) -> bytes:
    dimensions = b"".join(_field(1, _field(2 if isinstance(d, bytes) else 1, d)) for d in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, dimensions)))


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
