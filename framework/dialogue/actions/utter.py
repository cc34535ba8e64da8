"""Actions that say something."""

from __future__ import annotations

import logging

from framework.conversation.events import ActionExecuted, Event
from framework.conversation.tracker import Tracker
from framework.dialogue.action_runner import ActionFailed
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.messages import bot_event
from framework.dialogue.prediction import Prediction

_log = logging.getLogger(__name__)

UTTER_PREFIX = "utter_"


async def utter_if_defined(response: str, context: ActionContext) -> list[Event]:
    """Says a response; nothing where the bot has none of that name."""
    generated = await context.responses.generate(response, context.tracker, context.channel, {})
    return [] if generated is None else [bot_event(generated, utter_action=response)]


class Utter(Action):
    """Says the response of its name."""

    async def run(self, context: ActionContext) -> list[Event]:
        """Says it; that there is no such response is logged."""
        return await _utter_or_log(self.name, context)


class UtterText(Action):
    """Says a text that an end-to-end story taught; the text is the action's name."""

    async def run(self, context: ActionContext) -> list[Event]:  # noqa: ARG002 - what it says is settled
        """Says it."""
        return [bot_event({"text": self.name})]

    def executed(self, prediction: Prediction) -> ActionExecuted:
        """The event that says the action ran; it has a text and no name."""
        return ActionExecuted(
            name=None,
            action_text=self.name,
            policy=prediction.policy or None,
            confidence=prediction.confidence,
            hide_rule_turn=prediction.hide_rule_turn,
        )


class UtterRetrieved(Action):
    """Says what a response selector chose for the last message: ``utter_faq`` becomes ``utter_faq/ask_price``."""

    async def run(self, context: ActionContext) -> list[Event]:
        """Says the chosen response; the selector of this intent goes before the one for all."""
        response = retrieved_response(self.name, context.tracker)
        if response is None:
            intent = self.name.removeprefix(UTTER_PREFIX)
            raise ActionFailed(
                f"action {self.name!r} needs a ResponseSelector in the pipeline, for the intent {intent!r}"
            )
        return await _utter_or_log(response, context)


def retrieved_response(action: str, tracker: Tracker) -> str | None:
    """The response that a response selector chose for the action of a retrieval intent; None where none did."""
    message = tracker.latest_message
    selected = message.parse_data.get("response_selector", {}) if message else {}
    choice = selected.get(action.removeprefix(UTTER_PREFIX)) or selected.get("default")
    return None if choice is None else str(choice["response"]["utter_action"])


async def _utter_or_log(response: str, context: ActionContext) -> list[Event]:
    events = await utter_if_defined(response, context)
    if not events:
        _log.error("there is no response %r for channel %r in this state", response, context.channel)
    return events
