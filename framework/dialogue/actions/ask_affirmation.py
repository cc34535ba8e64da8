"""``action_default_ask_affirmation``: asks whether the best intent is what the user means."""

from __future__ import annotations

from framework.conversation.events import Event
from framework.dialogue.action_runner import ActionFailed
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.messages import bot_event


class AskAffirmation(Action):
    """Offers the best intent as a yes/no question; no is ``/out_of_scope``."""

    def __init__(self) -> None:
        super().__init__("action_default_ask_affirmation")

    async def run(self, context: ActionContext) -> list[Event]:
        """Asks; of a message that was not understood, about the best intent after ``nlu_fallback``."""
        message = context.tracker.latest_message
        if message is None:
            raise ActionFailed(f"action {self.name!r} needs a user message")
        intent = message.intent
        ranking = message.parse_data.get("intent_ranking") or []
        if intent == "nlu_fallback" and len(ranking) > 1:
            intent = ranking[1]["name"]
        question = {
            "text": f"Did you mean '{intent}'?",
            "buttons": [{"title": "Yes", "payload": f"/{intent}"}, {"title": "No", "payload": "/out_of_scope"}],
        }
        return [bot_event(question, utter_action=self.name)]
