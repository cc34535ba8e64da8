"""Keys of Rasa's networks that steer nothing in ours, for configs to take so that existing files load."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from framework.nlu.component import ComponentConfig

UNUSED = "Accepted so that existing configurations load; has no effect here."


class UnusedNetworkKeys(ComponentConfig):
    """Put it first among a config's bases, so that its keys come last."""

    constrain_similarities: bool = Field(False, description=UNUSED)
    model_confidence: Literal["softmax", "linear_norm", "cosine", "inner"] = Field(
        "softmax", description="Confidences are always a softmax."
    )
    share_hidden_layers: bool = Field(False, description=UNUSED)
    embedding_dimension: int = Field(20, ge=1, description=UNUSED)
    concat_dimension: dict[str, int] = Field({"text": 128, "label": 20}, description=UNUSED)
    connection_density: float = Field(0.2, ge=0, le=1, description=UNUSED)
    weight_sparsity: float | None = Field(None, ge=0, le=1, description=UNUSED)
    use_key_relative_attention: bool = Field(False, description=UNUSED)
    use_value_relative_attention: bool = Field(False, description=UNUSED)
    max_relative_position: int | None = Field(5, description=UNUSED)
    unidirectional_encoder: bool = Field(False, description=UNUSED)
    number_of_negative_examples: int = Field(20, ge=0, description="No effect: the loss looks at all labels.")
    similarity_type: Literal["auto", "cosine", "inner"] = Field("auto", description=UNUSED)
    loss_type: Literal["cross_entropy", "softmax", "margin"] = Field(
        "cross_entropy", description="The loss is always cross-entropy."
    )
    maximum_positive_similarity: float = Field(0.8, ge=-1, le=1, description=UNUSED)
    maximum_negative_similarity: float = Field(-0.4, ge=-1, le=1, description=UNUSED)
    use_maximum_negative_similarity: bool = Field(True, description=UNUSED)
    negative_margin_scale: float = Field(0.8, ge=0, description=UNUSED)
    scale_loss: bool = Field(False, description=UNUSED)
    drop_small_last_batch: bool = Field(False, description=UNUSED)
    run_eagerly: bool = Field(False, description=UNUSED)
    tensorboard_log_directory: str | None = Field(None, description=UNUSED)
    tensorboard_log_level: Literal["epoch", "batch", "minibatch"] = Field("epoch", description=UNUSED)
