"""Asking the author of a bot: with menus at a terminal, line by line at a pipe."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

STOP = "/stop"
MENU = "menu"
_COMMAND_PREFIX = ":"
_LISTED = 5
_SEARCHED = 8


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: what it is called, and what a person needs to know of it."""

    value: str
    label: str = ""

    @property
    def shown(self) -> str:
        """What stands in a list."""
        return self.label or self.value


class Commanded(Exception):
    """Instead of answering, the author wants something else done: ``:undo``."""

    def __init__(self, command: str) -> None:
        super().__init__(command)
        self.command = command


class EndOfInput(Exception):
    """Nobody answers any more."""


class Questions(Protocol):
    """Asks. Each question may be answered with a command.

    All three raise :class:`Commanded`, or :class:`EndOfInput`.
    """

    async def message(self) -> str:
        """What the user says next."""

    async def text(self, question: str, default: str = "") -> str:
        """A line of text."""

    async def choose(self, question: str, options: Sequence[Option]) -> str:
        """The value of one of the options, of which the first is the likeliest."""


class PipeQuestions:
    """Prints each question, and reads each answer from a line. An empty line takes the default.

    An option is answered by its number, its value, or the beginning of its value. ``tell`` prints a line.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    async def message(self) -> str:
        """The next line that is not empty."""
        while not (line := await self._read()):
            pass
        return line

    async def text(self, question: str, default: str = "") -> str:
        """The next line, or the default."""
        self._tell(f"? {question}" + (f" [{default}]" if default else ""))
        return await self._read() or default

    async def choose(self, question: str, options: Sequence[Option]) -> str:
        """Asks again as long as an answer is none of the options."""
        listed = " | ".join(option.shown for option in options[:_LISTED])
        self._tell(f"? {question} [{listed}{' | …' if len(options) > _LISTED else ''}]")
        while True:
            answer = await self._read()
            chosen = _option(answer, options)
            if chosen is not None:
                return chosen.value
            self._tell(f"! {answer!r} is none of them")

    async def _read(self) -> str:
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            raise EndOfInput
        return command_or_text(line.strip())


def _option(answer: str, options: Sequence[Option]) -> Option | None:
    if not answer:
        return options[0]
    for option in options:
        if option.value == answer:
            return option
    if answer.isdecimal():
        return options[int(answer) - 1] if 1 <= int(answer) <= len(options) else None
    beginning = [option for option in options if option.value.startswith(answer)]
    return beginning[0] if len(beginning) == 1 else None


def command_or_text(line: str) -> str:
    """The line, unless it is a command.

    Raises:
        Commanded: it is one.
    """
    if line == STOP:
        raise Commanded("quit")
    if line.startswith(_COMMAND_PREFIX) and line[1:].isalpha():
        raise Commanded(line[1:].lower())
    return line


class TerminalQuestions:
    """Asks at a terminal: lists to choose from with the arrow keys, and Ctrl-C for the menu."""

    def __init__(self) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.formatted_text import FormattedText

        self._session: PromptSession[str] = PromptSession(FormattedText([("bold ansiblue", "\nYou   ")]))

    async def message(self) -> str:
        """What is typed next that is not empty."""
        while True:
            try:
                line = (await self._session.prompt_async()).strip()
            except KeyboardInterrupt:
                raise Commanded(MENU) from None
            except EOFError:
                raise EndOfInput from None
            if line:
                return command_or_text(line)

    async def text(self, question: str, default: str = "") -> str:
        """A line, to be edited where there is a default."""
        import questionary

        return command_or_text((await _answer(questionary.text(f"{question}:", default=default))).strip())

    async def choose(self, question: str, options: Sequence[Option]) -> str:
        """The option that is picked; in a long list, letters that are typed leave only what has them."""
        import questionary

        choices = [questionary.Choice(option.shown, value=option.value) for option in options]
        is_long = len(options) > _SEARCHED
        hint = "type to search, Ctrl-C for the menu" if is_long else " "
        return await _answer(
            questionary.select(
                question, choices, instruction=hint, use_search_filter=is_long, use_jk_keys=False, qmark="  ?"
            )
        )


async def _answer(question: object) -> str:
    try:
        answer = await question.unsafe_ask_async()  # type: ignore[attr-defined]
    except KeyboardInterrupt:
        raise Commanded(MENU) from None
    except EOFError:
        raise EndOfInput from None
    return str(answer)


def open_questions(tell: Callable[[str], None]) -> Questions:
    """Menus where a person sits at a terminal; else lines, which may hold any bytes."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return TerminalQuestions()
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return PipeQuestions(tell)
