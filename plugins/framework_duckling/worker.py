"""Duckling in a process of its own: reads a question a line, answers each with a line.

In a process of its own, because some short texts ("tomorrow" twelve times) keep Duckling busy for minutes, and only the
end of its process ends that.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckling
import msgspec

from framework_duckling.languages import DIMENSIONS, language_of
from framework_duckling.question import Match, Question, Settings
from framework_duckling.time_zone import write_time_zone

DEFAULT_TIMEZONE = "UTC"
ANY_COUNTRY = "XX"


def answer(question: Question) -> list[Match]:
    """What Duckling finds in a text."""
    settings, text = question.settings, question.text
    zone = settings.timezone or DEFAULT_TIMEZONE
    reference = duckling.parse_ref_time(_time_zones(zone), zone, question.reference)
    context = duckling.Context(reference, _locale(settings.locale))
    found: list[Match] = msgspec.json.decode(duckling.parse_text(text, context, _dimensions(settings), False))
    for match in found:
        match["body"] = text[match["start"] : match["end"]]  # Duckling's is not decoded rightly beyond ASCII
    return found


@cache
def _time_zones(zone: str) -> Any:
    with TemporaryDirectory() as folder:
        write_time_zone(zone, Path(folder))
        return duckling.load_time_zones(folder)


@cache
def _locale(locale: str) -> Any:
    language = language_of(locale)
    country = locale.replace("-", "_").partition("_")[2].upper() or ANY_COUNTRY
    return duckling.parse_locale(f"{language}_{country}", duckling.default_locale_lang(duckling.parse_lang(language)))


@cache
def _dimensions(settings: Settings) -> Any:
    return duckling.parse_dimensions(list(settings.dimensions or DIMENSIONS))


def main() -> None:
    """Answers until the questions end."""
    decoder = msgspec.json.Decoder(Question)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(msgspec.json.encode(answer(decoder.decode(line))) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
