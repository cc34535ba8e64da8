"""Actions of the bot's own, which an action server or the bot's ``actions`` package runs."""

from __future__ import annotations

import logging
from typing import Any

import msgspec

from framework.conversation.events import Event, event_from_dict
from framework.dialogue.action_runner import ActionFailed
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.messages import bot_event
from framework.dialogue.responses import Response

_log = logging.getLogger(__name__)

_SELECTS_RESPONSE = ("response", "template")


class OwnAction(Action):
    """An action of the bot's own."""

    async def run(self, context: ActionContext) -> list[Event]:
        """Has it run where the bot's own actions live."""
        return await run_own_action(self.name, context)


async def run_own_action(name: str, context: ActionContext) -> list[Event]:
    """Runs an action of the bot's own and returns what it said and then its other events.

    Raises:
        ActionRejected: the action declined.
        ActionFailed: nothing can run it, or it broke.
    """
    if context.own_actions is None:
        raise ActionFailed(
            f"action {name!r} cannot run: endpoints.yml has no action_endpoint, and the bot has no package 'actions'"
        )
    await context.before_wait()
    result = await context.own_actions.run(name, context.tracker)
    said = [await _say(response, context) for response in result.responses]
    events = [_read_event(name, event) for event in result.events]
    return [event for event in (*said, *events) if event is not None]


async def _say(spoken: dict[str, Any], context: ActionContext) -> Event | None:
    """A response of the protocol as an event: a named response under the other keys, or just these."""
    name = spoken.get("response")
    response: Response = {}
    if name:
        generated = await context.responses.generate(name, context.tracker, context.channel, spoken)
        if generated is None:
            _log.error("there is no response %r for channel %r in this state", name, context.channel)
            return None
        response = {**generated, "utter_action": name}
    # An SDK names all keys, those it has nothing for too; they must not hide what the response has.
    laid_over = {key: value for key, value in spoken.items() if value and key not in _SELECTS_RESPONSE}
    buttons = [*(response.get("buttons") or ()), *laid_over.pop("buttons", ())]
    return bot_event({**response, **laid_over, **({"buttons": buttons} if buttons else {})})


def _read_event(action: str, event: dict[str, Any]) -> Event | None:
    try:
        return event_from_dict(event)
    except msgspec.ValidationError as error:
        _log.error("action %r returned an event that cannot be read and is left out: %s: %r", action, error, event)
        return None
