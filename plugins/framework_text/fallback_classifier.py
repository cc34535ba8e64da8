"""``FallbackClassifier``: says "not understood" where the intent classifier is not sure."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field
from typing_extensions import override

from framework.api import ComponentConfig, IntentClassifier, Kind, MessageBatch
from framework_text.fallback import FALLBACK_INTENT, Reason, fall_back, has_fallen_back


class FallbackConfig(ComponentConfig):
    """When a message counts as not understood."""

    threshold: float = Field(
        default=0.3, ge=0.0, le=1.0, description="Fall back if the confidence of the best intent is below this."
    )
    ambiguity_threshold: float = Field(
        default=0.1, ge=0.0, le=1.0, description="Fall back if the two best intents are closer than this."
    )


class FallbackClassifier(IntentClassifier[FallbackConfig]):
    """Sets the intent ``nlu_fallback`` where no intent, or more than one, fits.

    The fallback goes to the head of the ranking with ``threshold`` as its confidence; the intents considered follow.
    A message that already fell back stays as it is.
    """

    Config = FallbackConfig
    requires: ClassVar[tuple[Kind, ...]] = ("intent_classifier",)

    @override
    def process(self, batch: MessageBatch) -> None:
        for index, result in enumerate(batch.intents):
            if has_fallen_back(batch, index):
                continue
            if result.confidence < self.config.threshold:
                self._fall_back(batch, index, "threshold", result.confidence, self.config.threshold)
            elif len(result.ranking) > 1:
                lead = result.ranking[0].confidence - result.ranking[1].confidence
                if lead < self.config.ambiguity_threshold:
                    self._fall_back(batch, index, "ambiguity", lead, self.config.ambiguity_threshold)

    def _fall_back(self, batch: MessageBatch, index: int, reason: Reason, score: float, threshold: float) -> None:
        fall_back(
            batch,
            index,
            intent=FALLBACK_INTENT,
            confidence=self.config.threshold,
            reason=reason,
            score=score,
            threshold=threshold,
        )
