"""``action_two_stage_fallback``: asks what was meant, then to rephrase, then gives up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

from framework.bot.domain import TWO_STAGE_FALLBACK
from framework.conversation.events import ActionExecuted, ActiveLoop, Event, UserUtteranceReverted, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.actions.action import ActionContext
from framework.dialogue.actions.revert_fallback_events import confirmed

_NOT_UNDERSTOOD = "nlu_fallback"
_DENIED = "out_of_scope"


class TwoStageFallback:
    """A loop that offers the best intent, and asks to rephrase where the user denies it.

    It is done when the user says something that is understood, which is then handled as if it had been said at
    once, or when the chances are used up, which is left to ``action_default_fallback``. The domain's
    ``max_rephrasings`` says how many chances there are after the first question.
    """

    name = TWO_STAGE_FALLBACK

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
        """Whether the user was understood, or has no chance left."""
        return _last_intent(context.tracker) not in (_NOT_UNDERSTOOD, _DENIED) or _has_failed(context)

    async def deactivate(self, context: ActionContext) -> list[Event]:
        """Gives up, or takes back the questions and lets the message that was understood stand alone."""
        message = context.tracker.latest_message
        if message is None or _has_failed(context):
            return await context.actions.find("action_default_fallback").run(context)
        return [UserUtteranceReverted(), ActionExecuted(name=ACTION_LISTEN), confirmed(message, context.tracker)]


def _last_intent(tracker: Tracker) -> str | None:
    return tracker.latest_message.intent if tracker.latest_message else None


def _has_failed(context: ActionContext) -> bool:
    limit = context.domain.max_rephrasings
    return _has_failed_twice(context.tracker) if limit is None else _chances_used(context.tracker) > limit


def _chances_used(tracker: Tracker) -> int:
    """How many questions came to nothing: those denied, and those answered by something else not understood."""
    intents = _intents_in_loop(tracker)
    answers = pairwise(intents)
    return sum(
        intent == _DENIED or (intent == _NOT_UNDERSTOOD and before == _NOT_UNDERSTOOD) for before, intent in answers
    )


def _intents_in_loop(tracker: Tracker) -> list[str | None]:
    """The intents of the message that the loop is about and of all that followed; empty where it is not active yet."""
    if tracker.active_loop_name != TWO_STAGE_FALLBACK:
        return []
    intents: list[str | None] = []
    has_begun = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            intents.append(event.intent)
            if has_begun:
                break
        elif isinstance(event, ActiveLoop):
            has_begun = True
    intents.reverse()
    return intents


def _has_failed_twice(tracker: Tracker) -> bool:
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
