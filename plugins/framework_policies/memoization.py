"""Policies that remember stories by heart."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
from pydantic import Field

from framework.api import (
    ACTION_LISTEN,
    ActionExecuted,
    BotUttered,
    DialogueState,
    Domain,
    Event,
    LoadContext,
    Policy,
    PolicyConfig,
    PolicyTrainingData,
    Prediction,
    SlotSet,
    StateReader,
    Tracker,
    state_reader,
)

_FILE = "memories.json"
_WIDEST_TRUNCATION = 64
"""How many actions back a conversation is cut at most where rules hide many turns."""

States = tuple[DialogueState, ...]


class MemoizationConfig(PolicyConfig):
    """What the memoization policies can be told."""

    priority: int = Field(default=3, ge=0, description="Wins a tie of confidence against a lower one.")
    enable_feature_string_compression: bool = Field(
        default=True, description="Accepted for compatibility; what is remembered is always stored compactly."
    )
    use_nlu_confidence_as_score: bool = Field(
        default=False, description="Predict with the confidence of the last message's intent rather than 1."
    )


class Memory(NamedTuple):
    """What comes next, and the first story that says so."""

    action: str
    story: str


class _Stored(msgspec.Struct, frozen=True):
    """Each state and story once, and each memory as the numbers of its states, an action and its story's number."""

    states: list[DialogueState]
    stories: list[str]
    memories: list[tuple[list[int], str, int]]
    ignored_actions: frozenset[str]


