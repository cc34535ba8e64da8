"""What an action is: it looks at a conversation, and returns the events it makes."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.bot.domain import Domain
from framework.conversation.events import ActionExecuted, Event
from framework.dialogue.prediction import Prediction

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker
    from framework.dialogue.action_runner import ActionRunner
    from framework.dialogue.actions.catalogue import ActionCatalogue
    from framework.dialogue.responses import ResponseGenerator


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What an action may look at and use while it runs.

    ``channel`` is the name of the channel that the conversation is on. ``own_actions`` is None where nothing can
    run the bot's own actions. ``before_wait`` is awaited before an action of the bot's own runs: it delivers
    what the bot has said so far.
    """

    tracker: Tracker
    domain: Domain
    channel: str
    responses: ResponseGenerator
    actions: ActionCatalogue
    own_actions: ActionRunner | None
    before_wait: Callable[[], Awaitable[None]]

    def with_tracker(self, tracker: Tracker) -> ActionContext:
        """The same surroundings for another state of the conversation."""
        return dataclasses.replace(self, tracker=tracker)


class Action(ABC):
    """Something the bot does. An action returns events and leaves it to the turn to apply them."""

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    async def run(self, context: ActionContext) -> list[Event]:
        """Does it.

        Raises:
            ActionRejected: the action declines; another one is to be predicted.
            ActionFailed: it broke; the conversation goes on without its events.
        """

    def executed(self, prediction: Prediction) -> ActionExecuted:
        """The event that says the action ran, and who chose it."""
        return ActionExecuted(
            name=self.name,
            policy=prediction.policy or None,
            confidence=prediction.confidence,
            hide_rule_turn=prediction.hide_rule_turn,
        )
