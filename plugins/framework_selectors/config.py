"""The settings of :class:`~framework_selectors.response_selector.ResponseSelector`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from framework.api import ComponentConfig
from framework.ml.runtime import Runtime
from framework.ml.unused_keys import UNUSED, UnusedNetworkKeys

Size = Annotated[int, Field(ge=1)]


class _Keys(ComponentConfig):
    """The keys that have an effect."""

    retrieval_intent: str | None = Field(
        None, description="The retrieval intent whose answers are chosen from; those of all of them where unset."
    )
    use_text_as_label: bool = Field(
        False,
        description="Learn from the texts of the answers too, and treat questions with the same answer as one.",
    )
    threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Confidence below which the intent becomes `nlu_fallback`; where unset, the best answer is taken.",
    )
    featurizers: tuple[str, ...] = Field((), description="Aliases of the featurizers to use; all where empty.")
    ranking_length: int = Field(10, ge=0, description="Answers in the ranking; 0 means all.")
    renormalize_confidences: bool = Field(False, description="Let the confidences of the ranking add up to 1.")

    epochs: int = Field(300, ge=1, description="The most epochs to train; training stops when the loss has converged.")
    batch_size: Size | tuple[Size, Size] | None = Field(
        None, description="Examples a step, or the first and last size of a linear growth; by the data where unset."
    )
    batch_strategy: Literal["balanced", "sequence"] = Field(
        "balanced", description="`balanced` spreads each answer evenly over the epoch; `sequence` only shuffles."
    )
    learning_rate: float = Field(
        0.001, gt=0, description="Scales all learning rates: 0.002 doubles those that suit most data."
    )
    random_seed: int | None = Field(None, description="Seed of the training; two trainings with one seed are equal.")
    evaluate_on_number_of_examples: int = Field(0, ge=0, description="Examples held out to validate on.")
    evaluate_every_number_of_epochs: int = Field(
        20, ge=-1, description="Epochs between validations; -1 validates only at the end."
    )
    checkpoint_model: bool = Field(False, description="Keep the weights that validated best.")

    hidden_layers_sizes: dict[str, tuple[Size, ...]] = Field(
        {"text": (256,), "label": ()}, description="Feed-forward layers over the message (`text`)."
    )
    dense_dimension: dict[str, Size] = Field(
        {"text": 256, "label": 20}, description="Width of the embedding of the message's sparse features (`text`)."
    )
    drop_rate: float = Field(0.2, ge=0, lt=1, description="Share of hidden values dropped in training.")
    use_sparse_input_dropout: bool = Field(
        True, description="Also drop sparse input features, three times as many, up to 60 %."
    )
    use_dense_input_dropout: bool = Field(True, description="Also drop dense input features.")
    regularization_constant: float = Field(0.002, ge=0, description="Strength of weight decay.")
    runtime: Runtime = Field(
        "auto", description="What serves the network: `onnx`, `torch`, or `auto` (torch where there is a GPU)."
    )

    transformer_size: int | None = Field(None, ge=1, description=UNUSED)
    number_of_transformer_layers: int = Field(
        0, ge=0, description="No effect: answers are chosen without a transformer."
    )
    number_of_attention_heads: int = Field(4, ge=1, description=UNUSED)
    drop_rate_attention: float = Field(0.0, ge=0, lt=1, description=UNUSED)
    use_masked_language_model: bool = Field(False, description=UNUSED)


class ResponseSelectorConfig(UnusedNetworkKeys, _Keys):
    """Every key that Rasa's ResponseSelector knows, and ``threshold``. Keys that steer nothing here say so."""
