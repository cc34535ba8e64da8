"""``action_session_start``: a conversation begins, or begins anew after a long silence."""

from __future__ import annotations

from framework.conversation.events import ActionExecuted, Event, SessionStarted, SlotSet
from framework.conversation.tracker import ACTION_LISTEN
from framework.dialogue.actions.action import Action, ActionContext


class SessionStart(Action):
    """Starts a session; the slots of the one before are carried over unless the domain says otherwise."""

    def __init__(self) -> None:
        super().__init__("action_session_start")

    async def run(self, context: ActionContext) -> list[Event]:
        """Starts it, sets the carried slots again one by one, and listens."""
        carried: list[Event] = []
        if context.domain.session.carry_over_slots:
            carried = [
                SlotSet(name=event.name, value=event.value, metadata=event.metadata)
                for event in context.tracker.applied_events()
                if isinstance(event, SlotSet)
            ]
        return [SessionStarted(), *carried, ActionExecuted(name=ACTION_LISTEN)]
