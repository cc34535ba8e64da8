"""Reads training data in whichever format it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from framework.bot.document import Mapping, load_file, read_text
from framework.bot.file_kinds import NLU_JSON_KEY
from framework.bot.json_document import load_json
from framework.bot.nlu_data import NLUData
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.nlu_json_reader import read_nlu_json
from framework.bot.nlu_reader import NLUReader
from framework.bot.problems import Problems
from framework.bot.responses import Responses, read_responses
from framework.bot.stories import Story, StoryData
from framework.conversion.dialogflow import read_dialogflow
from framework.conversion.formats import Format, Source
from framework.conversion.luis import read_luis
from framework.conversion.markdown import Line, read_lines
from framework.conversion.markdown_nlu import read_markdown_nlu
from framework.conversion.markdown_responses import read_markdown_responses
from framework.conversion.markdown_stories import read_markdown_stories
from framework.conversion.wit import read_wit


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What was read from one source or from several."""

    nlu: NLUData = field(default_factory=NLUData)
    responses: Responses = field(default_factory=dict)
    stories: StoryData = field(default_factory=StoryData)


def read_sources(sources: Iterable[Source], language: str, problems: Problems) -> TrainingData:
    """Reads sources as if they were one.

    Args:
        sources: what to read.
        language: of the exports that have several, as they call it (``en``).
        problems: gets what is wrong in the files.
    """
    reader = _Reader(language, problems)
    for source in sources:
        reader.read(source)
    return reader.result()


class _Reader:
    def __init__(self, language: str, problems: Problems) -> None:
        self._language = language
        self._problems = problems
        self._gatherer = NLUGatherer(problems)
        self._responses: Responses = {}
        self._stories: list[Story] = []

    def read(self, source: Source) -> None:
        match source.format:
            case Format.DIALOGFLOW:
                read_dialogflow(source.path, self._language, self._gatherer, self._problems)
            case Format.RASA_JSON:
                self._json(source, lambda file: read_nlu_json(file.get(NLU_JSON_KEY), self._gatherer, self._problems))
            case Format.LUIS:
                self._json(source, lambda file: read_luis(file, self._gatherer, self._problems))
            case Format.WIT:
                self._json(source, lambda file: read_wit(file, self._gatherer, self._problems))
            case Format.MARKDOWN_NLU:
                read_markdown_nlu(self._lines(source), self._gatherer, self._problems)
            case Format.MARKDOWN_RESPONSES:
                self._responses |= read_markdown_responses(self._lines(source), self._problems)
            case Format.MARKDOWN_STORIES:
                self._stories += read_markdown_stories(self._lines(source), self._problems)
            case Format.YAML:
                self._yaml(source)

    def result(self) -> TrainingData:
        return TrainingData(
            nlu=self._gatherer.result({}), responses=self._responses, stories=StoryData(stories=tuple(self._stories))
        )

    def _json(self, source: Source, read: Callable[[Mapping], None]) -> None:
        file = load_json(source.path, self._problems)
        if isinstance(file, Mapping):
            read(file)

    def _lines(self, source: Source) -> list[Line]:
        return read_lines(read_text(source.path, self._problems) or "", str(source.path))

    def _yaml(self, source: Source) -> None:
        file = load_file(source.path, self._problems)
        if isinstance(file, Mapping):
            NLUReader(self._gatherer, self._problems).read(file.get("nlu"))
            self._responses |= read_responses(file.get("responses"), self._problems)
