"""Default actions that say at most one response and then return fixed events."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from framework.bot.domain import REQUESTED_SLOT
from framework.conversation.events import ActiveLoop, Event, Restarted, SlotSet, UserUtteranceReverted
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.actions.utter import utter_if_defined

EventMaker = Callable[[], Event]


class FixedAction(Action):
    """Says ``response`` if the bot has it, then makes its events.

    ``makers`` rather than events, so that each run's events have times of their own.
    """

    def __init__(self, name: str, *makers: EventMaker, response: str | None = None) -> None:
        super().__init__(name)
        self._makers = makers
        self._response = response

    async def run(self, context: ActionContext) -> list[Event]:
        """Says the response, if the bot has it, and makes the events."""
        said: Sequence[Event] = await utter_if_defined(self._response, context) if self._response else ()
        return [*said, *(make() for make in self._makers)]


FIXED_ACTIONS: tuple[Action, ...] = (
    FixedAction("action_listen"),
    FixedAction("action_unlikely_intent"),
    FixedAction("action_restart", Restarted, response="utter_restart"),
    FixedAction("action_back", UserUtteranceReverted, UserUtteranceReverted, response="utter_back"),
    FixedAction("action_default_fallback", UserUtteranceReverted, response="utter_default"),
    FixedAction("action_default_ask_rephrase", response="utter_ask_rephrase"),
    FixedAction(
        "action_deactivate_loop", lambda: ActiveLoop(name=None), lambda: SlotSet(name=REQUESTED_SLOT, value=None)
    ),
)
"""``action_back`` takes back two turns: its own and the one before. A restart starts a session by itself."""
