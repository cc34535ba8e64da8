"""``action_default_ask_affirmation``: asks whether the best intent is what the user means."""

from __future__ import annotations

from framework.conversation.events import Event, UserUttered
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
            "buttons": [
                {"title": "Yes", "payload": f"/{_full_name(intent, message)}"},
                {"title": "No", "payload": "/out_of_scope"},
            ],
        }
        return [bot_event(question, utter_action=self.name)]


def _full_name(intent: str | None, message: UserUttered) -> str | None:
    """The intent, with the response key that was chosen for the message if it is a retrieval intent."""
    selected = message.parse_data.get("response_selector") or {}
    if intent not in selected.get("all_retrieval_intents", ()):
        return intent
    choice = selected.get(intent) or selected.get("default") or {}
    key: str | None = choice.get("response", {}).get("intent_response_key")
    return key if key and key.startswith(f"{intent}/") else intent
