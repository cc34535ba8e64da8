"""The regular expressions and lookup tables of a bot, compiled into something that finds spans in a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from pydantic import Field

from framework.api import BotError, ComponentConfig, Problem, TrainingData
from framework_text.phrases import PhrasesAnywhere, WholePhrases

PATTERNS_FILE = "patterns.json"

Finder = Callable[[str], Iterator[tuple[int, int]]]
"""Finds the spans of a pattern in a text, from left to right, without overlaps; none is empty."""


class PatternsConfig(ComponentConfig):
    """Which patterns are used, and how they are matched."""

    use_lookup_tables: bool = Field(default=True, description="Use the lookup tables of the NLU data.")
    use_regexes: bool = Field(default=True, description="Use the regular expressions of the NLU data.")
    use_word_boundaries: bool = Field(
        default=True, description="Find the words of lookup tables as whole words only. Unset it for Chinese."
    )


class Pattern(msgspec.Struct, frozen=True, omit_defaults=True):
    """A regular expression, or the phrases of a lookup table."""

    name: str
    regex: str | None = None
    phrases: tuple[str, ...] = ()


def collect_patterns(
    data: TrainingData, config: PatternsConfig, names: Collection[str] | None = None
) -> tuple[Pattern, ...]:
    """The patterns that the config asks for, regular expressions first; only those of the given names, if any.

    Raises:
        BotError: regular expressions that cannot be compiled, each with its place.
    """
    patterns: list[Pattern] = []
    problems: list[Problem] = []
    for regex in data.regexes if config.use_regexes else ():
        try:
            re.compile(regex.pattern)
        except re.error as error:
            what = f"regex {regex.name!r} cannot be compiled: {error}"
            problems.append(Problem(code="invalid-regex", what=what, where=regex.where))
        else:
            patterns.append(Pattern(regex.name, regex=regex.pattern))
    if problems:
        raise BotError(problems)
    if config.use_lookup_tables:
        patterns += [Pattern(table.name, phrases=table.elements) for table in data.lookups if table.elements]
    return tuple(pattern for pattern in patterns if names is None or pattern.name in names)


def in_earlier_places(patterns: Sequence[Pattern], earlier: Sequence[Pattern]) -> tuple[Pattern, ...]:
    """The patterns in the places that they had earlier, then new ones; what is gone leaves one that matches nothing.

    Patterns are known by name; of several regular expressions of one name, the first is the first and so on.
    """
    numbered = dict(_numbered(patterns))
    in_place = [numbered.pop(key, Pattern(pattern.name)) for key, pattern in _numbered(earlier)]
    return (*in_place, *numbered.values())


def _numbered(patterns: Iterable[Pattern]) -> Iterator[tuple[tuple[str, bool, int], Pattern]]:
    counts: Counter[tuple[str, bool]] = Counter()
    for pattern in patterns:
        kind = (pattern.name, pattern.regex is not None)
        counts[kind] += 1
        yield (*kind, counts[kind]), pattern


def compile_finders(patterns: Iterable[Pattern], config: PatternsConfig, *, case_sensitive: bool) -> list[Finder]:
    """One finder for each pattern."""
    flags = re.NOFLAG if case_sensitive else re.IGNORECASE
    return [_finder(pattern, config, flags) for pattern in patterns]


def _finder(pattern: Pattern, config: PatternsConfig, flags: re.RegexFlag) -> Finder:
    if pattern.regex is not None:
        return _regex_finder(pattern.regex, flags)
    kind = WholePhrases if config.use_word_boundaries else PhrasesAnywhere
    return kind(pattern.phrases, case_sensitive=not flags & re.IGNORECASE).find


def _regex_finder(regex: str, flags: re.RegexFlag) -> Finder:
    find = re.compile(regex, flags).finditer
    return lambda text: (match.span() for match in find(text) if match.end() > match.start())


def save_patterns(patterns: tuple[Pattern, ...], directory: Path) -> None:
    """Writes the patterns into a component's folder."""
    (directory / PATTERNS_FILE).write_bytes(msgspec.json.encode(patterns))


def load_patterns(directory: Path) -> tuple[Pattern, ...]:
    """Reads what :func:`save_patterns` wrote."""
    return msgspec.json.decode((directory / PATTERNS_FILE).read_bytes(), type=tuple[Pattern, ...])