class MemoizationPolicy(Policy[MemoizationConfig]):
    """Continues a conversation whose last ``max_history`` states a story has exactly so."""

    Config = MemoizationConfig
    version = 2
    only_chooses = True

    def __init__(self, config: MemoizationConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._memories: dict[States, Memory] = {}
        self._ignored: frozenset[str] = frozenset()
        self._reader: StateReader | None = None
        self._longest = 0

    def train(self, data: PolicyTrainingData) -> None:  # noqa: D102
        stories = [dialogue for dialogue in data.dialogues if dialogue.kind == "story"]
        reader = state_reader(data.domain, stories)
        memories: dict[States, Memory] = {}
        ambiguous: set[States] = set()
        for dialogue in stories:
            for states, decision in dialogue.examples(reader.for_training(dialogue.tracker), reader.ignored):
                recent = _latest(states, self.config.history)
                memory = memories.setdefault(recent, Memory(decision.label, dialogue.name))
                if memory.action != decision.label:
                    ambiguous.add(recent)
        self._remember({states: memory for states, memory in memories.items() if states not in ambiguous})
        self._ignored = reader.ignored

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:  # noqa: D102
        reader = self._reader_of(domain)
        # A story of other length than the conversation cannot be the same, so one state more tells enough.
        limit = self.config.history or self._longest + 1
        states = reader.for_prediction(tracker, rule_only=self.rule_only, limit=limit)
        memory = self._recall(states, tracker, reader)
        return Prediction(
            policy=type(self).__name__,
            priority=self.config.priority,
            probabilities={} if memory is None else {memory.action: self._score(tracker)},
            reason=None if memory is None else f"story {memory.story!r}",
        )

    def save(self, directory: Path) -> None:  # noqa: D102
        numbers: dict[DialogueState, int] = {}
        stories: dict[str, int] = {}
        memories = [
            (
                [numbers.setdefault(state, len(numbers)) for state in states],
                memory.action,
                stories.setdefault(memory.story, len(stories)),
            )
            for states, memory in self._memories.items()
        ]
        stored = _Stored(list(numbers), list(stories), memories, self._ignored)
        (directory / _FILE).write_bytes(msgspec.json.encode(stored, order="deterministic"))

    @classmethod
    def load(cls, config: MemoizationConfig, directory: Path, context: LoadContext) -> Self:  # noqa: D102
        stored = msgspec.json.decode((directory / _FILE).read_bytes(), type=_Stored)
        policy = cls(config, context)
        policy._remember(
            {
                tuple(stored.states[number] for number in numbers): Memory(action, stored.stories[story])
                for numbers, action, story in stored.memories
            }
        )
        policy._ignored = stored.ignored_actions
        return policy

    def _remember(self, memories: dict[States, Memory]) -> None:
        self._memories = memories
        self._longest = max(map(len, memories), default=0)

    def _recall(self, states: States, tracker: Tracker, reader: StateReader) -> Memory | None:  # noqa: ARG002
        return self._memories.get(states)

    def _reader_of(self, domain: Domain) -> StateReader:
        if self._reader is None or self._reader.domain is not domain:
            self._reader = StateReader(domain, self._ignored)
        return self._reader

    def _score(self, tracker: Tracker) -> float:
        message = tracker.latest_message
        if not self.config.use_nlu_confidence_as_score or message is None:
            return 1.0
        return float((message.parse_data.get("intent") or {}).get("confidence", 1.0))


class AugmentedMemoizationPolicy(MemoizationPolicy):
    """Remembers like :class:`MemoizationPolicy`, and forgets the beginning of a conversation where that helps.

    On a miss the conversation is cut to begin at ever later actions, which also forgets the slots that were set
    before, until what is left is known.
    """

    def _remember(self, memories: dict[States, Memory]) -> None:
        super()._remember(memories)
        self._action_runs = {_actions_newest_first(states) for states in memories}
        self._latest_states = {states[-1] for states in memories}

    def _recall(self, states: States, tracker: Tracker, reader: StateReader) -> Memory | None:
        memory = self._memories.get(states)
        if memory is not None or not self._memories:
            return memory
        history = self.config.history
        limit = history or self._longest + 1
        every = _latest_events(tracker, self.config.max_history, self._longest)
        latest = [event for event in every if not _leaves_no_trace(event, reader.domain)]
        for beginning in self._beginnings(latest):
            newest_first = reader.of_events(latest[beginning:], self.rule_only)
            now = next(newest_first, None)
            if now is None or now not in self._latest_states:
                continue
            before = list(islice(newest_first, limit - 1))
            memory = self._memories.get((*reversed(before), now))
            if memory is not None:
                return memory
        return None

    def _beginnings(self, events: list[Event]) -> list[int]:
        """The positions of the actions from which on the events may be known, judged by their actions alone."""
        positions = [position for position, event in enumerate(events) if isinstance(event, ActionExecuted)]
        actions = [event for event in events if isinstance(event, ActionExecuted)]
        if any(action.hide_rule_turn or action.name in self._ignored for action in actions):
            return positions
        names = tuple((action.name or action.action_text) for action in reversed(actions))
        history = self.config.history
        if history is not None and names[:history] in self._action_runs:
            return positions
        return [
            position
            for number, position in enumerate(positions)
            if (*names[: len(names) - number], None) in self._action_runs
        ]


def _latest(states: States, count: int | None) -> States:
    return states if count is None else states[-count:]


def _actions_newest_first(states: States) -> tuple[str | None, ...]:
    return tuple(state.action or state.action_text for state in reversed(states))


def _leaves_no_trace(event: Event, domain: Domain) -> bool:
    """Whether no dialogue state is any different for an event."""
    if isinstance(event, SlotSet):
        slot = domain.slots.get(event.name)
        return slot is None or not slot.influence_conversation
    return isinstance(event, BotUttered)


def _latest_events(tracker: Tracker, max_history: int | None, longest: int) -> list[Event]:
    """As much of the conversation's end as may matter, oldest first.

    With ``max_history`` that is up to where the bot listened more actions ago than that; without, as many actions as
    the longest memory has states, and some more where rules hide turns.
    """
    events: list[Event] = []
    count = visible = 0
    for event in tracker.applied_newest_first():
        events.append(event)
        if isinstance(event, ActionExecuted):
            count += 1
            visible += not event.hide_rule_turn
            is_enough = visible >= longest or count >= _WIDEST_TRUNCATION
            if max_history is not None:
                is_enough = count > max_history and event.name == ACTION_LISTEN
            if is_enough:
                break
    events.reverse()
    return events
