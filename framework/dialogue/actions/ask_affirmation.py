"""``action_default_ask_affirmation``: asks whether the best intent is what the user means."""

from __future__ import annotations

from typing import Any

from framework.bot.languages import in_language
from framework.conversation.events import Event, UserUttered
from framework.dialogue.action_runner import ActionFailed
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.language import language_of
from framework.dialogue.messages import bot_event
from framework.dialogue.responses import Response

_QUESTION = "utter_ask_affirmation"
_NOT_UNDERSTOOD = "nlu_fallback"


class AskAffirmation(Action):
    """Offers the best intent as a yes/no question; no is ``/out_of_scope``.

    The intent is called by its label, if the domain has one, and for a retrieval intent by that of the answer which was
    chosen. The response ``utter_ask_affirmation`` words the question, with ``{label}`` and ``{intent}`` filled in.
    """

    def __init__(self) -> None:
        super().__init__("action_default_ask_affirmation")

    async def run(self, context: ActionContext) -> list[Event]:
        """Asks; of a message that was not understood, about the best intent after ``nlu_fallback``."""
        message = context.tracker.latest_message
        if message is None:
            raise ActionFailed(f"action {self.name!r} needs a user message")
        intent = _guess(message)
        label = _label(intent, message, context)
        question: dict[str, Any] = {
            "text": f"Did you mean '{label}'?",
            "buttons": [{"title": "Yes", "payload": f"/{intent}"}, {"title": "No", "payload": "/out_of_scope"}],
        }
        own = await self._own_question({"intent": intent, "label": label}, context)
        if own is None:
            return [bot_event(question, utter_action=self.name)]
        return [bot_event({"buttons": question["buttons"], **own}, utter_action=_QUESTION)]

    async def _own_question(self, values: dict[str, Any], context: ActionContext) -> Response | None:
        if _QUESTION not in context.domain.responses:
            return None
        return await context.responses.generate(_QUESTION, context.tracker, context.channel, values)


def _guess(message: UserUttered) -> str | None:
    ranking = message.parse_data.get("intent_ranking") or []
    if message.intent == _NOT_UNDERSTOOD and len(ranking) > 1:
        name: str | None = ranking[1]["name"]
        return name
    return message.intent


def _label(name: str | None, message: UserUttered, context: ActionContext) -> str | None:
    """What to call an intent, in the conversation's language if that is known."""
    intent = context.domain.intents.get(name or "")
    if intent is None:
        return name
    label = intent.response_labels.get(_chosen_answer(intent.name, message)) or intent.label
    return in_language(label, (language_of(context.tracker),)) if label else name


def _chosen_answer(intent: str, message: UserUttered) -> str:
    """The key of the answer that a response selector chose for a retrieval intent; empty where none did."""
    selected = message.parse_data.get("response_selector") or {}
    choice = selected.get(intent) or selected.get("default") or {}
    chosen_for, _, key = str((choice.get("response") or {}).get("intent_response_key") or "").partition("/")
    return key if chosen_for == intent else ""
