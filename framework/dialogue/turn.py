"""One message, from the wire to the wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from framework.conversation.events import Event
from framework.conversation.tracker import Tracker
from framework.dialogue.conversations import Conversations
from framework.dialogue.decisions import Decisions, TurnObserver
from framework.dialogue.open_turn import OpenTurn
from framework.dialogue.prediction import Prediction
from framework.dialogue.reminders import Standing, standing, was_taken_back
from framework.dialogue.responses import ResponseGenerator, TemplateResponses
from framework.dialogue.session import needs_session_start
from framework.dialogue.user_events import external_message, progress_of, user_event
from framework.registry import Registry
from framework.storage.ports import VersionConflict

if TYPE_CHECKING:
    from framework.dialogue.action_runner import ActionRunner
    from framework.dialogue.assistant import Assistant
    from framework.dialogue.channel import OutputChannel, UserMessage
    from framework.dialogue.understanding import Parser
    from framework.storage.ports import LockStore, TrackerStore
    from framework.storage.reminders import Reminder, Reminders

_ATTEMPTS = 5

Steps = Callable[[OpenTurn], Awaitable[None]]
OutputOf = Callable[[str | None], "OutputChannel | None"]
"""Where the bot can speak first on a channel, by the channel's name; None where it cannot."""


class TurnProcessor:
    """Answers messages: understands them, decides what to do, does it, and stores what happened.

    ``responses`` are the domain's templates unless given. ``own_actions`` is None where nothing can run the bot's
    own actions. ``registry`` has the plugins whose hooks are called. ``reminders`` is where those wait that are
    scheduled in a turn; None where none are to come.
    """

    def __init__(
        self,
        assistant: Assistant,
        store: TrackerStore,
        locks: LockStore,
        parser: Parser,
        *,
        responses: ResponseGenerator | None = None,
        own_actions: ActionRunner | None = None,
        registry: Registry | None = None,
        observer: TurnObserver | None = None,
        reminders: Reminders | None = None,
    ) -> None:
        self.assistant = assistant
        self._store = store
        self._locks = locks
        self._parser = parser
        self._observer = observer
        self._reminders = reminders
        registry = registry or Registry()
        self._hook = registry.hook
        self._conversations = Conversations(store, assistant.domain)
        self._decisions = Decisions(
            assistant,
            responses or TemplateResponses(assistant.domain, language=assistant.language),
            own_actions,
            registry=registry,
            observer=observer,
        )
        made_by = {"model_id": assistant.model_id, "assistant_id": assistant.assistant_id}
        self._stamp = {key: value for key, value in made_by.items() if value is not None}

    async def handle(self, message: UserMessage, output: OutputChannel) -> None:
        """Answers a message. One that was answered before, by its id, is not answered again.

        Raises:
            VersionConflict: other processes kept writing to the conversation.
        """
        message = self._hook.message_received(message=message) or message
        await self._take_turn(message.sender_id, output, lambda turn: self._answer(turn, message))

    async def _answer(self, turn: OpenTurn, message: UserMessage) -> None:
        progress = progress_of(message.message_id, turn.tracker)
        if progress == "answered":
            return
        if progress == "new":
            await self._start_session_if_due(turn, message.metadata)
            await self._understand(turn, message)
            await self._decisions.fill_slots(turn)
        await self._decisions.act_until_listening(turn)

    async def _take_turn(self, sender_id: str, output: OutputChannel | None, steps: Steps) -> Tracker:
        """Holds the conversation, takes the steps, stores what happened and says what the bot has to say.

        Where somebody else wrote to the conversation meanwhile, it is loaded again and the steps are taken again.
        Responses leave while the conversation is held, so that those of two turns cannot overtake each other.
        """
        async with self._locks.lock(sender_id):
            for attempts_left in reversed(range(_ATTEMPTS)):
                tracker = await self._conversations.take(sender_id)
                turn = OpenTurn(
                    tracker, self._store, output, stamp=self._stamp, hook=self._hook, reminders=self._reminders
                )
                try:
                    await steps(turn)
                    await turn.commit()
                    break
                except VersionConflict:
                    if not attempts_left:
                        raise
            self._conversations.keep(tracker)
            return tracker.copy()

    async def _start_session_if_due(self, turn: OpenTurn, metadata: Mapping[str, Any] | None = None) -> None:
        if needs_session_start(turn.tracker, self.assistant.domain.session):
            await self._decisions.start_session(turn, metadata)

    async def _understand(self, turn: OpenTurn, message: UserMessage) -> None:
        text = (message.text or "").strip()
        parsed = message.parse_data or await self._parser.parse(text, message.message_id)
        parsed = self._hook.message_parsed(message=message, parse_data=parsed) or parsed
        event = user_event(message, text, parsed)
        turn.record([event])
        if self._observer is not None:
            self._observer.message_understood(event)

    async def log_message(self, message: UserMessage) -> Tracker:
        """Understands a message and stores it, without an answer; returns the conversation."""

        async def log(turn: OpenTurn) -> None:
            await self._start_session_if_due(turn, message.metadata)
            await self._understand(turn, message)

        return await self._take_turn(message.sender_id, None, log)

    async def hear(self, message: UserMessage) -> Tracker:
        """Understands a message, fills slots from it and stores both, without an answer; returns the conversation."""

        async def listen(turn: OpenTurn) -> None:
            await self._start_session_if_due(turn, message.metadata)
            await self._understand(turn, message)
            await self._decisions.fill_slots(turn)

        return await self._take_turn(message.sender_id, None, listen)

    async def trigger_intent(
        self,
        sender_id: str,
        intent: str,
        entities: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        output: OutputChannel,
    ) -> Tracker:
        """Acts as if the user had said something of this intent; returns the conversation."""

        async def act(turn: OpenTurn) -> None:
            await self._start_session_if_due(turn)
            turn.record([external_message(intent, entities, turn.tracker.latest_input_channel)])
            await self._decisions.fill_slots(turn)
            await self._decisions.act_until_listening(turn)

        return await self._take_turn(sender_id, output, act)

    async def remind(self, reminder: Reminder, output_of: OutputOf) -> None:
        """Triggers the intent of a reminder that is due, once: if it still holds, and has not been done already.

        What the bot says goes to the channel on which the user last wrote.
        """

        async def act(turn: OpenTurn) -> None:
            turn.speak_through(output_of(turn.tracker.latest_input_channel))
            progress = progress_of(reminder.message_id, turn.tracker)
            if progress == "new":
                if not await self._holds(reminder, turn.tracker):
                    return
                channel, event = turn.tracker.latest_input_channel, reminder.event
                await self._start_session_if_due(turn)
                turn.record([external_message(event.intent, event.entities or {}, channel, reminder.message_id)])
                await self._decisions.fill_slots(turn)
            if progress != "answered":
                await self._decisions.act_until_listening(turn)

        await self._take_turn(reminder.sender_id, None, act)

    async def _holds(self, reminder: Reminder, tracker: Tracker) -> bool:
        stands = standing(reminder, tracker.events)
        if stands is Standing.UNKNOWN:  # a session began since it was scheduled
            tracker = await self._conversations.load_all(reminder.sender_id)
            stands = standing(reminder, tracker.events)
        return stands is Standing.HOLDS and not was_taken_back(reminder, tracker)

    async def run_action(self, sender_id: str, prediction: Prediction, output: OutputChannel) -> Tracker:
        """Runs one action, whatever the policies would say; returns the conversation."""

        async def act(turn: OpenTurn) -> None:
            await self._start_session_if_due(turn)
            await self._decisions.run(prediction, turn)

        return await self._take_turn(sender_id, output, act)

    async def predict(self, sender_id: str) -> tuple[Prediction, Tracker]:
        """What would come next in a conversation, and the conversation."""
        tracker = await self.start_session(sender_id)
        return self._decisions.predict(tracker), tracker

    async def start_session(self, sender_id: str, output: OutputChannel | None = None) -> Tracker:
        """Starts a session if one is due; returns the conversation."""
        return await self._take_turn(sender_id, output, self._start_session_if_due)

    async def fetch_tracker(self, sender_id: str) -> Tracker:
        """The whole conversation as it is stored; a new one as its first session will begin."""
        tracker = await self._conversations.load_all(sender_id)
        if not tracker.events:
            await self._start_session_if_due(OpenTurn(tracker, self._store, None, stamp=self._stamp, hook=self._hook))
        return tracker

    async def append_events(
        self, sender_id: str, events: Sequence[Event], output: OutputChannel | None = None
    ) -> Tracker:
        """Stores events that happened elsewhere; with an ``output``, what the bot said among them is delivered."""

        async def append(turn: OpenTurn) -> None:
            if not turn.tracker.events:
                await self._start_session_if_due(turn)
            turn.adopt(events)

        return await self._take_turn(sender_id, output, append)
