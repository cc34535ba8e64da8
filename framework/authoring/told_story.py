"""A conversation that was held, as the story that teaches it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from framework.authoring.corrections import SHORTHAND_PREFIX, annotations_of
from framework.bot.domain import Domain
from framework.bot.stories import ActionStep, BotStep, LoopStep, SlotStep, Step, StepEntity, UserStep
from framework.conversation.events import ActionExecuted, ActiveLoop, Event, Restarted, SlotSet, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, ACTION_SESSION_START, Tracker

_IMPLIED = frozenset({ACTION_LISTEN, ACTION_SESSION_START})
_TYPE_WITHOUT_INFLUENCE = "any"


def told_stories(events: Sequence[Event], domain: Domain, *, with_texts: bool = False) -> list[tuple[Step, ...]]:
    """The steps of each story in a conversation; a restart ends one and begins another.

    What was taken back is left out, and so are the questions of a form that went well, slots that do not influence
    the conversation, and a turn that the bot has not finished. ``with_texts`` adds the words of the user.
    """
    parts = list(_split_at_restarts(events))
    stories = []
    for number, part in enumerate(parts):
        applied = Tracker.from_events("", domain, part).applied_events()
        finished = _without_open_turn(applied) if number == len(parts) - 1 else applied
        steps = tuple(_steps(finished, domain, with_texts=with_texts))
        if any(isinstance(step, UserStep | ActionStep | BotStep) for step in steps):
            stories.append(steps)
    return stories


def steps_so_far(events: Sequence[Event], domain: Domain) -> tuple[Step, ...]:
    """The steps since the last restart, those of a turn included that the bot has not finished."""
    *_, latest = _split_at_restarts(events)
    return tuple(_steps(Tracker.from_events("", domain, latest).applied_events(), domain, with_texts=False))


def _split_at_restarts(events: Iterable[Event]) -> Iterator[list[Event]]:
    part: list[Event] = []
    for event in events:
        if isinstance(event, Restarted):
            yield part
            part = []
        else:
            part.append(event)
    yield part


def _without_open_turn(events: Sequence[Event]) -> Sequence[Event]:
    """The events up to where the bot last listened: nobody has said yet what comes after the rest."""
    for end in range(len(events), 0, -1):
        event = events[end - 1]
        if isinstance(event, ActionExecuted) and event.name == ACTION_LISTEN:
            return events[:end]
    return []


def _steps(events: Iterable[Event], domain: Domain, *, with_texts: bool) -> Iterator[Step]:
    for event in events:
        match event:
            case UserUttered():
                yield _user_step(event, with_text=with_texts or event.intent is None)
            case ActionExecuted(name=str(name)) if name not in _IMPLIED:
                yield ActionStep(name=name)
            case ActionExecuted(name=None, action_text=str(text)):
                yield BotStep(text=text)
            case SlotSet(name=name, value=value) if _influences(name, domain):
                yield SlotStep(name=name, value=value)
            case ActiveLoop(name=name):
                yield LoopStep(name=name)


def _influences(name: str, domain: Domain) -> bool:
    slot = domain.slots.get(name)
    return slot is not None and slot.influence_conversation and slot.type != _TYPE_WITHOUT_INFLUENCE


def _user_step(message: UserUttered, *, with_text: bool) -> UserStep:
    text = message.text or ""
    if not with_text or not text or text.startswith(SHORTHAND_PREFIX):
        return UserStep(intent=message.intent, entities=tuple(_unplaced(message.entities)))
    placed = tuple(map(StepEntity.of_annotation, annotations_of(message.parse_data)))
    entities = placed or tuple(_unplaced(message.entities))
    return UserStep(intent=message.intent, text=text, entities=entities)


def _unplaced(entities: Iterable[Mapping[str, Any]]) -> Iterator[StepEntity]:
    """The entities, each once, whoever found it."""
    seen: list[StepEntity] = []
    for entity in entities:
        step = StepEntity(
            entity=entity["entity"], value=entity.get("value"), role=entity.get("role"), group=entity.get("group")
        )
        if step not in seen:
            seen.append(step)
            yield step
