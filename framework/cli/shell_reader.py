"""Where a shell's lines come from: somebody at a terminal, or a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

STOP = "/stop"
_HISTORY = Path(".framework") / "shell_history"


class LineReader(Protocol):
    """Gives a shell what the user says, line by line."""

    async def read(self) -> str | None:
        """The next line, stripped; None when there are no more."""


class PipeReader:
    """Reads lines until the end of the input."""

    async def read(self) -> str | None:
        """The next line; None at the end of the input."""
        line = await asyncio.to_thread(sys.stdin.readline)
        return line.strip() if line else None


class TerminalReader:
    """Asks at a terminal, with editing, and with the lines of earlier sessions to scroll through."""

    def __init__(self) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.formatted_text import FormattedText
        from prompt_toolkit.history import FileHistory, InMemoryHistory

        try:
            _HISTORY.parent.mkdir(exist_ok=True)
            history: FileHistory | InMemoryHistory = FileHistory(str(_HISTORY))
        except OSError:  # somebody else's bot, which we may read and not write
            history = InMemoryHistory()
        prompt = FormattedText([("bold ansiblue", "\nYou   ")])
        self._session: PromptSession[str] = PromptSession(prompt, history=history)

    async def read(self) -> str | None:
        """What is typed next; None after Ctrl-D or Ctrl-C."""
        from prompt_toolkit.patch_stdout import patch_stdout

        # A reminder may be shown while the prompt waits; it goes above what is being typed.
        with contextlib.suppress(EOFError, KeyboardInterrupt), patch_stdout(raw=True):
            return (await self._session.prompt_async()).strip()
        return None


def open_reader() -> LineReader:
    """The reader for where the input comes from. One that is no terminal may hold any bytes."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return TerminalReader()
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return PipeReader()


async def messages(reader: LineReader) -> AsyncIterator[str]:
    """The lines that are messages, up to ``/stop`` or the end."""
    while (line := await reader.read()) is not None and line != STOP:
        if line:
            yield line
