from __future__ import annotations

from pathlib import Path

import pytest

from framework.cli.main import main

DOMAIN = """\
version: "2.0"   # ours
entities: [size]
slots:
  size:
    type: text
"""
MIGRATED = """\
version: "3.1"   # ours
entities: [size]
slots:
  size:
    type: text
    mappings:
    - type: from_entity
      entity: size
"""
RULES = """\
version: "2.0"
rules:
- rule: order
  condition:
  - form: order_form
  steps:
  - form: order_form   # goes on
  - form: null
"""
MIGRATED_RULES = RULES.replace("form:", "active_loop:").replace("2.0", "3.1")


@pytest.fixture(autouse=True)
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN)
    (tmp_path / "data" / "rules.yml").write_text(RULES)
    (tmp_path / "data" / "nlu.yml").write_text("nlu: []\n")
    (tmp_path / "data" / "other.yml").write_text('version: "2.0"\nkey: 1\n')
    monkeypatch.chdir(tmp_path)


def test_files_are_migrated_in_place_and_the_originals_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "migrate"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Migrated domain.yml; the original is original_domain.yml.",
        "Migrated data/rules.yml; the original is original_data/rules.yml.",
    ]
    assert Path("domain.yml").read_text() == MIGRATED
    assert Path("data/rules.yml").read_text() == MIGRATED_RULES
    assert Path("original_domain.yml").read_text() == DOMAIN
    assert Path("original_data/rules.yml").read_text() == RULES
    assert main(["data", "migrate"]) == 0
    assert capsys.readouterr().out == "Nothing had to change: the files are in the 3.x format.\n"


def test_a_dry_run_shows_the_difference_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "migrate", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith(
        '--- domain.yml\n+++ domain.yml\n@@ -1,5 +1,8 @@\n-version: "2.0"   # ours\n'
    )
    assert Path("domain.yml").read_text() == DOMAIN
    assert not list(Path().glob("original_*"))


def test_originals_of_an_earlier_time_are_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("original_domain.yml").write_text("dear to me")
    assert main(["data", "migrate"]) == 2
    assert "original_domain.yml is there already" in capsys.readouterr().err
    assert (Path("domain.yml").read_text(), Path("data/rules.yml").read_text()) == (DOMAIN, RULES)


def test_everything_can_go_to_another_folder() -> None:
    assert main(["data", "migrate", "--out", "new"]) == 0
    assert Path("new/domain.yml").read_text() == MIGRATED
    assert Path("new/data/rules.yml").read_text() == MIGRATED_RULES
    assert Path("new/data/nlu.yml").read_text() == "nlu: []\n"
    assert Path("domain.yml").read_text() == DOMAIN


def test_the_domain_alone_can_go_to_a_file() -> None:
    assert main(["data", "migrate", "-d", "domain.yml", "--out", "new_domain.yml"]) == 0
    assert Path("new_domain.yml").read_text() == MIGRATED
    assert Path("data/rules.yml").read_text() == RULES


def test_a_domain_of_several_files_cannot_go_to_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "migrate", "-d", "domain.yml", "missing.yml", "--out", "new.yml"]) == 1
    assert "missing.yml" in capsys.readouterr().err
    Path("slots.yml").write_text("slots: {}\n")
    assert main(["data", "migrate", "-d", "domain.yml", "slots.yml", "--out", "new.yml"]) == 2
    assert "--out" in capsys.readouterr().err


def test_a_folder_without_a_bot_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["data", "migrate"]) == 2
    assert "there is neither a domain nor training data here" in capsys.readouterr().err
