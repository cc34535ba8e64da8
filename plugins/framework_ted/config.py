"""The settings of the policies that learn."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from framework.api import PolicyConfig
from framework.ml.runtime import Runtime
from framework.ml.unused_keys import UNUSED, UnusedNetworkKeys

Sizes = dict[str, int]

_TEXT_ONLY = "Only `dialogue` has an effect; texts need no transformer of their own here."


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


class TEDConfig(UnusedNetworkKeys, LearnedPolicyConfig):
    """Every key that Rasa's TEDPolicy knows. Keys that steer nothing here say so."""

    transformer_size: int | Sizes = Field(
        {"text": 128, "action_text": 128, "label_action_text": 128, "dialogue": 128},
        description="Width of the network. " + _TEXT_ONLY,
    )
    number_of_transformer_layers: int | Sizes = Field(
        {"text": 1, "action_text": 1, "label_action_text": 1, "dialogue": 1},
        description="How many times the network looks back. " + _TEXT_ONLY,
    )
    number_of_attention_heads: int = Field(4, ge=1, description="Attention heads; divides the transformer's width.")
    hidden_layers_sizes: dict[str, tuple[int, ...]] = Field(
        {"text": (), "action_text": (), "label_action_text": ()},
        description="Feed-forward layers of a state before the transformer: those of `dialogue`.",
    )
    drop_rate_attention: float = Field(
        0.2, ge=0, lt=1, description="Share of past states hidden in training, so that none is relied upon."
    )

    use_sparse_input_dropout: bool = Field(True, description="Whether `drop_rate` applies to sparse features.")
    use_dense_input_dropout: bool = Field(True, description="Whether `drop_rate` applies to dense features.")

    entity_recognition: bool = Field(
        True, description="No effect: the entities of a message are those that the pipeline finds."
    )
    BILOU_flag: bool = Field(True, description=UNUSED)
    split_entities_by_comma: bool | dict[str, bool] = Field(True, description=UNUSED)
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
        description=UNUSED,
    )
    concat_dimension: Sizes = Field({"text": 128, "action_text": 128, "label_action_text": 128}, description=UNUSED)
    encoding_dimension: int = Field(50, ge=1, description=UNUSED)
    use_key_relative_attention: bool = Field(False, description="No effect: keys always depend on the distance.")
    use_value_relative_attention: bool = Field(False, description="No effect: values always depend on the distance.")
    unidirectional_encoder: bool = Field(False, description="No effect: a state never sees what comes after it.")
    maximum_negative_similarity: float = Field(-0.2, ge=-1, le=1, description=UNUSED)
    scale_loss: bool = Field(True, description=UNUSED)
    drop_rate_label: float = Field(0.0, ge=0, lt=1, description=UNUSED)
    use_masked_language_model: bool = Field(False, description=UNUSED)

    @field_validator("transformer_size", "number_of_transformer_layers")
    @classmethod
    def _positive_dialogue(cls, value: int | Sizes) -> int | Sizes:
        if _dialogue(value) < 1:
            raise ValueError("must be at least 1 for the dialogue")
        return value

    @field_validator("number_of_attention_heads")
    @classmethod
    def _divides(cls, heads: int, info: Any) -> int:
        size = _dialogue(info.data.get("transformer_size", {}), 128)
        if size % heads:
            raise ValueError(f"{heads} heads do not divide the transformer_size {size}")
        return heads

    @property
    def hidden_layers(self) -> tuple[int, ...]:  # noqa: D102
        return self.hidden_layers_sizes.get("dialogue", ())

    @property
    def size(self) -> int:  # noqa: D102
        return _dialogue(self.transformer_size, 128)

    @property
    def layers(self) -> int:  # noqa: D102
        return _dialogue(self.number_of_transformer_layers)

    @property
    def heads(self) -> int:  # noqa: D102
        return self.number_of_attention_heads

    @property
    def hidden_states(self) -> float:  # noqa: D102
        return self.drop_rate_attention


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
    ranking_length: int = Field(10, ge=0, description=UNUSED)
    entity_recognition: bool = Field(False, description=UNUSED)
    similarity_type: Literal["auto", "cosine", "inner"] = Field("inner", description=UNUSED)


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


def _dialogue(value: int | Sizes, default: int = 1) -> int:
    return value if isinstance(value, int) else value.get("dialogue", default)
