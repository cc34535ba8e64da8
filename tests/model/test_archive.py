from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from framework.bot.domain import Domain, Intent, ResponseVariation, Slot
from framework.errors import EnvironmentProblem, Location
from framework.model.archive import open_model, read_metadata, write_model
from framework.model.metadata import Fingerprints, Metadata, StoredComponent
from framework.model.safe_tar import FREE_BYTES

METADATA = Metadata(
    framework_version="0.1.0",
    model_id="abc",
    assistant_id="shop",
    trained_at=1.5,
    language="en",
    training_type="both",
    pipeline=(StoredComponent(name="Keywords", component="Keywords", config={"case_sensitive": True}),),
    fingerprints=Fingerprints(model="m", domain="d", components={"Keywords": "k"}),
)
DOMAIN = Domain(
    intents={"greet": Intent(name="greet", where=Location("domain.yml", 3, 5))},
    slots={"size": Slot(name="size", type="categorical", values=("small", 2, None, True))},
    responses={"utter_hi": (ResponseVariation(text="Hi!", custom={"where": "here"}, where=Location("d.yml", 9)),)},
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "trained"
    (folder / "deep").mkdir(parents=True)
    (folder / "words.json").write_text('["hello"]')
    (folder / "deep" / "weights.safetensors").write_bytes(bytes(1000))
    path = tmp_path / "models" / "model.tar.gz"
    write_model(path, METADATA, DOMAIN, {"Keywords": folder}, {"nlu_data.json": b"{}"})
    return path


def test_what_is_written_is_read_again(model: Path) -> None:
    with open_model(model) as opened:
        assert opened.metadata == METADATA
        assert opened.domain == DOMAIN
        folder = opened.component_folder("Keywords")
        assert (folder / "words.json").read_text() == '["hello"]'
        assert (folder / "deep" / "weights.safetensors").read_bytes() == bytes(1000)
        assert list(opened.component_folder("SavedNothing").iterdir()) == []
    assert not folder.exists()


def test_metadata_is_read_alone(model: Path) -> None:
    assert read_metadata(model) == METADATA


def test_nothing_is_left_of_a_model_that_could_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_model(tmp_path / "m.tar.gz", METADATA, DOMAIN, {}, {"words.json": object()})  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_error_with_its_cause(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    path = tmp_path / "models" / "m.tar.gz"
    with pytest.raises(EnvironmentProblem) as caught:
        write_model(path, METADATA, DOMAIN, {}, {})
    assert str(caught.value) == f"the model {path} cannot be written: File exists"


def test_equal_models_are_equal_files(model: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.tar.gz"
    write_model(again, METADATA, DOMAIN, {"Keywords": tmp_path / "trained"}, {"nlu_data.json": b"{}"})
    assert again.read_bytes() == model.read_bytes()


def refusal_of(path: Path) -> str:
    with pytest.raises(EnvironmentProblem) as caught, open_model(path):
        pass
    (problem,) = caught.value.problems
    assert "\n" not in problem.what
    assert problem.what.startswith(str(path) + " ") or problem.code == "model-not-found"
    return problem.what.removeprefix(f"{path} ")


def file(name: str, data: bytes = b"{}") -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    return entry, data


def link(name: str, target: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.linkname = target
    return entry, b""


Entry = tuple[tarfile.TarInfo, bytes]
Make = Callable[..., Path]


@pytest.fixture
def archive_with(tmp_path: Path) -> Make:
    """Makes an archive that is a good model but for the given entries."""

    def make(*entries: Entry) -> Path:
        path = tmp_path / "odd.tar.gz"
        good = [file("metadata.json", msgspec.json.encode(METADATA)), file("domain.json", msgspec.json.encode(DOMAIN))]
        with tarfile.open(path, "w:gz") as archive:
            for header, data in [*good, *entries]:
                archive.addfile(header, io.BytesIO(data))
        return path

    return make


@pytest.mark.parametrize(
    "name",
    ["../evil.json", "components/../../evil.json", "/tmp/evil.json", "components\\..\\evil.json", "c:/evil.json"],
)
def test_paths_that_lead_out_are_refused(archive_with: Make, name: str, tmp_path: Path) -> None:
    assert refusal_of(archive_with(file(name))) == f"is refused: the path {name!r} leads out of the archive"
    assert not list(tmp_path.rglob("evil.json"))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        pytest.param(tarfile.SYMTYPE, "/etc/passwd", id="symbolic link"),
        pytest.param(tarfile.LNKTYPE, "metadata.json", id="hard link"),
        pytest.param(tarfile.CHRTYPE, "", id="character device"),
        pytest.param(tarfile.BLKTYPE, "", id="block device"),
        pytest.param(tarfile.FIFOTYPE, "", id="pipe"),
    ],
)
def test_links_and_devices_are_refused(archive_with: Make, kind: bytes, target: str) -> None:
    odd = archive_with(link("components/odd.json", target, kind))
    assert refusal_of(odd) == "is refused: 'components/odd.json' is a link or a device, not a plain file"


@pytest.mark.parametrize("name", ["components/a/model.pkl", "components/a/run.py", "components/a/weights.pt", "noend"])
def test_files_that_could_hold_code_are_refused(archive_with: Make, name: str) -> None:
    assert refusal_of(archive_with(file(name))) == (
        f"is refused: {name!r} is not one of the files a model may have (.json, .onnx, .safetensors, .txt)"
    )


def test_a_file_that_comes_twice_is_refused(archive_with: Make) -> None:
    twice = archive_with(file("components/a.json"), file("components/a.json"))
    assert refusal_of(twice) == "is refused: it has 'components/a.json' twice"


def test_a_bomb_is_refused_before_it_fills_the_disk(archive_with: Make) -> None:
    bomb = archive_with(file("components/zeros.json", bytes(FREE_BYTES * 2)))
    assert bomb.stat().st_size < FREE_BYTES / 100
    assert refusal_of(bomb) == "is refused: it unpacks to more than a hundred times its size"


def test_an_archive_of_too_many_files_is_refused(archive_with: Make) -> None:
    crowd = archive_with(*(file(f"components/{number}.json") for number in range(10_000)))
    assert refusal_of(crowd) == "is refused: it has more than 10000 entries"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_truncated_archive_is_refused(model: Path, part: float) -> None:
    data = model.read_bytes()
    model.write_bytes(data[: int(len(data) * part)])
    assert refusal_of(model).startswith("is damaged or no .tar.gz file (")


def test_every_single_changed_byte_is_noticed_or_harmless(model: Path) -> None:
    data = model.read_bytes()
    for place in range(0, len(data), 7):
        model.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        with suppress(EnvironmentProblem), open_model(model) as opened:
            assert opened.metadata == METADATA


@pytest.mark.parametrize("content", [b"", b"no archive at all", gzip.compress(b"no tar inside"), gzip.compress(b"")])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.tar.gz"
    path.write_bytes(content)
    assert refusal_of(path)


def test_a_model_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        header, data = file("components/train_X/weights.json")
        archive.addfile(header, io.BytesIO(data))
    assert refusal_of(path) == "is not a model of this framework: it does not start with metadata.json"


def with_metadata(path: Path, data: bytes) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        header, content = file("metadata.json", data)
        archive.addfile(header, io.BytesIO(content))
    return path


def test_a_model_of_another_version_is_refused(tmp_path: Path) -> None:
    newer = with_metadata(tmp_path / "newer.tar.gz", b'{"format_version": 99, "something": "new"}')
    assert refusal_of(newer) == "has format 99, and framework 0.1.0 reads format 1 only"
    with pytest.raises(EnvironmentProblem, match="has format 99"):
        read_metadata(newer)


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"format_version": "x"}', b'{"format_version": 1}', b"\xff\xfe"])
def test_metadata_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "metadata.json" in refusal_of(with_metadata(tmp_path / "odd.tar.gz", data))


def test_a_model_without_a_domain_is_refused(tmp_path: Path) -> None:
    path = with_metadata(tmp_path / "odd.tar.gz", msgspec.json.encode(METADATA))
    assert refusal_of(path).startswith("has no usable domain.json: ")


def test_a_missing_model_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem) as caught, open_model(tmp_path / "none.tar.gz"):
        pass
    assert str(caught.value) == f"there is no model {tmp_path / 'none.tar.gz'} (train one: framework train)"
