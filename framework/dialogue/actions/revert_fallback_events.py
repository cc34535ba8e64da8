"""``action_revert_fallback_events``: forgets the questions of a fallback once the user has been understood."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from framework.conversation.events import ActionExecuted, Event, UserUtteranceReverted, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.action_runner import ActionFailed
from framework.dialogue.actions.action import Action, ActionContext

_ASK_AFFIRMATION = "action_default_ask_affirmation"
_ASK_REPHRASE = "action_default_ask_rephrase"
_SELECTED = "response_selector"


class RevertFallbackEvents(Action):
    """Takes back the turns of a fallback made of stories, so that only the message that was meant remains."""

    def __init__(self) -> None:
        super().__init__("action_revert_fallback_events")

    async def run(self, context: ActionContext) -> list[Event]:
        """Takes back what the fallback asked, according to which question came last."""
        tracker = context.tracker
        last_action = tracker.last_executed_action()
        if last_action not in (_ASK_REPHRASE, _ASK_AFFIRMATION):
            return []
        message = tracker.last_event(UserUttered)
        if message is None:
            raise ActionFailed(f"action {self.name!r} needs a user message")
        if last_action == _ASK_REPHRASE:
            return [*_take_back(3), again(message)]
        events = _take_back(2)
        if tracker.last_executed_action(skip=1) == _ASK_REPHRASE:
            events += _take_back(3)
        return [*events, confirmed(message, tracker)]


def again(message: UserUttered) -> UserUttered:
    """The same message as a new event."""
    return msgspec.structs.replace(message, timestamp=time.time())


def confirmed(message: UserUttered, tracker: Tracker) -> UserUttered:
    """The same message as a new event, its intent beyond doubt.

    Yes to a retrieval intent (``/faq``) does not say which answer is meant; that was chosen for the question before.
    """
    intent = {**(message.parse_data.get("intent") or {}), "confidence": 1.0}
    parse_data = {**message.parse_data, "intent": intent}
    if _SELECTED not in parse_data and (selected := _last_selected(tracker)):
        parse_data[_SELECTED] = selected
    return again(msgspec.structs.replace(message, parse_data=parse_data))


def _last_selected(tracker: Tracker) -> Any:
    messages = (event for event in tracker.applied_newest_first() if isinstance(event, UserUttered))
    return next((event.parse_data[_SELECTED] for event in messages if event.parse_data.get(_SELECTED)), None)


def _take_back(turns: int) -> list[Event]:
    return [*(UserUtteranceReverted() for _ in range(turns)), ActionExecuted(name=ACTION_LISTEN)]
