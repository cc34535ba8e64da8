"""Stories and rules: example conversations, as their author wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from framework.bot.nlu_data import EntityAnnotation
from framework.errors import Location


class StepEntity(msgspec.Struct, frozen=True, kw_only=True):
    """An entity of a user step; ``start`` and ``end`` only where the step has annotated text."""

    entity: str
    value: Any = None
    role: str | None = None
    group: str | None = None
    start: int | None = None
    end: int | None = None

    @classmethod
    def of_annotation(cls, annotation: EntityAnnotation) -> StepEntity:
        """What is marked in a text, as the entity of the step that has the text."""
        return cls(**msgspec.structs.asdict(annotation))


class UserStep(msgspec.Struct, frozen=True, kw_only=True, tag="user"):
    """The user says something: an intent (``/`` stripped), a text (end-to-end training), or both (a test)."""

    intent: str | None = None
    text: str | None = None
    entities: tuple[StepEntity, ...] = ()
    where: Location | None = None

    @property
    def annotations(self) -> tuple[EntityAnnotation, ...]:
        """The entities that are marked in the text."""
        return tuple(
            EntityAnnotation(
                entity=entity.entity,
                start=entity.start,
                end=entity.end,
                value=entity.value,
                role=entity.role,
                group=entity.group,
            )
            for entity in self.entities
            if entity.start is not None and entity.end is not None
        )


class ActionStep(msgspec.Struct, frozen=True, kw_only=True, tag="action"):
    """The bot runs an action."""

    name: str
    where: Location | None = None


class BotStep(msgspec.Struct, frozen=True, kw_only=True, tag="bot"):
    """The bot says a text (end-to-end training)."""

    text: str
    where: Location | None = None


class SlotStep(msgspec.Struct, frozen=True, kw_only=True, tag="slot"):
    """A slot has a value. A bare name (``has_value`` False) means: is filled."""

    name: str
    value: Any = None
    has_value: bool = True
    where: Location | None = None


class LoopStep(msgspec.Struct, frozen=True, kw_only=True, tag="loop"):
    """A loop (form) becomes active, or none is any more (None)."""

    name: str | None
    where: Location | None = None


class CheckpointStep(msgspec.Struct, frozen=True, kw_only=True, tag="checkpoint"):
    """A named joint between stories, with conditions on slots."""

    name: str
    conditions: tuple[SlotStep, ...] = ()
    where: Location | None = None


class OrStep(msgspec.Struct, frozen=True, kw_only=True, tag="or"):
    """Alternatives: each option is a run of user or slot steps."""

    options: tuple[tuple[UserStep | SlotStep, ...], ...]
    where: Location | None = None


Step = UserStep | ActionStep | BotStep | SlotStep | LoopStep | CheckpointStep | OrStep


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story or a test story."""

    name: str
    steps: tuple[Step, ...]
    metadata: Any = None
    where: Location | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: steps that follow whenever the condition holds."""

    name: str
    steps: tuple[Step, ...]
    condition: tuple[SlotStep | LoopStep, ...] = ()
    conversation_start: bool = False
    wait_for_user_input: bool = True
    metadata: Any = None
    where: Location | None = None


class StoryData(msgspec.Struct, frozen=True, kw_only=True):
    """All stories and rules of a bot, in the order of its files."""

    stories: tuple[Story, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def has_texts(self) -> bool:
        """Whether a story is told by the words of the user or the bot (end-to-end training)."""
        return any(_is_told_by_words(step) for story in self.stories for step in story.steps)

    @property
    def bot_texts(self) -> list[str]:
        """The texts that the bot says word for word in stories and rules, each once."""
        told: tuple[Story | Rule, ...] = (*self.stories, *self.rules)
        steps = (step for story in told for step in story.steps)
        return list(dict.fromkeys(step.text for step in steps if isinstance(step, BotStep)))

    @property
    def messages_by_words(self) -> Iterator[UserStep]:
        """What the user says in stories that are told by words."""
        for story in self.stories:
            for step in story.steps:
                options = step.options if isinstance(step, OrStep) else ((step,),)
                for part in (part for option in options for part in option):
                    if isinstance(part, UserStep) and part.intent is None and part.text:
                        yield part


def _is_told_by_words(step: Step) -> bool:
    match step:
        case UserStep(intent=None) | BotStep():
            return True
        case OrStep(options=options):
            return any(_is_told_by_words(part) for option in options for part in option)
        case _:
            return False
