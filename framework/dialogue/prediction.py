"""``Prediction``: what a policy says comes next."""

from __future__ import annotations

from dataclasses import dataclass, field

from framework.conversation.events import Event


@dataclass(slots=True)
class Prediction:
    """A policy's answer for one step of a conversation.

    ``probabilities`` maps action names to scores in 0..1; actions that are missing score 0. ``events`` are
    applied whichever policy wins, ``optional_events`` only if this one does.
    """

    policy: str
    priority: int
    probabilities: dict[str, float]
    events: list[Event] = field(default_factory=list)
    optional_events: list[Event] = field(default_factory=list)
    is_no_user_prediction: bool = False
    """The action does not depend on a user message (a running form); beats predictions that do."""
    is_end_to_end_prediction: bool = False
    """The text of the message, not its intent, was used."""
    hide_rule_turn: bool = False
    """The turn comes from a rule that no story has, and learned policies should not see it."""
    reason: str | None = None
    """Why, in a few words, for people who debug a bot (the rule's or the story's name)."""

    @property
    def confidence(self) -> float:
        """The highest score."""
        return max(self.probabilities.values(), default=0.0)

    @property
    def action(self) -> str | None:
        """The action with the highest score; None where every score is 0."""
        if self.confidence <= 0.0:
            return None
        return max(self.probabilities, key=self.probabilities.__getitem__)
