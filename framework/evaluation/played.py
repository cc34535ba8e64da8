"""What came of a script: the steps, and what the model made of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from framework.bot.stories import ActionStep, BotStep, LoopStep, SlotStep, UserStep
from framework.evaluation.scripts import Script


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """A user step, and how the model understood its text; ``is_understood`` is False where that is not as written."""

    step: UserStep
    intent: str | None
    entities: tuple[dict[str, Any], ...]
    is_understood: bool


@dataclass(frozen=True, slots=True)
class PredictedAction:
    """An action of the script, and the one that the model chose.

    ``step`` is None where the bot listens, which no author writes down. ``follows_unlikely_intent`` tells that the
    model found the user's message unlikely first.
    """

    step: ActionStep | BotStep | None
    expected: str
    predicted: str
    policy: str | None
    confidence: float
    follows_unlikely_intent: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the model chose what the script has."""
        return self.predicted == self.expected


@dataclass(frozen=True, slots=True)
class GivenStep:
    """A step with nothing to predict: a slot, a loop, or an action with which a story begins."""

    step: SlotStep | LoopStep | ActionStep | BotStep | UserStep


@dataclass(frozen=True, slots=True)
class FoundEntities:
    """The entities that a policy found in the words of a message.

    ``tokens`` are start and end of each, None where there is no tokenizer.
    """

    step: UserStep
    policy: str
    entities: tuple[dict[str, Any], ...]
    tokens: list[list[int]] | None


PlayedStep = HeardMessage | PredictedAction | GivenStep


@dataclass(frozen=True, slots=True)
class PlayedScript:
    """A script that was played to its end."""

    script: Script
    steps: list[PlayedStep] = field(default_factory=list)
    found: list[FoundEntities] = field(default_factory=list)
    """What policies found in those messages whose words counted."""

    @property
    def messages(self) -> list[HeardMessage]:
        """The messages whose text was understood by the model."""
        return [step for step in self.steps if isinstance(step, HeardMessage)]

    @property
    def actions(self) -> list[PredictedAction]:
        """The actions that the model chose."""
        return [step for step in self.steps if isinstance(step, PredictedAction)]

    @property
    def is_right(self) -> bool:
        """Whether every message was understood, and every action chosen, as written."""
        return all(message.is_understood for message in self.messages) and all(a.is_right for a in self.actions)

    @property
    def has_warnings(self) -> bool:
        """Whether the model found a message unlikely, yet went on as written."""
        return any(action.follows_unlikely_intent for action in self.actions)
