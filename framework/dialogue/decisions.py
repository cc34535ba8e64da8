"""The decisions of a turn: which action comes next, and running it, until the bot listens again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from framework.bot.domain import SESSION_METADATA_SLOT
from framework.conversation.events import ActionExecutionRejected, Event, SlotSet, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, ACTION_SESSION_START, Tracker
from framework.dialogue.action_runner import ActionFailed, ActionRejected, ActionRunner
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.actions.catalogue import ActionCatalogue
from framework.dialogue.endpoint_client import CallFailed
from framework.dialogue.environment import whole_number
from framework.dialogue.open_turn import OpenTurn
from framework.dialogue.prediction import Prediction
from framework.dialogue.responses import ResponseGenerator
from framework.dialogue.slot_filling import EXTRACT_SLOTS
from framework.registry import Registry

if TYPE_CHECKING:
    from framework.dialogue.assistant import Assistant

_log = logging.getLogger(__name__)

LIMIT_VARIABLE = "MAX_NUMBER_OF_PREDICTIONS"
_DEFAULT_LIMIT = 10
_ENDS_TURN = (ACTION_LISTEN, ACTION_SESSION_START)


class TurnObserver(Protocol):
    """Watches turns, to show a bot's author what is going on."""

    def message_understood(self, message: UserUttered) -> None:
        """A user message has been understood."""

    def action_predicted(self, tracker: Tracker, prediction: Prediction) -> None:
        """The next action is chosen, and is about to run."""


class Decisions:
    """Predicts actions and runs them.

    A turn runs at most ``MAX_NUMBER_OF_PREDICTIONS`` (environment, 10) actions; one that reaches the limit ends there,
    and the bot listens.
    """

    def __init__(
        self,
        assistant: Assistant,
        responses: ResponseGenerator,
        own_actions: ActionRunner | None,
        *,
        registry: Registry,
        observer: TurnObserver | None = None,
    ) -> None:
        """Makes the actions that the domain names.

        Raises:
            UsageError: the environment has a limit that is no number.
        """
        self._domain = assistant.domain
        self._ensemble = assistant.ensemble
        self._responses = responses
        self._own_actions = own_actions
        self._hook = registry.hook
        self._observer = observer
        self._actions = ActionCatalogue(assistant.domain, registry)
        self._limit = whole_number(LIMIT_VARIABLE, _DEFAULT_LIMIT)

    async def fill_slots(self, turn: OpenTurn) -> None:
        """Fills slots from the latest message; leaves no event of the action itself."""
        await self._fill_slots(turn, turn.tracker)

    async def _fill_slots(self, turn: OpenTurn, tracker: Tracker) -> None:
        action = self._actions.find(EXTRACT_SLOTS)
        events, _ = await self._attempt(action, self._context(turn, tracker))
        turn.record(events)

    async def act_until_listening(self, turn: OpenTurn) -> None:
        """Predicts and runs actions until the bot listens, is paused, or has done too much.

        However it ends, the bot has listened then, so that policies know what to do with the next message.
        """
        goes_on = self._ensemble is not None and _may_act(turn.tracker)
        while goes_on:
            goes_on = await self.run(self._next(turn.tracker), turn)
            if goes_on and not _may_act(turn.tracker):
                goes_on = await self.run(certain(ACTION_LISTEN), turn)

    def _next(self, tracker: Tracker) -> Prediction:
        if not self._is_exhausted(tracker):
            return self.predict(tracker)
        _log.warning(
            "conversation %r reached %d actions without listening, so its turn ends; break the cycle in its stories or"
            " rules, or raise %s",
            tracker.sender_id,
            self._limit,
            LIMIT_VARIABLE,
        )
        return certain(ACTION_LISTEN)

    def predict(self, tracker: Tracker) -> Prediction:
        """The next action: the one that an event asked for, else what the policies agree on."""
        followup = tracker.followup_action
        if followup in self._actions.names:
            return certain(followup, policy="followup_action")
        if followup is not None:
            _log.error("follow-up action %r is not in the domain and is ignored", followup)
        if self._ensemble is None:
            return certain(ACTION_LISTEN)
        return self._ensemble.predict(tracker, self._domain)

    async def run(self, prediction: Prediction, turn: OpenTurn) -> bool:
        """Runs the predicted action; returns whether another one may follow."""
        tracker = turn.tracker
        self._hook.action_predicted(tracker=tracker, prediction=prediction)
        if self._observer is not None:
            self._observer.action_predicted(tracker, prediction)
        if prediction.is_end_to_end_prediction:  # its policy may have found entities of which slots can be filled
            await self._fill_slots(turn, _foreseen(tracker, prediction))
        action = self._actions.find(prediction.action or ACTION_LISTEN)
        events, has_run = await self._attempt(action, self._context(turn, _foreseen(tracker, prediction)))
        if not has_run:
            turn.record([_rejection(action, prediction)])
            return True
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            turn.record([*prediction.events, action.executed(prediction)])
        turn.record(events)
        if any(isinstance(event, UserUttered) for event in events):
            await self.fill_slots(turn)
        return action.name not in _ENDS_TURN

    async def start_session(self, turn: OpenTurn, metadata: Mapping[str, Any] | None) -> None:
        """Begins a session; the metadata of the message that opens it is kept in a slot."""
        if metadata:
            turn.record([SlotSet(name=SESSION_METADATA_SLOT, value=dict(metadata))])
        await self.run(certain(ACTION_SESSION_START), turn)

    async def _attempt(self, action: Action, context: ActionContext) -> tuple[list[Event], bool]:
        """The events of an action, none where it broke; and whether it ran at all."""
        try:
            return await action.run(context), True
        except ActionRejected as rejection:
            _log.debug("action %r declined: %s", action.name, rejection)
            return [], False
        except (ActionFailed, CallFailed) as failure:
            # The traceback shows an author the line of their action; it is too much for a log that nobody debugs with.
            with_traceback = _log.isEnabledFor(logging.DEBUG)
            _log.error("%s; the conversation goes on without the action's events", failure, exc_info=with_traceback)
            return [], True

    def _context(self, turn: OpenTurn, tracker: Tracker) -> ActionContext:
        return ActionContext(
            tracker=tracker,
            domain=self._domain,
            channel=turn.channel,
            responses=self._responses,
            actions=self._actions,
            own_actions=self._own_actions,
            before_wait=turn.deliver_before_wait,
        )

    def _is_exhausted(self, tracker: Tracker) -> bool:
        return tracker.actions_since_listen >= self._limit and tracker.latest_action_name not in _ENDS_TURN


def certain(action: str, *, policy: str = "") -> Prediction:
    """A prediction that no policy made."""
    return Prediction(policy=policy, priority=0, probabilities={action: 1.0})


def _may_act(tracker: Tracker) -> bool:
    message = tracker.latest_message
    return not tracker.paused or (message is not None and message.intent == "restart")


def _foreseen(tracker: Tracker, prediction: Prediction) -> Tracker:
    """The conversation as it is once the action runs; the prediction's events only count if it does."""
    if not prediction.events:
        return tracker
    foreseen = tracker.copy()
    foreseen.apply_all(prediction.events)
    return foreseen


def _rejection(action: Action, prediction: Prediction) -> ActionExecutionRejected:
    return ActionExecutionRejected(name=action.name, policy=prediction.policy or None, confidence=prediction.confidence)
