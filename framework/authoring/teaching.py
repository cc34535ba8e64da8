"""Conversations in which the bot's author decides, step by step, what was meant and what comes next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from framework.authoring.corrections import example_of
from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    UserFeaturization,
    UserUttered,
)
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.channel import OutputChannel, UserMessage
from framework.dialogue.prediction import Prediction

if TYPE_CHECKING:
    from framework.bot.nlu_data import Example
    from framework.dialogue.turn import TurnProcessor
    from framework.nlu.parse import ParseData
    from framework.storage.ports import TrackerStore


@dataclass(frozen=True, slots=True)
class TaughtStep:
    """Something that the author settled: how long the conversation was before, and the message, if it was one."""

    events_before: int
    message: ParseData | None = None


@dataclass(slots=True)
class TaughtConversation:
    """A conversation, and the steps that can be taken back."""

    sender_id: str
    steps: list[TaughtStep] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def examples(self) -> Iterator[Example]:
        """The messages as examples for training."""
        for step in self.steps:
            example = example_of(step.message) if step.message is not None else None
            if example is not None:
                yield example


class TaughtBot(Protocol):
    """A bot that may learn of new names between two steps."""

    @property
    def turns(self) -> TurnProcessor:
        """What takes its steps now."""


class Teaching:
    """Holds one conversation after the other, and keeps them all.

    The bot's domain must not let sessions expire: an author may think for an hour.
    """

    def __init__(self, bot: TaughtBot, store: TrackerStore, sender_id: str) -> None:
        self._bot = bot
        self.current = TaughtConversation(sender_id)
        self.earlier: list[TaughtConversation] = []
        self._store = store
        self._name = sender_id

    @property
    def conversations(self) -> list[TaughtConversation]:
        """All conversations in which something happened."""
        return [each for each in (*self.earlier, self.current) if each.steps]

    @property
    def is_listening(self) -> bool:
        """Whether the user is to speak next, rather than the bot to act."""
        for event in reversed(self.current.events):
            if isinstance(event, UserUttered):
                return False
            if isinstance(event, ActionExecuted):
                return event.name == ACTION_LISTEN
        return True

    async def begin(self) -> Tracker:
        """Starts the session of the conversation."""
        await self._bot.turns.start_session(self.current.sender_id)
        return await self.tracker()

    async def tracker(self) -> Tracker:
        """The conversation as it is now."""
        tracker = await self._bot.turns.fetch_tracker(self.current.sender_id)
        self.current.events = list(tracker.events)
        return tracker

    async def hear(self, parsed: ParseData, channel: str) -> Tracker:
        """The user has said something, and this is what it means."""
        step = TaughtStep(len(self.current.events), parsed)
        message = UserMessage(parsed["text"], self.current.sender_id, input_channel=channel, parse_data=parsed)
        await self._bot.turns.hear(message)
        self.current.steps.append(step)
        return await self.tracker()

    async def predict(self) -> tuple[Prediction, Tracker]:
        """What the bot would do next."""
        return await self._bot.turns.predict(self.current.sender_id)

    async def act(self, prediction: Prediction, output: OutputChannel) -> Tracker:
        """Runs the predicted action."""
        step = TaughtStep(len(self.current.events))
        return await self._run(prediction, output, step)

    async def act_otherwise(self, action: str, prediction: Prediction, output: OutputChannel) -> Tracker:
        """Runs another action than the predicted one. Where a form was to go on, the form declines the message."""
        step = TaughtStep(len(self.current.events))
        tracker = await self.tracker()
        loop = tracker.active_loop_name
        if loop is not None and loop != action and tracker.latest_action_name == ACTION_LISTEN:
            await self._bot.turns.append_events(self.current.sender_id, [ActionExecutionRejected(name=loop)])
        return await self._run(_chosen(action, prediction), output, step)

    async def act_in_name(self, action: str) -> Tracker:
        """Notes that an action ran for which there is no code yet."""
        step = TaughtStep(len(self.current.events))
        await self._bot.turns.append_events(self.current.sender_id, [ActionExecuted(name=action, confidence=1.0)])
        self.current.steps.append(step)
        return await self.tracker()

    async def undo(self) -> Tracker | None:
        """Takes the last step back; None where there is none. What an action did elsewhere stays done."""
        if not self.current.steps:
            return None
        step = self.current.steps.pop()
        await self._store.replace(self.current.sender_id, self.current.events[: step.events_before])
        return await self.tracker()

    async def fork(self, before: int) -> Tracker:
        """Keeps this conversation, and begins another one that is the same up to before one of its steps."""
        kept, step = self.current, self.current.steps[before]
        self._begin_another()
        self.current.steps = kept.steps[:before]
        await self._store.replace(self.current.sender_id, kept.events[: step.events_before])
        return await self.tracker()

    async def begin_anew(self) -> Tracker:
        """Keeps this conversation, and begins an empty one."""
        self._begin_another()
        return await self.begin()

    async def _run(self, prediction: Prediction, output: OutputChannel, step: TaughtStep) -> Tracker:
        await self._bot.turns.run_action(self.current.sender_id, prediction, output)
        self.current.steps.append(step)
        tracker = await self.tracker()
        was_restarted = not tracker.applied_events()
        return await self.begin() if was_restarted else tracker

    def _begin_another(self) -> None:
        self.earlier.append(self.current)
        self.current = TaughtConversation(f"{self._name} {len(self.earlier) + 1}")


def _chosen(action: str, prediction: Prediction) -> Prediction:
    """A prediction that nobody but the author made; how the message was read stays true."""
    events: list[Event] = [event for event in prediction.events if isinstance(event, UserFeaturization)]
    return dataclasses.replace(
        prediction,
        policy="",
        probabilities={action: 1.0},
        events=events,
        is_no_user_prediction=False,
        is_end_to_end_prediction=False,
        hide_rule_turn=False,
        reason=None,
    )
