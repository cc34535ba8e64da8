"""What a policy is: it learns from stories and rules, and says which action comes next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from pydantic import Field

from framework.bot.domain import Domain
from framework.conversation.tracker import Tracker
from framework.dialogue.prediction import Prediction
from framework.nlu.component import ComponentConfig, LoadContext

if TYPE_CHECKING:
    from framework.bot.stories import StoryData
    from framework.dialogue.unroll import TrainingDialogue

__all__ = ["Policy", "PolicyConfig", "PolicyTrainingData", "Prediction"]


class PolicyConfig(ComponentConfig):
    """What all policies can be told."""

    priority: int = Field(default=1, ge=0, description="Wins a tie of confidence against a lower one.")
    max_history: int | None = Field(
        default=None, ge=1, description="How many states back the policy looks; all if unset."
    )


@dataclass(slots=True)
class PolicyTrainingData:
    """What a policy trains on: the unrolled stories and rules, and their source.

    ``dialogues`` are all unrolled stories, rules and augmented stories; each tells which it is.
    """

    domain: Domain
    stories: StoryData
    dialogues: list[TrainingDialogue]


ConfigT = TypeVar("ConfigT", bound=PolicyConfig)


class Policy(ABC, Generic[ConfigT]):
    """Decides the next action of a conversation."""

    Config: ClassVar[type[Any]] = PolicyConfig
    version: ClassVar[int] = 1
    reads_rules: ClassVar[bool] = False
    reads_stories: ClassVar[bool] = True

    def __init__(self, config: ConfigT, context: LoadContext) -> None:
        self.config = config
        self.context = context

    @property
    def name(self) -> str:
        """The policy's unique name in the bot's config."""
        return self.context.name

    @abstractmethod
    def train(self, data: PolicyTrainingData) -> None:
        """Learns from stories and rules.

        Raises:
            BotError: the stories or rules contradict each other.
        """

    @abstractmethod
    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:
        """Says what comes next. The tracker must not be changed."""

    @abstractmethod
    def save(self, directory: Path) -> None:
        """Writes what was learned into an empty folder: JSON, safetensors and ONNX only."""

    @classmethod
    @abstractmethod
    def load(cls, config: ConfigT, directory: Path, context: LoadContext) -> Self:
        """Makes a ready policy of what :meth:`save` wrote."""
