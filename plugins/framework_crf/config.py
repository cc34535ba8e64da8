"""The settings of :class:`~framework_crf.extractor.CRFEntityExtractor`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from framework.api import ComponentConfig

FeatureName = Literal[
    "low", "title", "upper", "digit", "bias", "prefix5", "prefix2",
    "suffix5", "suffix3", "suffix2", "suffix1", "pos", "pos2", "pattern", "text_dense_features",
]  # fmt: skip


class CRFConfig(ComponentConfig):
    """Which features of which neighbours, and how long and how cautiously to learn."""

    BILOU_flag: bool = Field(
        default=True, description="Tell the beginning, inside and end of an entity and single-token entities apart."
    )
    split_entities_by_comma: bool | dict[str, bool] = Field(
        default=True, description="Split an entity at a comma between its words; also by entity name."
    )
    features: tuple[tuple[FeatureName, ...], ...] = Field(
        default=(
            ("low", "title", "upper"),
            (
                "low", "bias", "prefix5", "prefix2", "suffix5", "suffix3", "suffix2",
                "upper", "title", "digit", "pattern",
            ),
            ("low", "title", "upper"),
        ),
        min_length=1,
        description="A window of an odd number of lists: features of the tokens before, of the token, of those after.",
    )  # fmt: skip
    max_iterations: int = Field(default=50, ge=1, description="Greatest number of steps of the training.")
    L1_c: float = Field(default=0.1, ge=0.0, description="Strength of the L1 regularisation, which drops features.")
    L2_c: float = Field(default=0.1, ge=0.0, description="Strength of the L2 regularisation, which shrinks weights.")
    featurizers: tuple[str, ...] = Field(
        default=(),
        description="Names or aliases of the featurizers that `pattern` and `text_dense_features` use; all if empty.",
    )

    @field_validator("features")
    @classmethod
    def _has_a_middle(cls, features: tuple[tuple[FeatureName, ...], ...]) -> tuple[tuple[FeatureName, ...], ...]:
        if len(features) % 2 == 0:
            raise ValueError(f"needs an odd number of lists, so that one is the token's own; has {len(features)}")
        return features

    def splits_at_comma(self, entity: str) -> bool:
        """Whether an entity of this name ends at a comma."""
        if isinstance(self.split_entities_by_comma, dict):
            return self.split_entities_by_comma.get(entity, True)
        return self.split_entities_by_comma
