"""What the tests of this room share: reading a source, and reading what was written of it."""

from __future__ import annotations

from pathlib import Path

from framework.bot.nlu_data import NLUData
from framework.bot.nlu_writer import nlu_to_yaml
from framework.bot.problems import Problems
from framework.bot.reader import read_nlu_data
from framework.conversion.formats import Source, find_sources
from framework.conversion.reading import TrainingData, read_sources
from framework.conversion.writable import writable


def convert(path: Path, language: str = "en") -> tuple[TrainingData, list[str]]:
    """What a source says, and what is wrong in it."""
    problems = Problems()
    data = read_sources(find_sources([path], problems), language, problems)
    return data, [str(problem).removeprefix(f"{path.parent}/") for problem in problems.all()]


def sources_of(path: Path) -> list[Source]:
    return find_sources([path], Problems())


def content(nlu: NLUData):
    """NLU data without places and order of intents."""
    return (
        sorted((e.text, e.intent or "", sorted(map(str, e.entities)), str(e.metadata)) for e in nlu.examples),
        nlu.synonyms,
        [(regex.name, regex.pattern) for regex in nlu.regexes],
        [(table.name, table.elements) for table in nlu.lookups],
    )


def written_and_read(nlu: NLUData, folder: Path) -> NLUData:
    """NLU data that went through a YAML file."""
    file = folder / "written.yml"
    file.write_text(nlu_to_yaml(writable(nlu, Problems())), encoding="utf-8")
    return read_nlu_data([file])
