"""The settings of :class:`~framework_diet.classifier.DIETClassifier`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from framework.api import ComponentConfig
from framework.ml.runtime import Runtime
from framework.ml.unused_keys import UnusedNetworkKeys

Rate = float
"""A share between 0 and 1."""


class _Keys(ComponentConfig):
    """The keys that have an effect."""

    featurizers: tuple[str, ...] = Field((), description="Aliases of the featurizers to use; all where empty.")
    intent_classification: bool = Field(True, description="Learn intents.")
    entity_recognition: bool = Field(True, description="Learn entities.")
    BILOU_flag: bool = Field(
        True, description="Tell the beginning, inside and end of an entity and single-token entities apart."
    )
    split_entities_by_comma: bool | dict[str, bool] = Field(
        True, description="Split an entity at a comma between its words; also by entity name."
    )

    epochs: int = Field(300, ge=1, description="The most epochs to train; training stops when the loss has converged.")
    batch_size: int | tuple[int, int] | None = Field(
        None, description="Examples a step, or the first and last size of a linear growth; by the data where unset."
    )
    batch_strategy: Literal["balanced", "sequence"] = Field(
        "balanced", description="`balanced` spreads each intent evenly over the epoch; `sequence` only shuffles."
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

    calibrate: bool = Field(
        False, description="Train once more without a fifth of the examples, and fit the confidences on these."
    )

    hidden_layers_sizes: dict[str, tuple[int, ...]] = Field(
        {"text": (), "label": ()}, description="Feed-forward layers of tokens (`text`) before the transformer."
    )
    dense_dimension: dict[str, int] = Field(
        {"text": 128, "label": 20}, description="Width of the embeddings of sparse token features (`text`)."
    )
    transformer_size: int | None = Field(None, ge=1, description="Width of the transformer; 128 where unset.")
    number_of_transformer_layers: int | None = Field(
        None, ge=0, description="Transformer layers; where unset, one if there are entities to learn, else none."
    )
    number_of_attention_heads: int = Field(4, ge=1, description="Attention heads; divides `transformer_size`.")
    drop_rate: Rate = Field(0.2, ge=0, lt=1, description="Share of hidden values dropped in training.")
    drop_rate_attention: Rate = Field(0.0, ge=0, lt=1, description="Share of attention weights dropped in training.")
    use_sparse_input_dropout: bool = Field(
        True, description="Also drop sparse input features: twice that share, at most 0.6."
    )
    use_dense_input_dropout: bool = Field(True, description="Also drop dense input features.")
    regularization_constant: float = Field(0.002, ge=0, description="Strength of weight decay.")
    use_masked_language_model: bool = Field(
        False, description="Also learn to guess masked tokens: 15 %, of which 70 % masked, 10 % swapped, 20 % kept."
    )

    ranking_length: int = Field(10, ge=0, description="Intents in the ranking; 0 means all.")
    renormalize_confidences: bool = Field(False, description="Let the confidences of the ranking add up to 1.")
    runtime: Runtime = Field(
        "auto", description="What serves the network: `onnx`, `torch`, or `auto` (torch where there is a GPU)."
    )

    @field_validator("batch_size")
    @classmethod
    def _positive(cls, value: Any) -> Any:
        sizes = value if isinstance(value, tuple) else (value,)
        if any(size is not None and size < 1 for size in sizes):
            raise ValueError("a batch has at least one example")
        return value

    @field_validator("number_of_attention_heads")
    @classmethod
    def _divides(cls, heads: int, info: Any) -> int:
        size = info.data.get("transformer_size") or 128
        if size % heads:
            raise ValueError(f"{heads} heads do not divide the transformer_size {size}")
        return heads

    def splits_at_comma(self, entity: str) -> bool:
        """Whether an entity of this name ends at a comma."""
        if isinstance(self.split_entities_by_comma, dict):
            return self.split_entities_by_comma.get(entity, True)
        return self.split_entities_by_comma


class DIETConfig(UnusedNetworkKeys, _Keys):
    """Every key that Rasa's DIETClassifier knows. Keys that steer nothing here say so."""
