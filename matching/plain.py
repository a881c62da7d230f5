"""Ranks plain documents for plain queries with the engine's text machinery, without any catalogue fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .channels import Document, TextChannels
from .concepts import Recogniser
from .index import normalised
from .reading import read
from .text import LANGUAGES
from .thesaurus import Thesaurus
from .types import Need

DEPTH = 100
WORDS, GRAMS, CONCEPTS = 1.0, 0.8, 0.15
_FIELDS = {"title": 2.0, "text": 1.0}


def rank_documents(
    documents: Sequence[Mapping[str, Any]], queries: Sequence[Mapping[str, Any]], thesaurus: Thesaurus
) -> dict[str, list[str]]:
    """Query id → at most 100 document ids, best first. Documents: id, title, text, language;
    queries: id, text, language. A missing language reads as French.
    """
    ordered = sorted(documents, key=lambda document: str(document["id"]))
    recogniser = Recogniser(thesaurus)
    channels = TextChannels(
        [_document(item) for item in ordered], _FIELDS, recogniser, gram_fields=tuple(_FIELDS)
    )
    ids = [str(document["id"]) for document in ordered]
    return {str(query["id"]): _rank(query, channels, recogniser, ids) for query in queries}


def _document(item: Mapping[str, Any]) -> Document:
    language = str(item.get("language") or "fr")
    fields = {"title": str(item.get("title") or ""), "text": str(item.get("text") or "")}
    return Document(language if language in LANGUAGES else "fr", fields)


def _rank(
    query: Mapping[str, Any], channels: TextChannels, recogniser: Recogniser, ids: list[str]
) -> list[str]:
    need = Need(str(query.get("text") or ""), language=str(query.get("language") or "fr"))
    reading = read(need, recogniser)
    total = WORDS * normalised(channels.score_words(channels.bridged(reading.terms)))
    total = total + GRAMS * normalised(channels.score_grams(reading))
    total = total + CONCEPTS * normalised(channels.score_concepts(reading))
    return [ids[int(i)] for i in np.argsort(-total, kind="stable")[:DEPTH]]
