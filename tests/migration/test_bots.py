"""Bots that people wrote for 2.x mean the same after the migration, and no note says how they were understood."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from framework.bot.bot import Bot, BotPaths
from framework.bot.domain_json import domain_to_dict
from framework.bot.reader import read_bot
from framework.bot.stories import StoryData
from framework.bot.story_writer import stories_to_yaml
from framework.errors import BotError
from framework.migration.bot import MigratedFile, migrate
from framework.migration.writing import write_in_place
from tests.conftest import SHARED

REFUSED = {"RasaHQ__how-to-rasa__video-09-1-basic-forms"}
OF_2 = sorted(
    path.parent.name
    for path in (SHARED / "bots").glob("*/domain.yml")
    if path.read_text().lstrip().startswith(("version: '2", 'version: "2')) and path.parent.name not in REFUSED
)


def migrate_bot(folder: Path) -> list[MigratedFile]:
    return migrate([folder / "domain.yml"], [path for path in (folder / "data", folder / "tests") if path.is_dir()])


def content(bot: Bot) -> list[object]:
    tests = StoryData(stories=bot.test_stories)
    examples = [msgspec.structs.replace(example, where=None) for example in bot.nlu.examples]
    domain = domain_to_dict(bot.domain)
    return [domain, stories_to_yaml(bot.stories), stories_to_yaml(tests), examples, bot.nlu.synonyms]


@pytest.mark.parametrize("name", OF_2)
def test_a_migrated_bot_means_the_same(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    shutil.copytree(SHARED / "bots" / name, folder, copy_function=shutil.copyfile)
    for path in (folder, *folder.rglob("*/")):
        path.chmod(0o755)
    before = read_bot(BotPaths(folder=folder))
    changed = [file for file in migrate_bot(folder) if file.is_changed]
    assert folder / "domain.yml" in [file.path for file in changed]
    backups = write_in_place(changed)
    after = read_bot(BotPaths(folder=folder))
    assert content(after) == content(before)
    assert "older-format" not in {problem.code for problem in after.problems}
    assert [path.read_bytes().decode("utf-8-sig") for path in backups] == [file.before for file in changed]
    assert not [file for file in migrate_bot(folder) if file.is_changed]


@pytest.mark.parametrize("name", OF_2)
def test_a_migration_loses_no_comment(name: str) -> None:
    for file in migrate_bot(SHARED / "bots" / name):
        assert [line for line in file.before.splitlines() if line.lstrip().startswith("#")] == [
            line for line in file.after.splitlines() if line.lstrip().startswith("#")
        ]


def test_every_file_of_rasas_own_tests_is_migrated_for_good_or_refused_for_its_errors(
    shared: Path, tmp_path: Path
) -> None:
    codes = set()
    changed = 0
    for path in sorted((shared / "rasa-test-data").rglob("*.y*ml")):
        try:
            files = migrate([path], [path])
        except BotError as error:
            codes |= {problem.code for problem in error.problems}
            continue
        for file in files:
            (tmp_path / "after.yml").write_text(file.after)
            assert not any(again.is_changed for again in migrate([tmp_path / "after.yml"], [tmp_path / "after.yml"]))
            changed += file.is_changed
    assert changed > 20
    assert "cannot-migrate" not in codes
