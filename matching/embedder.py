"""The optional `Embedder`: sentences as vectors, from a model directory on this machine. Off by default, never needed.

The directory is one of sentence-transformers, exported to ONNX: `config.json`, `tokenizer.json`, `model.onnx` or
`onnx/model.onnx`, and, where they are there, `modules.json`, `1_Pooling/config.json`, `sentence_bert_config.json`,
`config_sentence_transformers.json`. Needs the extra of requirements-embedder.txt (onnxruntime, tokenizers), imported
only when a directory is given. Nothing is ever downloaded: every file is opened by its path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .types import MatchingError

Array = np.ndarray

BATCH = 32
LONGEST = 512
_MODELS = ("model.onnx", "onnx/model.onnx")
_ENDS = 1 << 20
# How a text is given to models that were trained with a prefix (e5): (need, offer).
E5_PREFIXES = ("query: ", "passage: ")


class EmbedderError(MatchingError):
    """The model directory cannot be used; the message says which file, and why."""


class Embedder(Protocol):
    """Texts as vectors whose cosine says how close they are in meaning, whatever their languages.

    version: changes with anything that changes a vector. prefixes: put before a need, and before an offer.
    """

    version: str
    prefixes: tuple[str, str]

    def encode(self, texts: Sequence[str]) -> Array:
        """float32 of shape (texts, dimension), rows of length 1. Raises EmbedderError where the model fails."""


class OnnxEmbedder:
    """A sentence-embedding model run by onnxruntime on one core (threads: more). Safe to share between threads."""

    def __init__(self, folder: Path, *, prefixes: tuple[str, str] | None = None, threads: int = 1) -> None:
        config = _json(folder / "config.json")
        pooling = _pooling(folder)
        model = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
        if model is None:
            hint = " (model.safetensors: export it to ONNX first)" if _has_weights(folder) else ""
            raise EmbedderError(f"{folder}: neither {' nor '.join(_MODELS)}{hint}")
        if not (folder / "tokenizer.json").is_file():
            raise EmbedderError(f"{folder}: tokenizer.json is missing")
        self.prefixes = prefixes if prefixes is not None else _prompts(folder)
        self._cls = pooling == "cls"
        self._tokenizer = _tokenizer(folder, int(_longest(folder, config)))
        self._session = _session(model, threads)
        self._inputs = {item.name for item in self._session.get_inputs()}
        self.version = _version(folder, model, self.prefixes, pooling)
        self.dimension = self._tried(folder, config.get("hidden_size"))

    def encode(self, texts: Sequence[str]) -> Array:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            try:
                rows[places] = self._batch([texts[place] for place in places])
            except Exception as error:  # whatever onnxruntime and tokenizers raise: no memory, no threads
                raise EmbedderError(f"the model fails: {error}") from error
        return rows

    def _batch(self, texts: list[str]) -> Array:
        encoded = self._tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        given = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([one.type_ids for one in encoded], dtype=np.int64),
        }
        output = self._session.run(None, {name: given[name] for name in given if name in self._inputs})[0]
        vectors = np.asarray(output, dtype=np.float32)
        if vectors.ndim == 3:  # one vector a token
            if self._cls:
                vectors = vectors[:, 0]
            else:
                shown = mask[:, :, None].astype(np.float32)
                vectors = (vectors * shown).sum(axis=1) / np.maximum(shown.sum(axis=1), 1)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-9)

    def _tried(self, folder: Path, declared: Any) -> int:
        """The dimension, after one sentence has gone all the way through."""
        try:
            vector = self._batch(["Essai."])
        except Exception as error:  # whatever onnxruntime and tokenizers raise
            raise EmbedderError(f"{folder}: the model does not run: {error}") from error
        if vector.ndim != 2 or not np.isfinite(vector).all() or abs(float(np.linalg.norm(vector)) - 1) > 1e-3:
            raise EmbedderError(f"{folder}: the model gives no vector for a sentence")
        if declared and vector.shape[1] != declared:
            raise EmbedderError(
                f"{folder}: vectors of {vector.shape[1]} numbers, config.json says {declared}"
            )
        return int(vector.shape[1])


def load(folder: str | Path, *, prefixes: tuple[str, str] | None = None, threads: int = 1) -> OnnxEmbedder:
    """The embedder of a model directory. prefixes: what the model's card asks for, else what its files declare.

    Raises EmbedderError naming the file that is missing or damaged, or the package that is not installed.
    """
    path = Path(folder)
    if not path.is_dir():
        raise EmbedderError(f"{path}: no such directory")
    return OnnxEmbedder(path, prefixes=prefixes, threads=threads)


def _json(path: Path, *, needed: bool = True) -> Mapping[str, Any]:
    if not needed and not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EmbedderError(f"{path}: cannot be read as JSON") from error
    if not isinstance(found, dict):
        raise EmbedderError(f"{path}: an object was expected")
    return found


def _has_weights(folder: Path) -> bool:
    return any(folder.glob("*.safetensors")) or any(folder.glob("pytorch_model*"))


def _pooling(folder: Path) -> str:
    """ "mean" or "cls", as modules.json and the pooling module say; mean when they say nothing."""
    place = "1_Pooling"
    modules = folder / "modules.json"
    if modules.is_file():
        try:
            listed = json.loads(modules.read_text(encoding="utf-8"))
            place = next((m["path"] for m in listed if str(m["type"]).endswith("Pooling")), place)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbedderError(f"{modules}: cannot be read") from error
    config = _json(folder / place / "config.json", needed=False)
    wanted = [name for name, on in config.items() if name.startswith("pooling_mode_") and on]
    known = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    if len(wanted) > 1 or any(name not in known for name in wanted):
        raise EmbedderError(f"{folder / place / 'config.json'}: only mean or cls pooling is known: {wanted}")
    return known[wanted[0]] if wanted else "mean"


def _prompts(folder: Path) -> tuple[str, str]:
    prompts = _json(folder / "config_sentence_transformers.json", needed=False).get("prompts") or {}
    return str(prompts.get("query") or ""), str(prompts.get("passage") or prompts.get("document") or "")


def _longest(folder: Path, config: Mapping[str, Any]) -> int:
    own = _json(folder / "sentence_bert_config.json", needed=False).get("max_seq_length")
    return min(LONGEST, own or config.get("max_position_embeddings") or LONGEST)


def _tokenizer(folder: Path, longest: int) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise EmbedderError(f"{error.name} is not installed: see requirements-embedder.txt") from error
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # its own kind of Exception, whatever is wrong with the file
        raise EmbedderError(f"{folder / 'tokenizer.json'}: {error}") from error
    tokenizer.enable_truncation(max_length=longest)
    if tokenizer.padding is None:
        tokenizer.enable_padding()
    return tokenizer


def _session(model: Path, threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise EmbedderError(f"{error.name} is not installed: see requirements-embedder.txt") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its own kinds of Exception
        raise EmbedderError(f"{model}: {error}") from error


def _version(folder: Path, model: Path, prefixes: tuple[str, str], pooling: str) -> str:
    """By the tokenizer, the declared choices, and size and both ends of the model: not by reading half a gigabyte."""
    digest = sha256(repr((prefixes, pooling)).encode())
    digest.update((folder / "tokenizer.json").read_bytes())
    size = model.stat().st_size
    digest.update(str(size).encode())
    with model.open("rb") as file:
        digest.update(file.read(_ENDS))
        file.seek(max(0, size - _ENDS))
        digest.update(file.read())
    return digest.hexdigest()[:12]
