"""Vectors of texts on disk, so that a training only computes those of new texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

Halves = npt.NDArray[np.float16]

_FILE = "vectors.sqlite"
_KEYS_AT_ONCE = 500


class VectorStore:
    """Keeps the vectors of each text and its tokens, one after the other, as numbers of 16 bits.

    They are under a key made of the text.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    @staticmethod
    def create(folder: Path) -> None:
        """Makes an empty store."""
        with closing(sqlite3.connect(folder / _FILE)) as database:
            database.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")

    def read(self, keys: Sequence[bytes]) -> Mapping[bytes, Halves]:
        """The vectors of those keys that are known."""
        found: dict[bytes, Halves] = {}
        with closing(self._open()) as database:
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                some = keys[start : start + _KEYS_AT_ONCE]
                places = ",".join("?" * len(some))
                query = f"SELECT key, data FROM vectors WHERE key IN ({places})"  # noqa: S608 - only question marks
                for key, data in database.execute(query, some):
                    found[key] = np.frombuffer(data, np.float16)
        return found

    def write(self, vectors: Iterable[tuple[bytes, Halves]]) -> None:
        """Adds vectors, all or none."""
        with closing(self._open()) as database, database:
            database.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)", ((key, data.tobytes()) for key, data in vectors)
            )

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=60)
        database.execute("PRAGMA synchronous = OFF")  # what a power cut takes is computed again
        return database
