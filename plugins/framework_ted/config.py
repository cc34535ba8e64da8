"""The settings of the policies that learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, field_validator

from framework.api import PolicyConfig
from framework.ml.runtime import Runtime
from framework.ml.unused_keys import UnusedNetworkKeys

Sizes = dict[str, int]

_MOST_EPOCHS = 300
DEFAULT_SIZE = 128
_DIALOGUE_AND_TEXT = " `dialogue` is that which looks back, `text` that which finds entities; others have no effect."
_OF_TEXTS = (
    "No effect: what the bot says is known by the features of its sentences, which need no network of their own."
)
_NO_SIMILARITY = "No effect: it belongs to the margin loss."


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """What the network that finds entities in texts can be told."""

    token_size: int
    size: int
    layers: int
    heads: int
    hidden_layers: tuple[int, ...]
    bilou: bool
    splits_at_comma: Callable[[str], bool]


class LearnedPolicyConfig(PolicyConfig):
    """What all policies that learn a network can be told."""

    epochs: int | None = Field(
        None, ge=1, description="The most epochs to train, 300 where unset; training stops when the loss has converged."
    )
    batch_size: int | tuple[int, int] | None = Field(
        None, description="Examples a step, or the first and last size of a linear growth; by the data where unset."
    )
    batch_strategy: Literal["balanced", "sequence"] = Field(
        "balanced", description="`balanced` spreads each action evenly over the epoch; `sequence` only shuffles."
    )
    learning_rate: float = Field(
        0.001, gt=0, description="Scales all learning rates: 0.002 doubles those that suit most data."
    )
    random_seed: int | None = Field(
        None, description="Two trainings with one seed are equal; a set seed also keeps to one thread."
    )
    evaluate_on_number_of_examples: int = Field(0, ge=0, description="Examples held out to validate on.")
    evaluate_every_number_of_epochs: int = Field(
        20, ge=-1, description="Epochs between validations; -1 validates only at the end."
    )
    checkpoint_model: bool = Field(False, description="Keep the weights that validated best.")
    drop_rate: float = Field(0.1, ge=0, lt=1, description="Share of the features of states dropped in training.")
    drop_rate_dialogue: float = Field(0.2, ge=0, lt=1, description="Share of hidden values dropped in training.")
    regularization_constant: float = Field(0.001, ge=0, description="Strength of weight decay, times ten.")
    featurizers: tuple[str, ...] = Field(
        (), description="Aliases of the featurizers whose features of texts to use; all where empty."
    )
    ranking_length: int = Field(0, ge=0, description="Actions that keep their confidence; 0 means all.")
    renormalize_confidences: bool = Field(
        False, description="Let the confidences of the `ranking_length` best add up to 1."
    )
    e2e_confidence_threshold: float = Field(
        0.5, ge=0, le=1, description="How sure a prediction by the words of a message must be to count."
    )
    runtime: Runtime = Field(
        "auto", description="What serves the network: `onnx`, `torch`, or `auto` (torch where there is a GPU)."
    )
    use_gpu: bool = Field(True, description="Train on a GPU where there is one.")

    @field_validator("batch_size")
    @classmethod
    def _positive(cls, value: Any) -> Any:
        sizes = value if isinstance(value, tuple) else (value,)
        if any(size is not None and size < 1 for size in sizes):
            raise ValueError("a batch has at least one example")
        return value

    @property
    def most_epochs(self) -> int:
        """The most epochs to train."""
        return self.epochs or _MOST_EPOCHS

    @property
    def hidden_layers(self) -> tuple[int, ...]:
        """Feed-forward layers of a state before the network that looks back."""
        return ()

    @property
    def size(self) -> int:
        """The width of the network."""
        return 128

    @property
    def layers(self) -> int:
        """How many layers look back."""
        return 1

    @property
    def heads(self) -> int:
        """Attention heads."""
        return 1

    @property
    def hidden_states(self) -> float:
        """Share of past states hidden in training."""
        return 0.0

    @property
    def label_drop_rate(self) -> float:
        """Share of the features of the bot's texts dropped in training, where these are to be chosen."""
        return 0.0

    @property
    def tagger(self) -> TaggerSettings | None:
        """How to find entities in texts; None for not at all."""
        return None


