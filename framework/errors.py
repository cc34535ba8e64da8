"""Problems in a bot's files, and the errors that carry them.

A *problem* is one thing that is wrong, at one place, with a remedy. Readers and checks collect problems
and raise them together, so that one run shows everything there is to fix.

    FrameworkError               anything this project raises on purpose
    ├── BotError                 the bot's files are wrong                     (exit status 1)
    ├── UsageError               the command was used wrongly                  (exit status 2)
    └── EnvironmentProblem       a missing extra, an unreachable server        (exit status 3)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

import msgspec

CODES: dict[str, str] = {
    "yaml-syntax": "reference/errors",
    "json-syntax": "reference/errors",
    "file-not-found": "reference/errors",
    "duplicate-key": "reference/errors",
    "unset-variable": "reference/errors",
    "unknown-key": "reference/errors",
    "missing-key": "reference/errors",
    "wrong-type": "reference/errors",
    "newer-format": "reference/errors",
    "skipped-file": "reference/errors",
    "older-format": "reference/domain",
    "duplicate-name": "reference/domain",
    "invalid-domain": "reference/domain",
    "invalid-response": "reference/domain",
    "unknown-slot-type": "reference/slots",
    "invalid-slot": "reference/slots",
    "missing-mappings": "reference/slots",
    "invalid-mapping": "reference/slots",
    "invalid-example": "reference/nlu-data",
    "invalid-annotation": "reference/nlu-data",
    "conflicting-synonym": "reference/nlu-data",
    "invalid-step": "reference/stories-and-rules",
    "invalid-config": "reference/config",
    "unknown-importer": "reference/config",
    "invalid-endpoint": "reference/endpoints-and-credentials",
    "incomplete-config": "reference/validation",
    "empty-domain": "reference/validation",
    "unknown-intent": "reference/validation",
    "unused-intent": "reference/validation",
    "intent-without-examples": "reference/validation",
    "few-examples": "reference/validation",
    "ambiguous-example": "reference/validation",
    "unknown-entity": "reference/validation",
    "unknown-slot": "reference/validation",
    "unknown-form": "reference/validation",
    "unknown-action": "reference/validation",
    "unknown-response": "reference/validation",
    "unused-response": "reference/validation",
    "missing-language": "reference/validation",
    "unjoined-checkpoint": "reference/validation",
    "pipeline-order": "reference/validation",
    "several-components": "reference/validation",
    "unused-data": "reference/validation",
    "missing-policy": "reference/validation",
    "same-priority": "reference/validation",
    "unknown-component": "reference/plugins",
    "missing-extra": "reference/plugins",
    "missing-model": "reference/plugins",
    "plugin-failed": "reference/plugins",
    "duplicate-component": "reference/plugins",
    "key-without-effect": "reference/config",
    "invalid-component-config": "reference/config",
    "invalid-regex": "reference/nlu-data",
    "invalid-dictionary": "reference/config",
    "unavailable-component": "reference/plugins",
    "imports-rasa": "how-to/migrate-a-component",
    "storage-failed": "reference/tracker-stores",
    "unknown-service": "reference/tracker-stores",
    "unknown-channel": "reference/channels",
    "cannot-listen": "how-to/run-a-server",
    "invalid-environment": "reference/default-actions",
    "invalid-server-option": "how-to/run-a-server",
    "actions-not-importable": "reference/actions",
    "unknown-command": "reference/cli",
    "folder-in-use": "reference/cli",
    "cannot-write": "reference/cli",
    "nothing-to-draw": "how-to/look-at-stories",
    "cannot-migrate": "how-to/bring-an-older-bot",
    "unknown-format": "how-to/bring-an-older-bot",
    "logging-config": "reference/cli",
    "invalid-test": "reference/cli",
    "not-compared": "how-to/test-nlu",
    "tested-on-training-data": "how-to/test-nlu",
    "no-tests": "reference/cli",
    "invalid-test-case": "reference/e2e-tests",
    "invalid-marker": "reference/markers",
    "language-model-not-found": "how-to/use-a-language-model",
    "language-model-unusable": "how-to/use-a-language-model",
    "model-not-found": "reference/models",
    "model-archive": "reference/models",
    "cache-size": "reference/models",
    "default-left-out": "reference/config",
    "training-failed": "reference/models",
    "cannot-finetune": "how-to/finetune",
    "trained-anew": "how-to/finetune",
    "nothing-to-train": "reference/models",
    "unsupported-language": "reference/config",
    "incomplete-rule": "reference/policies",
    "rule-with-many-messages": "reference/policies",
    "contradicting-rules": "reference/policies",
    "conflicting-stories": "reference/policies",
}
"""Every problem code, and the page of the documentation that explains it."""


class Location(msgspec.Struct, frozen=True):
    """Where a value stands: ``file:line:column``, one-based, with the length of the value in characters."""

    file: str
    line: int
    column: int = 1
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """How bad a problem is: errors stop a training, warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong: what, where, and how to fix it.

    ``code`` is a key of :data:`CODES`. ``fix`` completes the message with a remedy ("did you mean 'bool'?").
    """

    code: str
    what: str
    where: Location | None = None
    fix: str | None = None
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"problem code {self.code!r} is not declared in framework.errors.CODES")

    @property
    def docs(self) -> str:
        """The documentation page that explains this problem."""
        return CODES[self.code]

    def __str__(self) -> str:
        place = f"{self.where}  " if self.where else ""
        remedy = f" ({self.fix})" if self.fix else ""
        return f"{place}{self.what}{remedy}"


class FrameworkError(Exception):
    """Base of every error raised on purpose; carries one or more problems."""

    exit_status: ClassVar[int] = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BotError(FrameworkError):
    """The bot's files are wrong, and their author can fix them."""


class UsageError(FrameworkError):
    """The command or the request was wrong."""

    exit_status: ClassVar[int] = 2


class EnvironmentProblem(FrameworkError):
    """Something outside the bot's files is missing: an extra, a server, a permission."""

    exit_status: ClassVar[int] = 3


_LISTED = 20


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Returns ``did you mean 'x'?`` for the known name nearest to ``name``, or None where none is near."""
    candidates = list(known)
    folded = {candidate.casefold(): candidate for candidate in candidates}
    if name.casefold() in folded:
        return f"did you mean {folded[name.casefold()]!r}?"
    near = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else None


def one_of(name: str, known: Iterable[str]) -> str:
    """Returns a remedy for an unknown name: the nearest known one, else those that are known, at most twenty."""
    candidates = sorted(known)
    listed = ", ".join(candidates[:_LISTED]) + (", …" if len(candidates) > _LISTED else "")
    return did_you_mean(name, candidates) or f"known: {listed or 'none'}"
