"""Keys of Rasa's networks that steer nothing in ours, for configs to take so that existing files load."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from framework.nlu.component import ComponentConfig

UNUSED = "Accepted so that existing configurations load; has no effect here."
_OF_MARGIN_LOSS = "No effect: it belongs to the margin loss."
_NO_TENSORBOARD = "No effect: the log says how the training went."


class UnusedNetworkKeys(ComponentConfig):
    """Put it first among a config's bases, so that its keys come last."""

    constrain_similarities: bool = Field(False, description="No effect: a softmax over all labels needs no constraint.")
    model_confidence: Literal["softmax", "linear_norm", "cosine", "inner"] = Field(
        "softmax", description="Confidences are always a softmax."
    )
    share_hidden_layers: bool = Field(False, description="No effect: labels have no layers to share.")
    embedding_dimension: int = Field(20, ge=1, description="No effect: labels are compared in the network's width.")
    concat_dimension: dict[str, int] = Field({"text": 128, "label": 20}, description=UNUSED)
    connection_density: float = Field(0.2, ge=0, le=1, description="No effect: layers have all connections.")
    weight_sparsity: float | None = Field(None, ge=0, le=1, description="No effect: layers have all connections.")
    use_key_relative_attention: bool = Field(False, description=UNUSED)
    use_value_relative_attention: bool = Field(False, description=UNUSED)
    max_relative_position: int | None = Field(5, description="No effect: there is no longest distance.")
    unidirectional_encoder: bool = Field(False, description=UNUSED)
    number_of_negative_examples: int = Field(20, ge=0, description="No effect: the loss looks at all labels.")
    similarity_type: Literal["auto", "cosine", "inner"] = Field(
        "auto", description="No effect: similarity is the inner product."
    )
    loss_type: Literal["cross_entropy", "softmax", "margin"] = Field(
        "cross_entropy", description="The loss is always cross-entropy."
    )
    maximum_positive_similarity: float = Field(0.8, ge=-1, le=1, description=_OF_MARGIN_LOSS)
    maximum_negative_similarity: float = Field(-0.4, ge=-1, le=1, description=_OF_MARGIN_LOSS)
    use_maximum_negative_similarity: bool = Field(True, description=_OF_MARGIN_LOSS)
    negative_margin_scale: float = Field(0.8, ge=0, description=_OF_MARGIN_LOSS)
    scale_loss: bool = Field(False, description=UNUSED)
    drop_small_last_batch: bool = Field(False, description="No effect: no example is left out of an epoch.")
    run_eagerly: bool = Field(False, description="No effect: torch always does.")
    tensorboard_log_directory: str | None = Field(None, description=_NO_TENSORBOARD)
    tensorboard_log_level: Literal["epoch", "batch", "minibatch"] = Field("epoch", description=_NO_TENSORBOARD)
