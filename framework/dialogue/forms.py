"""Forms: loops that ask for slots until all are filled."""

from __future__ import annotations

from collections.abc import Sequence

from framework.bot.domain import REQUESTED_SLOT
from framework.bot.domain import Form as FormDefinition
from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.action_runner import ActionRejected
from framework.dialogue.actions.action import ActionContext
from framework.dialogue.actions.own import run_own_action
from framework.dialogue.slot_filling import EXTRACT_SLOTS, with_unvalidated


class Form:
    """The loop of one form.

    Slots are filled by their mappings before the form runs. The form has the bot's ``validate_<form>`` check them,
    if there is such an action, asks for the next empty slot, and declines to run where the message filled none.
    """

    def __init__(self, definition: FormDefinition) -> None:
        self.name = definition.name
        self._required_slots = definition.required_slots
        self._validation = f"validate_{definition.name}"

    async def activate(self, context: ActionContext) -> list[Event]:
        """Fills slots by mappings that apply inside the form only, and has those that are filled validated."""
        extraction = await context.actions.find(EXTRACT_SLOTS).run(context)
        extracted = [event for event in extraction if isinstance(event, SlotSet)]
        if self._validation not in context.actions.names:
            return [*extracted]
        tracker = context.tracker.copy()
        tracker.apply_all(extraction)
        filled = {name: tracker.slots.get(name) for name in self._required_slots}
        candidates = {name: value for name, value in filled.items() if value is not None}
        validated = await self._validate(candidates, context.with_tracker(tracker))
        return with_unvalidated(validated, extracted)

    async def step(self, context: ActionContext, so_far: Sequence[Event]) -> list[Event]:
        """Validates what the message filled, unless activation just did, and asks for the next slot."""
        events: list[Event] = []
        if all(isinstance(event, ActiveLoop) for event in so_far):
            events = await self._take_in(context)
        if any(isinstance(event, ActionExecutionRejected) for event in events):
            return events
        return [*events, *await self._request_next_slot(context, [*so_far, *events])]

    async def is_done(self, context: ActionContext, so_far: Sequence[Event]) -> bool:  # noqa: ARG002 - of no matter
        """Whether nothing is left to ask for, or a validation ended the form."""
        if any(isinstance(event, ActionExecutionRejected) for event in so_far):
            return False
        requests = _requests(so_far)
        loops = [event.name for event in so_far if isinstance(event, ActiveLoop)]
        return requests[-1:] == [None] or loops[-1:] == [None]

    async def deactivate(self, context: ActionContext) -> list[Event]:  # noqa: ARG002 - slots stay as they are
        """Has nothing to clear up."""
        return []

    async def _take_in(self, context: ActionContext) -> list[Event]:
        tracker = context.tracker
        loop = tracker.active_loop
        comes_after_message = loop is None or (tracker.latest_action_name == ACTION_LISTEN and not loop.is_interrupted)
        if not comes_after_message:
            # Back from an unhappy path: nothing new to check, but a validation may still choose what to ask.
            return await self._validate({}, context)
        return await self._validate_message(context)

    async def _validate_message(self, context: ActionContext) -> list[Event]:
        requested = self._slot_to_fill(context.tracker)
        wanted = {*self._required_slots, requested}
        filled = {event.name: event.value for event in _slots_of_message(context.tracker) if event.name in wanted}
        events = await self._validate(filled, context)
        was_rejected = any(isinstance(event, ActionExecutionRejected) for event in events)
        was_used = filled or any(isinstance(event, SlotSet) and event.name != REQUESTED_SLOT for event in events)
        if requested is not None and not was_used and not was_rejected:
            raise ActionRejected(self.name, f"the message does not fill {requested!r}, which {self.name!r} asked for")
        return events

    async def _validate(self, candidates: dict[str, object], context: ActionContext) -> list[Event]:
        if self._validation not in context.actions.names:
            return []
        events = [SlotSet(name=name, value=value) for name, value in candidates.items()]
        return await run_own_action(self._validation, self._as_executed(context, events))

    async def _request_next_slot(self, context: ActionContext, so_far: Sequence[Event]) -> list[Event]:
        if await self.is_done(context, so_far):
            return [SlotSet(name=REQUESTED_SLOT, value=None)]
        inner = self._as_executed(context, so_far)
        # The first request is the one that counts; a later one only tells whether the form is done.
        requested = next(iter(_requests(so_far)), None)
        if requested is not None:
            return await self._ask_for(requested, inner)
        requested = next((name for name in self._required_slots if inner.tracker.slots.get(name) is None), None)
        request = SlotSet(name=REQUESTED_SLOT, value=requested)
        return [request] if requested is None else [request, *await self._ask_for(requested, inner)]

    async def _ask_for(self, slot: str, context: ActionContext) -> list[Event]:
        questions = (
            f"action_ask_{self.name}_{slot}",
            f"utter_ask_{self.name}_{slot}",
            f"action_ask_{slot}",
            f"utter_ask_{slot}",
        )
        question = next((name for name in questions if name in context.actions.names), None)
        return [] if question is None else await context.actions.find(question).run(context)

    def _as_executed(self, context: ActionContext, events: Sequence[Event]) -> ActionContext:
        """The state in which the form has run and made ``events``.

        The form's execution stands between them and older slots, so that a validation can tell them apart.
        """
        tracker = context.tracker.copy()
        tracker.apply(SlotSet(name=REQUESTED_SLOT, value=self._slot_to_fill(context.tracker)))
        tracker.apply(ActionExecuted(name=self.name))
        tracker.apply_all(events)
        return context.with_tracker(tracker)

    def _slot_to_fill(self, tracker: Tracker) -> str | None:
        """The slot that this form asked for; a request of another form does not count."""
        if tracker.active_loop_name != self.name:
            return None
        requested: str | None = tracker.slots.get(REQUESTED_SLOT)
        return requested


def _requests(events: Sequence[Event]) -> list[str | None]:
    """The slots that were requested, None for the request that ends a form."""
    return [event.value for event in events if isinstance(event, SlotSet) and event.name == REQUESTED_SLOT]


def _slots_of_message(tracker: Tracker) -> list[SlotSet]:
    """The slots set since the latest user message that still counts, or since a restart."""
    message = tracker.latest_message
    later: list[SlotSet] = []
    for event in reversed(tracker.events):
        if isinstance(event, Restarted) or (isinstance(event, UserUttered) and _is_same(event, message)):
            break
        if isinstance(event, SlotSet):
            later.append(event)
    later.reverse()
    return later


def _is_same(event: UserUttered, message: UserUttered | None) -> bool:
    return message is not None and (event.text, event.intent) == (message.text, message.intent)
