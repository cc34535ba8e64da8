"""Runs the bot's own actions on an action server, over the protocol that ``rasa-sdk`` speaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from framework.bot.domain import Domain
from framework.bot.domain_json import domain_to_dict
from framework.dialogue.action_runner import ActionFailed, ActionRejected, ActionResult, action_call
from framework.dialogue.endpoint_client import CallFailed, EndpointClient
from framework.dialogue.environment import is_switched_on
from framework.dialogue.recent_events import max_events_of

if TYPE_CHECKING:
    from framework.bot.endpoints import Endpoint
    from framework.conversation.tracker import Tracker

COMPRESS_VARIABLE = "COMPRESS_ACTION_SERVER_REQUEST"
OPTIONS = ("enable_selective_domain", "max_events")
"""The keys of ``action_endpoint`` beside those of every endpoint."""
_REJECTED = 400


class ActionServer:
    """The action server that ``action_endpoint`` names.

    With ``enable_selective_domain: true`` there, the domain goes only to actions that ask for it (``send_domain``).
    ``max_events`` bounds the events that are sent. With ``COMPRESS_ACTION_SERVER_REQUEST`` in the environment, calls
    are compressed.
    """

    def __init__(self, endpoint: Endpoint, domain: Domain) -> None:
        """Connects to nothing yet.

        Raises:
            BotError: a key of the endpoint has a value that cannot be meant.
            UsageError: an environment variable has.
        """
        self._client = EndpointClient(endpoint, compresses=is_switched_on(COMPRESS_VARIABLE))
        self._domain = domain
        self._domain_json = msgspec.Raw(msgspec.json.encode(domain_to_dict(domain)))
        self._is_selective = bool(endpoint.options.get("enable_selective_domain", False))
        self._max_events = max_events_of(endpoint)

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        """Has the server run one action.

        Raises:
            ActionRejected: the server answered with status 400.
            ActionFailed: it could not be reached, or answered with another error or with something else.
        """
        request = action_call(name, tracker, self._domain_json, self._max_events)
        if not self._needs_domain(name):
            del request["domain"]
        try:
            answer = await self._client.post(msgspec.json.encode(request))
            return msgspec.convert(answer or {}, ActionResult)
        except CallFailed as failure:
            if failure.status == _REJECTED:
                raise _rejection(name, failure.body) from failure
            raise ActionFailed(f"action {name!r} failed: {failure}") from failure
        except msgspec.ValidationError as error:
            raise ActionFailed(
                f"action {name!r} failed: {self._client.url} broke the action-server protocol: {error}"
            ) from error

    async def close(self) -> None:
        """Closes the connections to the server."""
        await self._client.close()

    def _needs_domain(self, name: str) -> bool:
        own = self._domain.actions.get(name)
        return not self._is_selective or (own is not None and own.send_domain)


def _rejection(name: str, body: str) -> ActionRejected:
    answer: Any
    try:
        answer = json.loads(body)
    except json.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        return ActionRejected(name)
    return ActionRejected(answer.get("action_name") or name, answer.get("error"))
