"""``FallbackClassifier``: says "not understood" where the intent classifier is not sure."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field
from typing_extensions import override

from framework.api import ComponentConfig, IntentClassifier, IntentResult, IntentScore, Kind, MessageBatch

FALLBACK_INTENT = "nlu_fallback"


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
    """

    Config = FallbackConfig
    requires: ClassVar[tuple[Kind, ...]] = ("intent_classifier",)

    @override
    def process(self, batch: MessageBatch) -> None:
        confidence = self.config.threshold
        for index, result in enumerate(batch.intents):
            if self._is_unsure(result):
                ranking = [IntentScore(FALLBACK_INTENT, confidence), *result.ranking]
                batch.intents[index] = IntentResult(FALLBACK_INTENT, confidence, ranking)

    def _is_unsure(self, result: IntentResult) -> bool:
        if result.name == FALLBACK_INTENT:
            return False
        if result.confidence < self.config.threshold:
            return True
        if len(result.ranking) < 2:
            return False
        best, second = result.ranking[:2]
        return best.confidence - second.confidence < self.config.ambiguity_threshold
