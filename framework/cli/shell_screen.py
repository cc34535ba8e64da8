"""What the user of a shell sees: the bot's messages, laid out for a terminal or line by line for a pipe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text
from typing_extensions import override

from framework.dialogue.channel import BotMessage, OutputChannel

Kind = Literal["text", "image", "attachment", "choice", "data"]

_LABEL_WIDTH = 5
_LINKS = ("image", "attachment")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to show. ``label`` stands in front of it: the number of a choice, or what kind of link it is."""

    kind: Kind
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it is called, and the message it stands for."""

    title: str
    payload: str


class ShellScreen(OutputChannel):
    """Shows the bot's messages, and remembers the buttons of its latest turn."""

    name = "cmdline"

    def __init__(self, console: Console) -> None:
        self._console = console
        self._choices: list[Choice] = []

    @override
    async def send(self, recipient_id: str, message: BotMessage) -> None:
        new = choices_of(message)
        lines = [*content_of(message), *numbered(new, first=len(self._choices) + 1)]
        self._choices += new
        if self._console.is_terminal:
            self._lay_out(lines)
        else:
            self._print_plainly(lines)

    def take_choice(self, typed: str) -> str:
        """The message that was typed: a button's, if it is the number of one in the bot's latest turn."""
        choices, self._choices = self._choices, []
        if not typed.isdecimal() or not 1 <= int(typed) <= len(choices):
            return typed
        chosen = choices[int(typed) - 1]
        if self._console.is_terminal:
            self.note(f"{'':{_LABEL_WIDTH}} {chosen.title}")
        return chosen.payload

    def note(self, text: str) -> None:
        """Says something that is not from the bot."""
        self._console.print(Text(text, style="dim"), soft_wrap=not self._console.is_terminal)

    def _lay_out(self, lines: Iterable[Line]) -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=_LABEL_WIDTH, style="bold green", no_wrap=True)
        grid.add_column(overflow="fold")
        speaker = "Bot"
        for line in lines:
            grid.add_row(speaker, _styled(line))
            speaker = ""
        self._console.print(grid)

    def _print_plainly(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._console.print(Text(_plain(line)), soft_wrap=True)


def content_of(message: BotMessage) -> Iterator[Line]:
    """Everything of a message but its buttons, in the order in which to show it."""
    if message.text:
        yield Line("text", message.text)
    if message.image:
        yield Line("image", message.image, "image")
    if message.attachment:
        yield Line("attachment", _link_of(message.attachment), "attachment")
    for element in message.elements:
        yield Line("text", " · ".join(str(element[key]) for key in ("title", "subtitle") if element.get(key)))
        if element.get("image_url"):
            yield Line("image", str(element["image_url"]), "image")
    if message.custom is not None:
        yield Line("data", json.dumps(message.custom, ensure_ascii=False, default=str))


def choices_of(message: BotMessage) -> list[Choice]:
    """All that a message offers to press."""
    offered = [*message.buttons, *message.quick_replies]
    for element in message.elements:
        offered += element.get("buttons") or []
    return [_choice(button) for button in offered]


def numbered(choices: Iterable[Choice], *, first: int) -> Iterator[Line]:
    """The lines for choices; the numbers go on where those of the same turn's last message ended."""
    for number, choice in enumerate(choices, first):
        yield Line("choice", choice.title, str(number))


def _choice(button: dict[str, Any]) -> Choice:
    title = str(button.get("title") or button.get("payload") or button.get("url") or "")
    return Choice(title=title, payload=str(button.get("payload") or title))


def _link_of(attachment: Any) -> str:
    """An attachment's address, where it has one: bots write a bare link, or what a messenger's API takes."""
    if isinstance(attachment, str):
        return attachment
    if isinstance(attachment, dict):
        payload = attachment.get("payload")
        inside = payload if isinstance(payload, dict) else attachment
        for key in ("src", "url"):
            if isinstance(inside.get(key), str):
                return str(inside[key])
    return json.dumps(attachment, ensure_ascii=False, default=str)


def _styled(line: Line) -> Text:
    if line.kind == "choice":
        return Text.assemble((f"{line.label:>2} ", "bold cyan"), (line.text, "cyan"))
    if line.kind in _LINKS:
        address = Style(underline=True, color="blue", link=line.text if "://" in line.text else None)
        return Text.assemble((f"{line.label} ", "dim"), (line.text, address))
    return Text(line.text, style="dim" if line.kind == "data" else "")


def _plain(line: Line) -> str:
    if line.kind == "choice":
        return f"  {line.label}. {line.text}"
    return f"{line.label}: {line.text}" if line.label else line.text