class TEDConfig(UnusedNetworkKeys, LearnedPolicyConfig):
    """Every key that Rasa's TEDPolicy knows. Keys that steer nothing here say so."""

    transformer_size: int | Sizes = Field(
        {"text": 128, "action_text": 128, "label_action_text": 128, "dialogue": 128},
        description="Width of the networks." + _DIALOGUE_AND_TEXT,
    )
    number_of_transformer_layers: int | Sizes = Field(
        {"text": 1, "action_text": 1, "label_action_text": 1, "dialogue": 1},
        description="Layers of the networks." + _DIALOGUE_AND_TEXT,
    )
    number_of_attention_heads: int = Field(4, ge=1, description="Attention heads; divides the widths of the networks.")
    hidden_layers_sizes: dict[str, tuple[int, ...]] = Field(
        {"text": (), "action_text": (), "label_action_text": ()},
        description="Feed-forward layers before the transformers." + _DIALOGUE_AND_TEXT,
    )
    drop_rate_attention: float = Field(
        0.2, ge=0, lt=1, description="Share of past states hidden in training, so that none is relied upon."
    )

    use_sparse_input_dropout: bool = Field(True, description="Whether `drop_rate` applies to sparse features.")
    use_dense_input_dropout: bool = Field(True, description="Whether `drop_rate` applies to dense features.")

    entity_recognition: bool = Field(
        True,
        description="Find entities in messages that count by their words, as they are marked in stories told by words.",
    )
    BILOU_flag: bool = Field(
        True, description="Tell the beginning, inside and end of an entity and single-token entities apart."
    )
    split_entities_by_comma: bool | dict[str, bool] = Field(
        True, description="Split an entity at a comma between its words; also by entity name."
    )
    dense_dimension: Sizes = Field(
        {
            "text": 128,
            "action_text": 128,
            "label_action_text": 128,
            "intent": 20,
            "action_name": 20,
            "label_action_name": 20,
            "entities": 20,
            "slots": 20,
            "active_loop": 20,
        },
        description="Width of the embeddings of tokens in which entities are found: `text`; others have no effect.",
    )
    concat_dimension: Sizes = Field({"text": 128, "action_text": 128, "label_action_text": 128}, description=_OF_TEXTS)
    encoding_dimension: int = Field(50, ge=1, description="No effect: a state is as wide as the network.")
    use_key_relative_attention: bool = Field(False, description="No effect: keys always depend on the distance.")
    use_value_relative_attention: bool = Field(False, description="No effect: values always depend on the distance.")
    unidirectional_encoder: bool = Field(False, description="No effect: a state never sees what comes after it.")
    maximum_negative_similarity: float = Field(-0.2, ge=-1, le=1, description=_NO_SIMILARITY)
    scale_loss: bool = Field(True, description="No effect: what is learned already weighs less by itself.")
    drop_rate_label: float = Field(
        0.0, ge=0, lt=1, description="Share of the features of the bot's texts dropped in training, where it chooses."
    )
    use_masked_language_model: bool = Field(
        False, description="No effect: stories have too few texts to learn a language from."
    )

    @field_validator("transformer_size", "number_of_transformer_layers")
    @classmethod
    def _positive_dialogue(cls, value: int | Sizes) -> int | Sizes:
        if _of(value, "dialogue", 1) < 1:
            raise ValueError("must be at least 1 for the dialogue")
        return value

    @field_validator("number_of_attention_heads")
    @classmethod
    def _divides(cls, heads: int, info: Any) -> int:
        sizes = info.data.get("transformer_size", {})
        for size in (_of(sizes, "dialogue", DEFAULT_SIZE), _of(sizes, "text", DEFAULT_SIZE)):
            if size % heads:
                raise ValueError(f"{heads} heads do not divide the transformer_size {size}")
        return heads

    @property
    def hidden_layers(self) -> tuple[int, ...]:  # noqa: D102
        return self.hidden_layers_sizes.get("dialogue", ())

    @property
    def size(self) -> int:  # noqa: D102
        return _of(self.transformer_size, "dialogue", DEFAULT_SIZE)

    @property
    def layers(self) -> int:  # noqa: D102
        return _of(self.number_of_transformer_layers, "dialogue", 1)

    @property
    def heads(self) -> int:  # noqa: D102
        return self.number_of_attention_heads

    @property
    def hidden_states(self) -> float:  # noqa: D102
        return self.drop_rate_attention

    @property
    def label_drop_rate(self) -> float:  # noqa: D102
        return self.drop_rate_label

    @property
    def tagger(self) -> TaggerSettings | None:  # noqa: D102
        if not self.entity_recognition:
            return None
        return TaggerSettings(
            token_size=self.dense_dimension.get("text", DEFAULT_SIZE),
            size=_of(self.transformer_size, "text", DEFAULT_SIZE),
            layers=_of(self.number_of_transformer_layers, "text", 1),
            heads=self.number_of_attention_heads,
            hidden_layers=self.hidden_layers_sizes.get("text", ()),
            bilou=self.BILOU_flag,
            splits_at_comma=self._splits_at_comma,
        )

    def _splits_at_comma(self, entity: str) -> bool:
        split = self.split_entities_by_comma
        return split.get(entity, True) if isinstance(split, dict) else split


class UnexpecTEDConfig(TEDConfig):
    """What the policy of unlikely intents can be told: as TED, and what counts as unlikely."""

    priority: int = Field(2, ge=0, description="Wins a tie of confidence against a lower one.")
    ignore_intents_list: tuple[str, ...] = Field((), description="Intents that are never called unlikely.")
    tolerance: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of the stories' other intents that may pass as likely; more means fewer alarms.",
    )
    ranking_length: int = Field(10, ge=0, description="No effect: an intent is judged by its own score.")
    entity_recognition: bool = Field(False, description="No effect: it finds no entities.")
    similarity_type: Literal["auto", "cosine", "inner"] = Field(
        "inner", description="No effect: similarity is the inner product."
    )


class LSTMConfig(LearnedPolicyConfig):
    """What the recurrent policy can be told."""

    rnn_size: int = Field(64, ge=1, description="Width of the network.")
    number_of_layers: int = Field(1, ge=1, description="Recurrent layers.")

    @property
    def size(self) -> int:  # noqa: D102
        return self.rnn_size

    @property
    def layers(self) -> int:  # noqa: D102
        return self.number_of_layers


def _of(value: int | Sizes, network: str, default: int) -> int:
    return value if isinstance(value, int) else value.get(network, default)
