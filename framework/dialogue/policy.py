"""What a policy is: it learns from stories and rules, and says which action comes next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import Field

from framework.bot.domain import Domain
from framework.conversation.tracker import Tracker
from framework.dialogue.prediction import Prediction
from framework.dialogue.states import NOTHING_RULE_ONLY, RuleOnly
from framework.nlu.batch import MessageBatch
from framework.nlu.component import ComponentConfig, EarlierTraining, LoadContext

if TYPE_CHECKING:
    from framework.bot.stories import StoryData
    from framework.dialogue.unroll import TrainingDialogue

__all__ = ["Policy", "PolicyConfig", "PolicyTrainingData", "Prediction"]


Featurize = Callable[[Sequence[str]], MessageBatch]
"""Gives texts the tokens and features of the bot's pipeline; none where it has no pipeline."""


class StateFeaturizerConfig(ComponentConfig):
    """How a single state becomes numbers; accepted for compatibility."""

    name: Literal["SingleStateFeaturizer", "IntentTokenizerSingleStateFeaturizer"]


class TrackerFeaturizerConfig(ComponentConfig):
    """How far back a policy looks: ``max_history`` states, or all with ``FullDialogueTrackerFeaturizer``."""

    name: Literal["MaxHistoryTrackerFeaturizer", "FullDialogueTrackerFeaturizer", "IntentMaxHistoryTrackerFeaturizer"]
    max_history: int | None = Field(default=None, ge=1, description="How many states back; all if unset.")
    remove_duplicates: bool = Field(default=True, description="Accepted for compatibility; duplicates never stay.")
    state_featurizer: list[StateFeaturizerConfig] = Field(
        default_factory=list, description="Accepted for compatibility."
    )


class PolicyConfig(ComponentConfig):
    """What all policies can be told."""

    priority: int = Field(default=1, ge=0, description="Wins a tie of confidence against a lower one.")
    max_history: int | None = Field(
        default=None, ge=1, description="How many states back the policy looks; all if unset."
    )
    featurizer: list[TrackerFeaturizerConfig] = Field(
        default_factory=list, max_length=1, description="Another way to say `max_history`; takes precedence."
    )

    @property
    def history(self) -> int | None:
        """How many states back the policy looks; None for all."""
        if not self.featurizer:
            return self.max_history
        featurizer = self.featurizer[0]
        return None if featurizer.name == "FullDialogueTrackerFeaturizer" else featurizer.max_history


@dataclass(slots=True)
class PolicyTrainingData:
    """What a policy trains on: the unrolled stories and rules, and their source.

    ``dialogues`` are all unrolled stories, rules and augmented stories; each tells which it is. ``featurize`` is for
    texts in them (end-to-end training).
    """

    domain: Domain
    stories: StoryData
    dialogues: list[TrainingDialogue]
    featurize: Featurize = MessageBatch.of


ConfigT = TypeVar("ConfigT", bound=PolicyConfig)


class Policy(ABC, Generic[ConfigT]):
    """Decides the next action of a conversation."""

    Config: ClassVar[type[Any]] = PolicyConfig
    version: ClassVar[int] = 1
    is_finetunable: ClassVar[bool] = False
    """Whether :meth:`finetune` goes on from an earlier training."""
    reads_rules: ClassVar[bool] = False
    reads_stories: ClassVar[bool] = True
    reads_texts: ClassVar[bool] = False
    """Whether it goes by what the pipeline's featurizers make of texts in stories."""

    only_chooses: ClassVar[bool] = False
    """Whether its predictions are an action and nothing else: no events, no end-to-end or "no user" prediction.

    Such a policy is not asked where it could not win.
    """

    def __init__(self, config: ConfigT, context: LoadContext) -> None:
        self.config = config
        self.context = context
        self.rule_only: RuleOnly = NOTHING_RULE_ONLY
        """What only rules know of, as the ensemble's rule policy found out; a learned policy leaves it out."""
        self.featurize: Featurize = MessageBatch.of
        """Features of texts from the bot's pipeline, once the bot is loaded."""

    @property
    def name(self) -> str:
        """The policy's unique name in the bot's config."""
        return self.context.name

    def learned_rule_only(self) -> RuleOnly | None:
        """The slots and loops that only rules know of, from a policy that learns rules; None from others."""
        return None

    @abstractmethod
    def train(self, data: PolicyTrainingData) -> None:
        """Learns from stories and rules.

        Raises:
            BotError: the stories or rules contradict each other.
        """

    def finetune(self, data: PolicyTrainingData, earlier: EarlierTraining) -> None:  # noqa: ARG002
        """Learns from stories and rules, beginning with what an earlier training found out.

        That was with the same config, but for the epochs; the domain and the stories may have changed.

        Raises:
            BotError: the stories or rules contradict each other.
        """
        self.train(data)

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
