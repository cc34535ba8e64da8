"""Bots that people wrote are read without a crash, completely, and quickly."""

from __future__ import annotations

import cProfile
import re
from contextlib import suppress
from pathlib import Path

import pytest

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot, read_services
from framework.bot.rendering import render_problems
from framework.bot.validation import validate_bot
from framework.errors import BotError, Severity
from tests.conftest import SHARED

BOTS = sorted((SHARED / "bots").glob("*/SOURCE.txt"))
WITH_ERRORS = {
    "AlazabDev__alazab-rasa": {"invalid-mapping", "missing-mappings", "unknown-form", "unknown-action"},
    "RasaHQ__how-to-rasa__video-09-1-basic-forms": {"unknown-slot"},
}


def paths_of(folder: Path) -> BotPaths:
    domains = [Path(name) for name in ("domain.yml", "domain") if (folder / name).exists()]
    return BotPaths(
        folder=folder,
        config=Path("config.yml"),
        domain=tuple(domains),
        data=(Path("data") if (folder / "data").is_dir() else Path(),),
    )


@pytest.mark.parametrize("source", BOTS, ids=lambda source: source.parent.name)
def test_a_real_bot_is_read_as_its_inventory_says(source: Path) -> None:
    paths = paths_of(source.parent)
    bot = read_bot(paths)
    said = {key: int(number) for key, number in re.findall(r"([a-zA-Z][a-zA-Z ]+): (\d+)", source.read_text())}
    problems = [*bot.problems, *validate_bot(bot)]
    assert render_problems(problems).count("docs: reference/") == len(problems)
    if (source.parent / "data").is_dir():
        assert len(bot.nlu.examples) == said["NLU examples"]
        assert len(bot.stories.stories) == said["stories"]
        assert len(bot.stories.rules) == said["rules"]
        # One inventory counts two empty lines.
        assert 0 <= said["lookup values"] - sum(len(table.elements) for table in bot.nlu.lookups) <= 2
        assert len(bot.nlu.regexes) == said["regex patterns"]
    if (source.parent / "config.yml").exists():
        errors = {problem.code for problem in problems if problem.severity is Severity.ERROR}
        assert errors == WITH_ERRORS.get(source.parent.name, set())


@pytest.mark.parametrize("source", BOTS, ids=lambda source: source.parent.name)
def test_the_services_of_a_real_bot_are_read(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in re.findall(r"\$\{(\w+)\}", "".join(path.read_text() for path in source.parent.glob("*.yml"))):
        monkeypatch.setenv(name, "x")
    read_services(paths_of(source.parent))


def test_every_yaml_file_of_rasas_own_tests_is_read_or_reported(shared: Path) -> None:
    files = sorted(path for path in (shared / "rasa-test-data").rglob("*.y*ml"))
    assert len(files) > 150
    broken = []
    for path in files:
        bot = read_bot(
            BotPaths(folder=path.parent, config=Path(path.name), domain=(Path(path.name),), data=(Path(path.name),))
        )
        validate_bot(bot)
        with suppress(BotError):
            read_services(BotPaths(folder=path.parent, endpoints=Path(path.name), credentials=Path("none")))
        if any(problem.code in ("yaml-syntax", "duplicate-key") for problem in bot.problems):
            broken.append(path.relative_to(shared / "rasa-test-data").as_posix())
    assert broken == [
        "test_domains/duplicate_responses.yml",
        "test_domains/invalid_format.yml",
        "test_domains/test_domain_from_directory/domain_invalid.yml",
        "test_wrong_yaml_stories/wrong_yaml.yml",
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("duplicate_actions", "duplicate-name"),
        ("duplicate_entities", "duplicate-name"),
        ("duplicate_intents", "duplicate-name"),
        ("duplicate_responses", "duplicate-key"),
        ("empty_response_format", "invalid-response"),
        ("invalid_format", "yaml-syntax"),
        ("missing_text_for_templates", "invalid-response"),
        ("wrong_custom_response_format", "invalid-response"),
        ("wrong_response_format", "invalid-response"),
    ],
)
def test_the_wrong_domains_of_rasas_own_tests_are_refused(shared: Path, name: str, code: str) -> None:
    domain = shared / f"rasa-test-data/test_domains/{name}.yml"
    bot = read_bot(BotPaths(folder=domain.parent, config=domain, domain=(domain,), data=()))
    assert code in {problem.code for problem in bot.problems if problem.severity is Severity.ERROR}


def test_a_file_of_150_intents_is_read_whole(shared: Path) -> None:
    bot = read_bot(BotPaths(folder=shared / "data/clinc150", domain=(), data=(Path("train.yml"),)))
    assert len(bot.nlu.examples) > 15_000


def test_the_work_of_reading_grows_linearly_with_the_number_of_examples(tmp_path: Path) -> None:
    def calls(number: int) -> int:
        """How many functions are called; unlike the time it takes, that is the same on every machine."""
        lines = "".join(
            f'    - order [{index}]{{"entity": "number"}} of [beer](drink) today\n' for index in range(number)
        )
        (tmp_path / "nlu.yml").write_text(f"nlu:\n- intent: order\n  examples: |\n{lines}")
        counted = cProfile.Profile()
        bot = counted.runcall(read_bot, BotPaths(folder=tmp_path, domain=(), data=(Path("nlu.yml"),)))
        assert len(bot.nlu.examples) == number
        return sum(entry.callcount for entry in counted.getstats())

    assert calls(10_000) < 11 * calls(1_000)
