"""Unrolling: stories and rules become the conversations that policies train on."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from framework.bot.domain import Domain
from framework.bot.stories import SlotStep, StoryData
from framework.conversation.events import ActionExecuted, ActionReverted
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.blocks import STORY_START, Block, blocks_of_rules, blocks_of_stories
from framework.dialogue.states import ACTION_UNLIKELY_INTENT, DialogueState, StateReader
from framework.errors import Location

AUGMENTATION_ROUNDS = 3
AUGMENTED_PER_FACTOR = 10
_SEED = 42

Kind = Literal["story", "rule", "augmented"]


@dataclass(frozen=True, slots=True)
class Decision:
    """An action of a training dialogue, and where its author wrote it.

    ``is_predictable`` is False for an action with which a story begins, since nothing leads to it.
    """

    action: ActionExecuted
    is_predictable: bool
    where: Location | None

    @property
    def label(self) -> str:
        """The name of the action, or its text if it has no name."""
        return self.action.name or self.action.action_text or ""


@dataclass(frozen=True, slots=True)
class TrainingDialogue:
    """A conversation that follows a story (all its blocks are named, joined by ``>``) or a rule."""

    name: str
    kind: Kind
    tracker: Tracker
    blocks: tuple[Block, ...]

    @property
    def where(self) -> Location | None:
        """Where the story or rule stands."""
        return self.blocks[0].where if self.blocks else None

    @property
    def decisions(self) -> list[Decision]:
        """All actions that count, in order."""
        scripted = {id(event): block for block in self.blocks for event in block.events}
        return [_decision(action, scripted.get(id(action))) for action in self.tracker.history.decisions()]

    def examples(
        self, states: Sequence[DialogueState], ignored: frozenset[str]
    ) -> Iterator[tuple[tuple[DialogueState, ...], Decision]]:
        """The states before each predictable action, and the action.

        ``states`` are all of this dialogue, oldest first, less those after ``ignored`` actions.
        """
        decisions = (decision for decision in self.decisions if decision.action.name not in ignored)
        for count, decision in enumerate(decisions, start=1):
            if decision.is_predictable:
                yield tuple(states[:count]), decision


def state_reader(domain: Domain, dialogues: Iterable[TrainingDialogue]) -> StateReader:
    """A reader of states that leaves out ``action_unlikely_intent``, unless a dialogue has it."""
    is_scripted = any(
        action.name == ACTION_UNLIKELY_INTENT
        for dialogue in dialogues
        for action in dialogue.tracker.history.decisions()
    )
    return StateReader(domain, ignored=frozenset()) if is_scripted else StateReader(domain)


def unroll(stories: StoryData, domain: Domain, *, augmentation: int = 0) -> list[TrainingDialogue]:
    """Makes all conversations that follow the stories and rules, without duplicates.

    ``augmentation`` stories are glued to others in each of three rounds (50 is usual); at most ten times as many
    augmented conversations come of it. Work grows linearly with the number of stories.
    """
    story_dialogues = _Unroller(domain, "story").run(blocks_of_stories(stories.stories, domain))
    rule_dialogues = _Unroller(domain, "rule").run(blocks_of_rules(stories.rules, domain))
    return story_dialogues + _augment(story_dialogues, domain, augmentation) + rule_dialogues


@dataclass(frozen=True, slots=True)
class _Partial:
    """A conversation that has come to a checkpoint."""

    tracker: Tracker
    blocks: tuple[Block, ...]


class _Unroller:
    """Leads conversations from checkpoint to checkpoint until no new checkpoint is reached."""

    def __init__(self, domain: Domain, kind: Kind) -> None:
        self._kind = kind
        self._fingerprint = _fingerprints(domain)
        self._empty = Tracker("", domain)
        self._arrived: defaultdict[str, list[_Partial]] = defaultdict(list)
        self._taken: dict[tuple[int, str], int] = {}
        self._led_on: set[int] = set()
        self._finished: dict[int, TrainingDialogue] = {}

    def run(self, blocks: list[Block]) -> list[TrainingDialogue]:
        """Makes the conversations of these blocks. A cycle of checkpoints is gone through once more, then left."""
        ordered = _ordered(blocks)
        self._arrived[STORY_START].append(_Partial(self._empty, ()))
        waiting: set[str] = set()
        while True:
            for number, block in enumerate(ordered):
                self._lead_through(number, block)
            still_waiting = self._waiting_checkpoints(ordered)
            if not still_waiting or still_waiting == waiting:
                break
            waiting = still_waiting
        self._finish_at_dead_ends()
        return list(self._finished.values())

    def _lead_through(self, number: int, block: Block) -> None:
        incoming: dict[int, _Partial] = {}
        for start in block.starts:
            partials = self._arrived[start.name]
            taken = self._taken.get((number, start.name), 0)
            self._taken[number, start.name] = len(partials)
            for partial in partials[taken:]:
                if all(_holds(condition, partial.tracker) for condition in start.conditions):
                    self._led_on.add(id(partial))
                    incoming.setdefault(self._fingerprint(partial.tracker), partial)
        for partial in incoming.values():
            tracker = partial.tracker.copy()
            tracker.apply_all(block.events)
            led = _Partial(tracker, (*partial.blocks, block))
            if block.end is None:
                self._finish(led)
            else:
                self._arrived[block.end].append(led)

    def _finish(self, partial: _Partial) -> None:
        fingerprint = self._fingerprint(partial.tracker)
        if fingerprint not in self._finished:
            self._finished[fingerprint] = _dialogue(partial, self._kind)

    def _finish_at_dead_ends(self) -> None:
        """A conversation that no block led on still shows what happens up to there."""
        for checkpoint, partials in self._arrived.items():
            for partial in partials:
                if checkpoint != STORY_START and id(partial) not in self._led_on:
                    self._finish(partial)

    def _waiting_checkpoints(self, blocks: list[Block]) -> set[str]:
        return {
            start.name
            for number, block in enumerate(blocks)
            for start in block.starts
            if self._taken.get((number, start.name), 0) < len(self._arrived[start.name])
        }


def _augment(dialogues: list[TrainingDialogue], domain: Domain, factor: int) -> list[TrainingDialogue]:
    """Glues random stories to one another, so that policies learn what does not depend on the past."""
    whole = [dialogue for dialogue in dialogues if dialogue.tracker.latest_action_name == ACTION_LISTEN]
    if factor <= 0 or not whole:
        return []
    chance = random.Random(_SEED)
    fingerprint = _fingerprints(domain)
    known = {fingerprint(dialogue.tracker) for dialogue in dialogues}
    augmented: list[TrainingDialogue] = []
    wanted = factor * AUGMENTED_PER_FACTOR
    for _ in range(AUGMENTATION_ROUNDS):
        pool = whole + augmented
        beginnings = chance.sample(pool, min(factor, len(pool)))
        for _ in range(wanted // AUGMENTATION_ROUNDS + 1):
            glued = _glue(chance.choice(beginnings), chance.choice(whole))
            key = fingerprint(glued.tracker)
            if key not in known:
                known.add(key)
                augmented.append(glued)
    return augmented[:wanted]


def _glue(first: TrainingDialogue, second: TrainingDialogue) -> TrainingDialogue:
    tracker = first.tracker.copy()
    tracker.apply(ActionReverted())
    tracker.apply_all(second.tracker.events)
    return _dialogue(_Partial(tracker, (*first.blocks, *second.blocks)), "augmented")


def _dialogue(partial: _Partial, kind: Kind) -> TrainingDialogue:
    name = " > ".join(dict.fromkeys(block.name for block in partial.blocks))
    partial.tracker.sender_id = name
    return TrainingDialogue(name, kind, partial.tracker, partial.blocks)


def _decision(action: ActionExecuted, block: Block | None) -> Decision:
    if block is None:
        return Decision(action, is_predictable=True, where=None)
    return Decision(action, is_predictable=action is not block.unpredictable, where=block.place_of(action))


def _fingerprints(domain: Domain) -> Callable[[Tracker], int]:
    reader = StateReader(domain)
    return lambda tracker: hash(tuple(reader.newest_first(tracker)))


def _holds(condition: SlotStep, tracker: Tracker) -> bool:
    return bool(tracker.slots.get(condition.name) == condition.value)


def _ordered(blocks: list[Block]) -> list[Block]:
    """The blocks in such an order that a checkpoint is reached before it is left, as far as there is no cycle."""
    leaving: defaultdict[str, list[int]] = defaultdict(list)
    for number, block in enumerate(blocks):
        for start in block.starts:
            leaving[start.name].append(number)
    done: list[int] = []
    seen: set[int] = set()
    for root in reversed(range(len(blocks))):
        pending: list[tuple[int, bool]] = [(root, False)]
        while pending:
            number, is_left = pending.pop()
            if is_left:
                done.append(number)
            elif number not in seen:
                seen.add(number)
                pending.append((number, True))
                end = blocks[number].end
                pending.extend((following, False) for following in (leaving[end] if end else []))
    return [blocks[number] for number in reversed(done)]
