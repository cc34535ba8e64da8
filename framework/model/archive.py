"""A model as one file: ``.tar.gz`` with ``metadata.json``, ``domain.json`` and a folder per component."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

import msgspec

import framework
from framework.bot.domain import Domain
from framework.errors import EnvironmentProblem, Problem
from framework.model.metadata import FORMAT_VERSION, Metadata
from framework.model.safe_tar import CHUNK, read_tar, refusal

METADATA = PurePosixPath("metadata.json")
DOMAIN = PurePosixPath("domain.json")
COMPONENTS = "components"
NLU_DATA = "nlu_data.json"
"""The NLU data that a model was trained on, in models that were asked to keep it."""

_COMPRESSION = 6
_WEIGHTS = frozenset({".onnx", ".safetensors"})  # they hardly compress, and trying takes most of the time


class _Format(msgspec.Struct):
    """The one field that every version of ``metadata.json`` has."""

    format_version: int


@dataclass(frozen=True, slots=True)
class UnpackedModel:
    """A model in a folder. What is in ``folder`` goes away when the ``with`` block of :func:`open_model` ends."""

    path: Path
    metadata: Metadata
    domain: Domain
    folder: Path

    def component_folder(self, name: str) -> Path:
        """What a component saved; an empty folder for one that had nothing to save."""
        folder = self.folder / COMPONENTS / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def write_model(
    path: Path, metadata: Metadata, domain: Domain, components: Mapping[str, Path], extra: Mapping[str, bytes]
) -> None:
    """Writes a model, whole or not at all. ``components`` are the folders of those that saved something.

    ``extra`` are further files by name, which serving does not need.

    Raises:
        EnvironmentProblem: the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as archive:
            _pack_bytes(archive, str(METADATA), msgspec.json.format(msgspec.json.encode(metadata)))
            _pack_bytes(archive, str(DOMAIN), msgspec.json.encode(domain))
            for name, folder in sorted(components.items()):
                for file in sorted(item for item in folder.rglob("*") if item.is_file()):
                    inner = f"{COMPONENTS}/{name}/{file.relative_to(folder).as_posix()}"
                    with file.open("rb") as content:
                        _pack(archive, inner, content, file.stat().st_size)
            for name, data in sorted(extra.items()):
                _pack_bytes(archive, name, data)
            archive.write(gzip.compress(bytes(2 * tarfile.BLOCKSIZE), mtime=0))
        unfinished.replace(path)
    except OSError as error:
        raise EnvironmentProblem(
            Problem(code="cannot-write", what=f"the model {path} cannot be written: {error.strerror}")
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def read_metadata(path: Path) -> Metadata:
    """Reads what a model says of itself, without unpacking the rest.

    Raises:
        EnvironmentProblem: the file is missing, no model, or one of another version.
    """
    _require_file(path)
    found: list[Metadata] = []

    def visit(name: PurePosixPath, content: IO[bytes]) -> bool:
        found.append(_decode_metadata(path, name, content))
        return False

    read_tar(path, visit)
    if not found:
        raise refusal(path, "is empty")
    return found[0]


@contextmanager
def open_model(path: Path) -> Iterator[UnpackedModel]:
    """Unpacks a model into a temporary folder for as long as the ``with`` block runs.

    Raises:
        EnvironmentProblem: the file is missing, damaged, harmful, no model, or one of another version.
    """
    _require_file(path)
    with TemporaryDirectory(prefix="framework-model-") as temporary:
        yield unpack_model(path, Path(temporary))


def unpack_model(path: Path, folder: Path) -> UnpackedModel:
    """Unpacks a model into an empty folder; raises what :func:`open_model` raises."""
    found: list[Metadata] = []

    def visit(name: PurePosixPath, content: IO[bytes]) -> bool:
        if not found:
            found.append(_decode_metadata(path, name, content))
            return True
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            shutil.copyfileobj(content, file, CHUNK)
        return True

    read_tar(path, visit)
    if not found:
        raise refusal(path, "is empty")
    return UnpackedModel(path, found[0], _decode_domain(path, folder / DOMAIN), folder)


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise EnvironmentProblem(
            Problem(code="model-not-found", what=f"there is no model {path}", fix="train one: framework train")
        )


def _decode_metadata(path: Path, name: PurePosixPath, content: IO[bytes]) -> Metadata:
    if name != METADATA:
        raise refusal(path, f"is not a model of this framework: it does not start with {METADATA}")
    data = content.read()
    try:
        version = msgspec.json.decode(data, type=_Format).format_version
    except msgspec.DecodeError as error:
        raise refusal(path, f"is not a model of this framework: {METADATA}: {error}") from error
    if version != FORMAT_VERSION:
        raise refusal(
            path,
            f"has format {version}, and framework {framework.__version__} reads format {FORMAT_VERSION} only",
        )
    try:
        return msgspec.json.decode(data, type=Metadata)
    except msgspec.DecodeError as error:
        raise refusal(path, f"has a wrong {METADATA}: {error}") from error


def _decode_domain(path: Path, file: Path) -> Domain:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Domain)
    except (OSError, msgspec.DecodeError) as error:
        raise refusal(path, f"has no usable {DOMAIN}: {error}") from error


def _pack_bytes(archive: IO[bytes], name: str, data: bytes) -> None:
    _pack(archive, name, io.BytesIO(data), len(data))


def _pack(archive: IO[bytes], name: str, content: IO[bytes], size: int) -> None:
    """Appends one file as a gzip member of its own; gzip readers join what follows each other.

    So each file has its own compression. There is neither owner nor time in it: equal models make equal archives.
    """
    header = tarfile.TarInfo(name)
    header.size = size
    level = 0 if PurePosixPath(name).suffix in _WEIGHTS else _COMPRESSION
    with gzip.GzipFile("", "wb", level, archive, mtime=0) as member:
        member.write(header.tobuf())
        shutil.copyfileobj(content, member, CHUNK)
        member.write(bytes(-size % tarfile.BLOCKSIZE))
