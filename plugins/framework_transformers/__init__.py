"""Pretrained language models of Hugging Face as featurizers: exported once, served by ONNX Runtime."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "featurizer",
            "LanguageModelFeaturizer",
            "framework_transformers.language_model_featurizer:LanguageModelFeaturizer",
            aliases=("rasa.nlu.featurizers.dense_featurizer.lm_featurizer.LanguageModelFeaturizer",),
            extra="transformers",
            summary="Gives each token and message the vectors of a pretrained language model.",
        ),
    ]
