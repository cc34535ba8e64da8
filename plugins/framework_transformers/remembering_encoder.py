"""Encodes the many texts of a training, and only those that no training before has encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from framework.ml.progress import counting
from framework_transformers.encoder import Encoder, Vectors
from framework_transformers.spans import Spans
from framework_transformers.vector_store import VectorStore

Ints = npt.NDArray[np.int64]

_TEXTS_AT_ONCE = 1024


class RememberingEncoder:
    """An :class:`~framework_transformers.encoder.Encoder` with a store of vectors. ``title`` names it on the screen.

    All vectors pass through the 16 bits of the store, so that a training is the same with a full store and without.
    """

    def __init__(self, encoder: Encoder, store: VectorStore, title: str) -> None:
        self._encoder = encoder
        self._store = store
        self._title = title

    def encode(self, texts: Sequence[str], spans: Spans) -> Vectors:
        """Vectors of all texts and their tokens."""
        encoder = self._encoder
        vectors = Vectors.zeros((len(spans), encoder.token_width), (len(texts), encoder.width))
        order = np.argsort([len(text) for text in texts], kind="stable")
        with counting(self._title, len(texts), "texts") as done:
            for start in range(0, len(texts), _TEXTS_AT_ONCE):
                group = order[start : start + _TEXTS_AT_ONCE]
                part = self._encode_some([texts[number] for number in group], spans.take(group))
                vectors.sequence[spans.places(group)], vectors.sentence[group] = part.sequence, part.sentence
                done(start + len(group))
        return vectors

    def _encode_some(self, texts: Sequence[str], spans: Spans) -> Vectors:
        keys = [_key(text, spans, number) for number, text in enumerate(texts)]
        known = dict(self._store.read(keys))
        unknown = np.array([number for number, key in enumerate(keys) if key not in known], dtype=np.int64)
        if len(unknown):
            new_spans = spans.take(unknown)
            new = self._encoder.encode([texts[number] for number in unknown], new_spans)
            rows = np.split(new.sequence, new_spans.offsets[1:-1])
            fresh = {
                keys[number]: np.concatenate((sentence, tokens.ravel())).astype(np.float16)
                for number, sentence, tokens in zip(unknown, new.sentence, rows, strict=True)
            }
            self._store.write(fresh.items())
            known |= fresh
        found = [known[key].astype(np.float32) for key in keys]
        width, token_width = self._encoder.width, self._encoder.token_width
        return Vectors(
            np.concatenate([numbers[width:].reshape(-1, token_width) for numbers in found]),
            np.stack([numbers[:width] for numbers in found]),
        )


def _key(text: str, spans: Spans, number: int) -> bytes:
    """Stands for a text and the places of its tokens."""
    tokens = slice(spans.offsets[number], spans.offsets[number + 1])
    content = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    content.update(spans.starts[tokens].tobytes() + spans.ends[tokens].tobytes())
    return content.digest()
