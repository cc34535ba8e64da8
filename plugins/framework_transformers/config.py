"""The settings of :class:`~framework_transformers.language_model_featurizer.LanguageModelFeaturizer`."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from framework.api import FeaturizerConfig

FAMILIES = {
    "bert": "rasa/LaBSE",
    "gpt": "openai-community/openai-gpt",
    "gpt2": "openai-community/gpt2",
    "xlnet": "xlnet/xlnet-base-cased",
    "distilbert": "distilbert/distilbert-base-uncased",
    "roberta": "FacebookAI/roberta-base",
    "camembert": "almanach/camembert-base",
}
"""The model that stands for a family where ``model_weights`` names none: those that Rasa takes."""

LAST_LAYER = (-1,)
Pooling = Literal["mean", "cls"]
Quantization = Literal["none", "int8"]


class LanguageModelConfig(FeaturizerConfig):
    """Which model, and how its vectors are made."""

    model_config = ConfigDict(protected_namespaces=())

    model_name: str = Field(
        default="bert",
        min_length=1,
        description="A family, whose usual model is taken if `model_weights` is unset; or itself a model.",
    )
    model_weights: str | None = Field(
        default=None,
        min_length=1,
        description="The model: a name on the Hugging Face hub, or a folder (a relative path starts at the bot's).",
    )
    cache_dir: str | None = Field(
        default=None, description="Where downloaded models are kept; where the Hugging Face libraries do if unset."
    )
    pooling: Pooling = Field(
        default="mean",
        description="The vector of a message: the `mean` of all its pieces, or that of the model's `cls` token.",
    )
    token_layers: tuple[int, ...] = Field(
        default=LAST_LAYER,
        min_length=1,
        description="Layers whose vectors a token has, side by side: 0 is what goes into the first, -1 the last.",
    )
    quantize: Quantization = Field(
        default="none", description="`int8` makes the model a quarter of the size, and one message faster."
    )
    max_length: int | None = Field(
        default=None,
        ge=8,
        description="The most pieces that the model sees at once, longer texts in windows; its own limit if unset.",
    )
    batch_size: int = Field(default=32, ge=1, description="Windows that go through the model at once.")

    @property
    def weights(self) -> str:
        """The name or path of the model."""
        return self.model_weights or FAMILIES.get(self.model_name, self.model_name)
