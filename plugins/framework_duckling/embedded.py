"""Duckling without a server: a process that the framework starts, asks over a pipe, and ends."""

from __future__ import annotations

import importlib.util
import select
import subprocess
import sys
import weakref
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from framework.api import EnvironmentProblem, Problem

if TYPE_CHECKING:
    from framework_duckling.question import Match, Question

START_SECONDS = 10.0
"""Allowed beyond the timeout for the first question to a new process."""


class EmbeddedDuckling:
    """One Duckling process, started with the first question and again after each that it could not answer."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None
        self._lock = Lock()

    def parse(self, question: Question, timeout: float) -> list[Match]:
        """What Duckling finds.

        Raises:
            TimeoutError: it took too long and was stopped.
            ConnectionError: it broke down over the question.
        """
        with self._lock:
            if self._process is None:
                self._process = _start()
                self._end = weakref.finalize(self, _end, self._process)
                timeout += START_SECONDS
            try:
                return _ask(self._process, question, timeout)
            except OSError:
                self._end()
                self._process = None
                raise


@cache
def embedded_duckling() -> EmbeddedDuckling:
    """The Duckling that all components of this process share.

    Raises:
        EnvironmentProblem: the extra is not installed.
    """
    if importlib.util.find_spec("duckling") is None:
        raise EnvironmentProblem(
            Problem(
                code="missing-extra",
                what="'DucklingEntityExtractor' needs 'pyduckling-native-phihos' or a Duckling server, and has neither",
                fix="pip install 'framework-dialogue[duckling]', or give it the 'url' of a server",
            )
        )
    return EmbeddedDuckling()


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "framework_duckling.worker"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - a fixed command


def _ask(process: subprocess.Popen[bytes], question: Question, timeout: float) -> list[Match]:
    questions, answers = process.stdin, process.stdout
    if questions is None or answers is None:
        raise ConnectionError("Duckling was started without pipes")
    questions.write(msgspec.json.encode(question) + b"\n")
    questions.flush()
    if not select.select([answers], [], [], timeout)[0]:
        raise TimeoutError(f"Duckling took more than {timeout:g} seconds")
    line = answers.readline()
    if not line:
        raise ConnectionError("Duckling broke down")
    return msgspec.json.decode(line, type=list[dict[str, Any]])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
