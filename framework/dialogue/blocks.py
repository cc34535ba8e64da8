"""Blocks: stories and rules cut at checkpoints and alternatives into runs of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from framework.bot.domain import Domain
from framework.bot.stories import (
    ActionStep,
    BotStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    Rule,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from framework.conversation.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from framework.conversation.slots import SHOULD_NOT_BE_SET, filled_value
from framework.conversation.tracker import ACTION_LISTEN
from framework.dialogue.entity_slots import slots_of_entities
from framework.dialogue.states import RULE_SNIPPET
from framework.errors import Location

STORY_START = "STORY_START"

_EventStep = UserStep | ActionStep | BotStep | SlotStep | LoopStep


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """A run of events of one story or rule, from one of ``starts`` to the checkpoint ``end`` (None: its own end).

    ``unpredictable`` is the action with which the story begins, if it does not begin with the user.
    """

    name: str
    where: Location | None
    starts: tuple[CheckpointStep, ...]
    end: str | None
    events: tuple[Event, ...]
    places: dict[int, Location | None]
    unpredictable: ActionExecuted | None

    def place_of(self, event: Event) -> Location | None:
        """Where the event is written; the place of the story for an event that is only implied."""
        return self.places.get(id(event)) or self.where


def blocks_of_stories(stories: Iterable[Story], domain: Domain) -> list[Block]:
    """Cuts stories into blocks."""
    maker = _EventMaker(domain)
    return [
        block for number, story in enumerate(stories) for block in _cut(story, story.steps, maker, f"story {number}")
    ]


def blocks_of_rules(rules: Iterable[Rule], domain: Domain) -> list[Block]:
    """Cuts rules into blocks. What a rule says of the time before it comes first, then the snippet action."""
    maker = _RuleEventMaker(domain)
    return [
        block for number, rule in enumerate(rules) for block in _cut(rule, _full_steps(rule), maker, f"rule {number}")
    ]


class _EventMaker:
    """Makes events of steps."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    def has_effect(self, step: _EventStep) -> bool:
        """Whether a step means anything; a slot that the domain does not have is reported elsewhere."""
        return not isinstance(step, SlotStep) or step.name in self._domain.slots

    def event(self, step: _EventStep) -> Event:
        """The event that a step stands for."""
        match step:
            case UserStep():
                return _uttered(step)
            case ActionStep(name=name):
                return ActionExecuted(name=name)
            case BotStep(text=text):
                return ActionExecuted(name=None, action_text=text)
            case SlotStep(name=name, value=value, has_value=has_value):
                return SlotSet(name=name, value=value if has_value else filled_value(self._domain.slots[name]))
            case LoopStep(name=name):
                return ActiveLoop(name=name)

    def implied_by(self, message: UserUttered) -> list[SlotSet]:
        """The slots that a message fills."""
        return slots_of_entities(message.entities, self._domain)


class _RuleEventMaker(_EventMaker):
    """Makes events of a rule's steps: what is null there must be so for the rule to apply."""

    def event(self, step: _EventStep) -> Event:
        event = super().event(step)
        if isinstance(event, ActiveLoop) and event.name is None:
            return ActiveLoop(name=SHOULD_NOT_BE_SET)
        if isinstance(event, SlotSet) and event.value is None:
            return SlotSet(name=event.name, value=SHOULD_NOT_BE_SET)
        return event


def _is_checkpoint(step: Step) -> bool:
    return isinstance(step, CheckpointStep)


def _uttered(step: UserStep) -> UserUttered:
    entities = [
        {
            key: value
            for key, value in (("entity", e.entity), ("value", e.value), ("role", e.role), ("group", e.group))
            if value is not None
        }
        for e in step.entities
    ]
    intent = {"name": step.intent, "confidence": 1.0}
    text = None if step.intent else step.text
    return UserUttered(text=text, parse_data={"intent": intent, "entities": entities, "text": text})


def _full_steps(rule: Rule) -> tuple[Step, ...]:
    snippet = (ActionStep(name=RULE_SNIPPET),)
    before = () if rule.conversation_start else snippet
    after = () if rule.wait_for_user_input else snippet
    return (*rule.condition, *before, *rule.steps, *after)


@dataclass(slots=True)
class _Draft:
    """A block in the making."""

    starts: tuple[CheckpointStep, ...]
    events: list[Event] = field(default_factory=list)
    places: dict[int, Location | None] = field(default_factory=dict)

    def add_steps(self, steps: Iterable[_EventStep], maker: _EventMaker) -> None:
        for step in filter(maker.has_effect, steps):
            event = maker.event(step)
            if isinstance(event, UserUttered):
                self.listen()
            self.events.append(event)
            self.places[id(event)] = step.where
            if isinstance(event, UserUttered):
                self.events.extend(maker.implied_by(event))

    def listen(self) -> None:
        last = self.events[-1] if self.events else None
        if not (isinstance(last, ActionExecuted) and last.name == ACTION_LISTEN):
            self.events.append(ActionExecuted(name=ACTION_LISTEN))

    def finished(self, story: Story | Rule, end: str | None) -> Block:
        if end is None:
            self.listen()
        return Block(
            name=story.name,
            where=story.where,
            starts=self.starts,
            end=end,
            events=tuple(self.events),
            places=self.places,
            unpredictable=self._unpredictable(),
        )

    def _unpredictable(self) -> ActionExecuted | None:
        if all(start.name != STORY_START for start in self.starts):
            return None
        for event in self.events:
            if isinstance(event, UserUttered):
                return None
            if isinstance(event, ActionExecuted) and event.name != ACTION_LISTEN:
                return event
        return None


def _cut(story: Story | Rule, steps: tuple[Step, ...], maker: _EventMaker, key: str) -> Iterator[Block]:
    """Yields the blocks of a story; ``key`` makes the names of its inner joints unique."""
    leading = tuple(step for step in takewhile(_is_checkpoint, steps) if isinstance(step, CheckpointStep))
    draft = _Draft(leading or (CheckpointStep(name=STORY_START),))
    joint: str | None = None
    for number, step in enumerate(steps[len(leading) :]):
        if joint is not None and not isinstance(step, CheckpointStep):
            draft, joint = _Draft((CheckpointStep(name=joint),)), None
        match step:
            case CheckpointStep(name=name):
                # Where one joint has two names, an empty block leads from the first to the second.
                part = draft if joint is None else _Draft((CheckpointStep(name=joint),))
                yield part.finished(story, name)
                joint = name
            case OrStep(options=options):
                joint = f"{key}, or {number}"
                for option in options:
                    alternative = _Draft(draft.starts, draft.events.copy(), draft.places.copy())
                    alternative.add_steps(option, maker)
                    yield alternative.finished(story, joint)
            case _:
                draft.add_steps((step,), maker)
    if joint is None:
        yield draft.finished(story, None)
    elif not isinstance(steps[-1], CheckpointStep):
        yield _Draft((CheckpointStep(name=joint),)).finished(story, None)
