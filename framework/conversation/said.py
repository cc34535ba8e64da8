"""What a bot has said so far: as much as is needed not to say the same again."""

from __future__ import annotations

from typing import Any, Self

import msgspec

from framework.conversation.events import BotUttered

VARIATION = "variation"
"""The key of a bot event's metadata that has the place of the variation in its response, counted from 0."""
RESPONSE = "utter_action"
"""The key that has the name of the response."""


class Said(msgspec.Struct, frozen=True):
    """How many times the bot spoke in a session, and which variation of each response it said last."""

    count: int = 0
    variations: dict[str, int] = msgspec.field(default_factory=dict)

    def after(self, event: BotUttered) -> Self:
        """What was said once ``event`` is."""
        metadata: dict[str, Any] = event.metadata if isinstance(event.metadata, dict) else {}
        response, variation = metadata.get(RESPONSE), metadata.get(VARIATION)
        variations = self.variations
        if isinstance(response, str) and isinstance(variation, int):
            variations = {**variations, response: variation}
        return type(self)(self.count + 1, variations)
