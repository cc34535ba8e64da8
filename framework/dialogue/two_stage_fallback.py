"""``action_two_stage_fallback``: asks what was meant, then to rephrase, then gives up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from framework.conversation.events import ActionExecuted, ActiveLoop, Event, UserUtteranceReverted, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.actions.action import ActionContext
from framework.dialogue.actions.revert_fallback_events import confirmed

_NOT_UNDERSTOOD = "nlu_fallback"
_DENIED = "out_of_scope"


class TwoStageFallback:
    """A loop that offers the best intent, and asks to rephrase where the user denies it.

    It is done when the user says something that is understood, which is then handled as if it had been said at
    once, or when a second attempt fails, which is left to ``action_default_fallback``.
    """

    name = "action_two_stage_fallback"

    async def activate(self, context: ActionContext) -> list[Event]:  # noqa: ARG002 - nothing is known yet
        """Has nothing to prepare."""
        return []

    async def step(self, context: ActionContext, so_far: Sequence[Event]) -> list[Event]:
        """Asks for affirmation of the best intent, or to rephrase after a denial."""
        was_just_activated = any(isinstance(event, ActiveLoop) for event in so_far)
        asks = was_just_activated or _last_intent(context.tracker) == _NOT_UNDERSTOOD
        question = "action_default_ask_affirmation" if asks else "action_default_ask_rephrase"
        return await context.actions.find(question).run(context)

    async def is_done(self, context: ActionContext, so_far: Sequence[Event]) -> bool:  # noqa: ARG002 - of no matter
        """Whether the user was understood, or has failed to be twice."""
        return _last_intent(context.tracker) not in (_NOT_UNDERSTOOD, _DENIED) or _has_failed(context.tracker)

    async def deactivate(self, context: ActionContext) -> list[Event]:
        """Gives up, or takes back the questions and lets the message that was understood stand alone."""
        message = context.tracker.latest_message
        if message is None or _has_failed(context.tracker):
            return await context.actions.find("action_default_fallback").run(context)
        return [UserUtteranceReverted(), ActionExecuted(name=ACTION_LISTEN), confirmed(message, context.tracker)]


def _last_intent(tracker: Tracker) -> str | None:
    return tracker.latest_message.intent if tracker.latest_message else None


def _has_failed(tracker: Tracker) -> bool:
    return _last_intents(tracker, 2) == [_NOT_UNDERSTOOD, _NOT_UNDERSTOOD] or _last_intents(tracker, 3) == [
        _DENIED,
        _NOT_UNDERSTOOD,
        _DENIED,
    ]


def _last_intents(tracker: Tracker, count: int) -> list[str | None]:
    """The intents of the last messages, newest first; a message that was taken back takes up a place."""
    relevant = (
        e for e in reversed(tracker.events_since_restart()) if isinstance(e, UserUttered | UserUtteranceReverted)
    )
    return [event.intent for event in islice(relevant, count) if isinstance(event, UserUttered)]
