"""Puts together NLU data that is read piece by piece, from whichever format."""

from __future__ import annotations

from msgspec.structs import replace

from framework.bot.nlu_data import Example, LookupTable, NLUData, RegexPattern
from framework.bot.problems import Problems
from framework.bot.responses import Responses
from framework.errors import Location


class NLUGatherer:
    """The NLU data read so far."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._examples: list[Example] = []
        self._synonyms: dict[str, str] = {}
        self._regexes: list[RegexPattern] = []
        self._lookups: list[LookupTable] = []

    def add_example(self, example: Example) -> None:
        """Adds an example, without white space around it; words that it gives another value become its synonym.

        An entity that marks no part of the text is left out, with a warning.
        """
        example = self._trimmed(example)
        self._examples.append(example)
        for entity in example.entities:
            words = example.text[entity.start : entity.end]
            if isinstance(entity.value, str) and entity.value != words:
                self.add_synonym(words, entity.value, example.where)

    def add_synonym(self, text: str, value: str, where: Location | None) -> None:
        """Adds other words for a value, with a warning if they stood for another value before."""
        known = self._synonyms.get(text)
        if known is not None and known != value:
            self._problems.warning(
                "conflicting-synonym",
                f"{text!r} is a synonym of both {known!r} and {value!r}; the latter is used",
                where,
                "decide for one of them",
            )
        self._synonyms[text] = value

    def add_regex(self, pattern: RegexPattern) -> None:
        """Adds a regular expression."""
        self._regexes.append(pattern)

    def add_lookup(self, table: LookupTable) -> None:
        """Adds a lookup table."""
        self._lookups.append(table)

    def result(self, responses: Responses) -> NLUData:
        """Everything added so far; ``responses`` are those of retrieval intents."""
        return NLUData(
            examples=tuple(self._examples),
            synonyms=self._synonyms,
            regexes=tuple(self._regexes),
            lookups=tuple(self._lookups),
            responses=responses,
        )

    def _trimmed(self, example: Example) -> Example:
        if not example.entities and example.text.strip() == example.text:
            return example
        text = example.text.strip()
        shift = len(example.text) - len(example.text.lstrip())
        kept = []
        for entity in example.entities:
            start, end = max(entity.start - shift, 0), min(entity.end - shift, len(text))
            if entity.start >= 0 and start < end:
                kept.append(replace(entity, start=start, end=end))
            else:
                place = f"{entity.start} to {entity.end} is no part of {example.text!r}"
                what = f"entity {entity.entity!r} is left out: {place}"
                self._problems.warning("invalid-annotation", what, example.where)
        return replace(example, text=text, entities=tuple(kept))
