"""Reads ``.tar.gz`` files of unknown origin: only plain files with plain names, within limits, whole and intact."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, cast

from framework.errors import EnvironmentProblem, Problem

ALLOWED_SUFFIXES = frozenset({".json", ".safetensors", ".onnx", ".txt"})
"""The only kinds of files a model has: data, never code."""

MAX_ENTRIES = 10_000
MAX_PATH_LENGTH = 400
FREE_BYTES = 64 * 1024 * 1024  # what any archive may unpack to, however small it is
MAX_RATIO = 100  # trained weights hardly compress; text does so by 3 to 20
CHUNK = 1024 * 1024

Visit = Callable[[PurePosixPath, IO[bytes]], bool]
"""Called with each file's path and content; says whether to go on."""


def read_tar(path: Path, visit: Visit) -> None:
    """Hands every file of an archive to ``visit``, in order, after checking that it is harmless.

    Raises:
        EnvironmentProblem: the archive is damaged, or has what no model has; throw away what was visited.
    """
    try:
        with gzip.open(path, "rb") as unzipped:
            source = _BoundedReader(unzipped, path)
            _visit_members(path, source, visit)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        reason = str(error) or type(error).__name__
        raise refusal(path, f"is damaged or no .tar.gz file ({reason})") from error


def refusal(path: Path, what: str) -> EnvironmentProblem:
    """The error that refuses an archive."""
    return EnvironmentProblem(
        Problem(code="model-archive", what=f"{path} {what}", fix="copy the model again, or train the bot again")
    )


def _visit_members(path: Path, source: _BoundedReader, visit: Visit) -> None:
    with tarfile.open(fileobj=cast("IO[bytes]", source), mode="r|", bufsize=CHUNK) as archive:
        for name, member in _checked_members(path, archive):
            content = archive.extractfile(member)
            if content is None or not visit(name, content):
                return
    while source.read(CHUNK):
        pass  # to the end, so that gzip compares the checksum


def _checked_members(path: Path, archive: tarfile.TarFile) -> Iterator[tuple[PurePosixPath, tarfile.TarInfo]]:
    seen: set[PurePosixPath] = set()
    for count, member in enumerate(archive, start=1):
        if count > MAX_ENTRIES:
            raise refusal(path, f"is refused: it has more than {MAX_ENTRIES} entries")
        name = _checked_name(path, member)
        if member.isdir():
            continue
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise refusal(path, f"is refused: {member.name!r} is a link or a device, not a plain file")
        if name.suffix not in ALLOWED_SUFFIXES:
            allowed = ", ".join(sorted(ALLOWED_SUFFIXES))
            raise refusal(path, f"is refused: {member.name!r} is not one of the files a model may have ({allowed})")
        if name in seen:
            raise refusal(path, f"is refused: it has {member.name!r} twice")
        seen.add(name)
        yield name, member


def _checked_name(path: Path, member: tarfile.TarInfo) -> PurePosixPath:
    name = PurePosixPath(member.name)
    unsafe = name.is_absolute() or ".." in name.parts or not name.parts
    if unsafe or len(member.name) > MAX_PATH_LENGTH or any(character in member.name for character in "\\:\0"):
        raise refusal(path, f"is refused: the path {member.name[:80]!r} leads out of the archive")
    return name


class _BoundedReader:
    """Stops an archive that unpacks to far more than its size."""

    def __init__(self, source: gzip.GzipFile, path: Path) -> None:
        self._source = source
        self._path = path
        self._left = FREE_BYTES + MAX_RATIO * path.stat().st_size

    def read(self, size: int = CHUNK) -> bytes:
        data = self._source.read(min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise refusal(self._path, "is refused: it unpacks to more than a hundred times its size")
        return data
