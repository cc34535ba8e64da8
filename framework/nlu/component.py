"""What a pipeline component is: one class with a typed config that trains on, and fills in, batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from framework.bot.domain import ResponseVariation
from framework.bot.nlu_data import Example, LookupTable, NLUData, RegexPattern
from framework.nlu.batch import MessageBatch
from framework.registry import Kind


class ComponentConfig(BaseModel):
    """Base of every component's ``Config``: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FeaturizerConfig(ComponentConfig):
    """What all featurizers can be told. ``alias`` is the name by which classifiers pick the features."""

    alias: str | None = Field(
        default=None, description="Name by which classifiers pick these features; the component's name if unset."
    )


class ComponentCache(Protocol):
    """Keeps what is costly to make from one training to the next, as folders by key; what is long unused goes."""

    def find(self, key: str) -> Path | None:
        """The folder that was added under this key; None where there is none."""

    def add(self, key: str, save: Callable[[Path], None]) -> Path:
        """Lets ``save`` fill a new folder, and keeps it under this key."""


@dataclass(frozen=True, slots=True)
class LoadContext:
    """What a component may know of its surroundings.

    ``name`` is the component's unique name in the pipeline (``CountVectorsFeaturizer``,
    ``CountVectorsFeaturizer-2``); ``language`` the bot's language code. ``responses`` are the bot's as they are now,
    which may be newer than what the component was trained on. ``only_for`` are the languages of the messages that it is
    for, all if empty. ``cache`` is there while training only.
    """

    name: str
    language: str | None = None
    bot_folder: Path = Path()
    responses: Mapping[str, Sequence[ResponseVariation]] = field(default_factory=dict)
    only_for: tuple[str, ...] = ()
    cache: ComponentCache | None = None


@dataclass(frozen=True, slots=True)
class EarlierTraining:
    """An earlier training of a component, to go on from.

    ``folder`` is what the component saved then. ``epoch_fraction`` is how much of the configured epochs to train now.
    """

    folder: Path
    epoch_fraction: float = 1.0

    def epochs(self, configured: int) -> int:
        """How many epochs to train, where so many are configured."""
        return max(1, round(configured * self.epoch_fraction))


@dataclass(slots=True)
class TrainingData:
    """What a component trains on.

    ``batch`` holds the texts of ``nlu.examples`` in the same order, with the tokens and features that the
    components before this one gave them. ``featurize`` sends other texts, such as responses, the same way.
    """

    nlu: NLUData
    batch: MessageBatch
    domain_intents: tuple[str, ...] = ()
    domain_entities: tuple[str, ...] = ()
    featurize: Callable[[Sequence[str]], MessageBatch] = MessageBatch.of

    @property
    def examples(self) -> tuple[Example, ...]:
        """The annotated examples."""
        return self.nlu.examples

    @property
    def regexes(self) -> tuple[RegexPattern, ...]:
        """The named regular expressions."""
        return self.nlu.regexes

    @property
    def lookups(self) -> tuple[LookupTable, ...]:
        """The lookup tables."""
        return self.nlu.lookups


ConfigT = TypeVar("ConfigT", bound=ComponentConfig)


class Component(ABC, Generic[ConfigT]):
    """A stage of the NLU pipeline.

    A class sets ``Config`` to its pydantic model and overrides what it needs: ``process`` always, ``train``, ``save``
    and ``load`` if it learns. ``version`` is part of the fingerprint: raise it when the code would train differently.
    ``reads`` names the parts of the NLU data that training depends on.
    """

    Config: ClassVar[type[Any]] = ComponentConfig
    kind: ClassVar[Kind] = "nlu"
    also: ClassVar[frozenset[Kind]] = frozenset()
    """Further kinds that the component does the work of, for those that must stand after one."""
    version: ClassVar[int] = 1
    is_trainable: ClassVar[bool] = False
    is_finetunable: ClassVar[bool] = False
    """Whether :meth:`finetune` goes on from an earlier training. A featurizer that does leaves its columns where they
    were and appends new ones, so that what is trained on them can go on, too."""
    reads: ClassVar[frozenset[str]] = frozenset({"examples"})
    """Of ``examples``, ``regexes``, ``lookups``, ``synonyms``, ``responses``."""
    requires: ClassVar[tuple[Kind, ...]] = ()
    """Kinds of which one must stand earlier in the pipeline."""
    reads_features: ClassVar[bool] = False
    """Whether training uses the features of the featurizers before it even though it does not require any."""
    sets_languages: ClassVar[bool] = False
    """Whether it finds out which language each message is in."""
    unsupported_languages: ClassVar[frozenset[str]] = frozenset()
    supported_languages: ClassVar[frozenset[str] | None] = None

    def __init__(self, config: ConfigT, context: LoadContext) -> None:
        self.config = config
        self.context = context

    @classmethod
    def inputs(cls, config: ConfigT) -> frozenset[str]:  # noqa: ARG003
        """The parts of the NLU data that training with this config depends on: ``reads``, or less, or more."""
        return cls.reads

    @classmethod
    def files(cls, config: ConfigT, bot_folder: Path) -> list[Path]:  # noqa: ARG003
        """Files beside the bot's data that training with this config reads; a change in one trains it anew."""
        return []

    @classmethod
    def uses_extra(cls, config: ConfigT) -> bool:  # noqa: ARG003
        """Whether a component with this config needs the pip extra that its plugin declares for it."""
        return True

    @property
    def name(self) -> str:
        """The component's unique name in its pipeline."""
        return self.context.name

    def train(self, data: TrainingData) -> None:
        """Learns from the training data."""

    def finetune(self, data: TrainingData, earlier: EarlierTraining) -> None:  # noqa: ARG002
        """Learns from the training data, beginning with what an earlier training found out.

        That was with the same config, but for the epochs, on other data: there may be new intents, words and features
        now, and old ones may be gone.
        """
        self.train(data)

    @abstractmethod
    def process(self, batch: MessageBatch) -> None:
        """Fills in what this component knows of the messages, in place."""

    def save(self, directory: Path) -> None:
        """Writes what was learned into an empty folder: JSON, safetensors and ONNX only."""

    @classmethod
    def load(cls, config: ConfigT, directory: Path, context: LoadContext) -> Self:  # noqa: ARG003
        """Makes a ready component of what :meth:`save` wrote."""
        return cls(config, context)


class Featurizer(Component[ConfigT]):
    """Appends a :class:`~framework.nlu.features.FeatureBlock` to the batch."""

    kind = "featurizer"
    requires: ClassVar[tuple[Kind, ...]] = ("tokenizer",)

    @property
    def origin(self) -> str:
        """The name under which this featurizer's block is known."""
        alias: str | None = getattr(self.config, "alias", None)
        return alias or self.name


class IntentClassifier(Component[ConfigT]):
    """Decides the intent of each message."""

    kind = "intent_classifier"


class EntityExtractor(Component[ConfigT]):
    """Adds entities to each message."""

    kind = "entity_extractor"
