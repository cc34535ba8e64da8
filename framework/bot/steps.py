"""Reads the steps of stories and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from framework.bot.annotations import parse_annotations
from framework.bot.document import Mapping, Node, Scalar
from framework.bot.expect import as_mapping, as_text, check_keys, items_of
from framework.bot.problems import Problems
from framework.bot.stories import (
    ActionStep,
    BotStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    SlotStep,
    Step,
    StepEntity,
    UserStep,
)
from framework.errors import Location, one_of

_KEYS_BESIDE = {
    "user": ("intent", "entities", "metadata"),
    "intent": ("user", "entities", "metadata"),
    "checkpoint": ("slot_was_set",),
}
"""Keys that may stand beside the key that says what a step is."""


class StepReader:
    """Reads one step at a time; a step may be written as several things at once (two slots), hence lists."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._kinds: dict[str, Callable[[Mapping], Iterable[Step]]] = {
            "intent": self._user,
            "user": self._user,
            "or": self._or,
            "action": self._action,
            "bot": self._bot,
            "checkpoint": self._checkpoint,
            "slot_was_set": self._slots,
            "active_loop": self._loop,
            "form": self._form,
        }

    def read_all(self, items: Iterable[Node]) -> Iterator[Step]:
        """Reads a list of steps."""
        for item in items:
            yield from self.read(item)

    def read(self, node: Node) -> Iterable[Step]:
        """Reads one item of a list of steps; nothing, with a problem, if it cannot be understood."""
        entry = as_mapping(node, "a step", self._problems)
        if entry is None:
            return ()
        kind = next((key for key in self._kinds if key in entry.entries), None)
        if kind is None:
            key = next(iter(entry.entries), "")
            if key != "metadata":
                self._problems.error(
                    "invalid-step", f"unknown step {key!r}", entry.where, one_of(key, self._kinds.keys() - {"form"})
                )
            return ()
        check_keys(entry, (kind, *_KEYS_BESIDE.get(kind, ())), f"a step with {kind!r}", self._problems)
        return self._kinds[kind](entry)

    def _user(self, entry: Mapping) -> Iterable[Step]:
        intent = as_text(entry.get("intent"), "intent", self._problems)
        said = as_text(entry.get("user"), "user", self._problems)
        if not intent and not said:
            key = "intent" if "intent" in entry.entries else "user"
            self._problems.error(
                "invalid-step", f"a step has an empty {key!r}", entry.where_key(key), f"write a name after `{key}:`"
            )
            return ()
        if intent is not None and intent.startswith("/"):
            self._problems.warning(
                "invalid-step",
                f"intent {intent!r} is read as {intent[1:]!r}",
                entry.entries["intent"].where,
                "leave out the '/'",
            )
            intent = intent[1:]
        entities = self._entities(entry.get("entities"))
        text = None
        if said is not None:
            text, marked = self._annotated(said.strip(), entry.entries["user"])
            entities = marked or entities
        return (UserStep(intent=intent, text=text, entities=entities, where=_place(entry)),)

    def _annotated(self, text: str, node: Node) -> tuple[str, tuple[StepEntity, ...]]:
        plain, annotations = parse_annotations(
            text, lambda message: self._problems.error("invalid-annotation", message, node.where)
        )
        return plain, tuple(map(StepEntity.of_annotation, annotations))

    def _entities(self, node: Node | None) -> tuple[StepEntity, ...]:
        found: list[StepEntity] = []
        for item in items_of(node, "entities", self._problems):
            if isinstance(item, Scalar):
                found.append(StepEntity(entity=item.text))
                continue
            entry = as_mapping(item, "an item of entities", self._problems)
            if entry is None:
                continue
            role = as_text(entry.get("role"), "role", self._problems)
            group = as_text(entry.get("group"), "group", self._problems)
            found += (
                StepEntity(entity=name, value=value.data(), role=role, group=group)
                for name, value in entry.entries.items()
                if name not in ("role", "group")
            )
        return tuple(found)

    def _or(self, entry: Mapping) -> Iterable[Step]:
        options: list[tuple[UserStep | SlotStep, ...]] = []
        for item in items_of(entry.get("or"), "or", self._problems):
            option: list[UserStep | SlotStep] = []
            for step in self.read(item):
                if isinstance(step, UserStep | SlotStep):
                    option.append(step)
                else:
                    self._problems.error(
                        "invalid-step", "an option of 'or' is an intent, a user message or slot_was_set", item.where
                    )
            if option:
                options.append(tuple(option))
        if not options:
            self._problems.error("invalid-step", "'or' has no options", entry.where_key("or"))
            return ()
        return (OrStep(options=tuple(options), where=entry.where_key("or")),)

    def _action(self, entry: Mapping) -> Iterable[Step]:
        name = self._required(entry, "action")
        return () if name is None else (ActionStep(name=name, where=_place(entry)),)

    def _bot(self, entry: Mapping) -> Iterable[Step]:
        text = self._required(entry, "bot")
        return () if text is None else (BotStep(text=text.strip(), where=_place(entry)),)

    def _checkpoint(self, entry: Mapping) -> Iterable[Step]:
        name = self._required(entry, "checkpoint")
        if name is None:
            return ()
        conditions = tuple(self._slots(entry)) if "slot_was_set" in entry.entries else ()
        return (CheckpointStep(name=name, conditions=conditions, where=_place(entry)),)

    def _slots(self, entry: Mapping) -> Iterable[SlotStep]:
        node = entry.get("slot_was_set")
        items = [node] if isinstance(node, Mapping | Scalar) else items_of(node, "slot_was_set", self._problems)
        if not items:
            self._problems.error(
                "invalid-step", "'slot_was_set' names no slot", entry.where_key("slot_was_set"), "add `- <slot>`"
            )
        found: list[SlotStep] = []
        for item in items:
            if isinstance(item, Scalar):
                found.append(SlotStep(name=item.text, has_value=False, where=item.where))
            elif (slots := as_mapping(item, "an item of slot_was_set", self._problems)) is not None:
                found += (
                    SlotStep(name=name, value=value.data(), where=slots.where_key(name))
                    for name, value in slots.entries.items()
                )
        return found

    def _loop(self, entry: Mapping) -> Iterable[LoopStep]:
        return (LoopStep(name=as_text(entry.get("active_loop"), "active_loop", self._problems), where=_place(entry)),)

    def _form(self, entry: Mapping) -> Iterable[LoopStep]:
        self._problems.note(
            "older-format", "step 'form' is read as 'active_loop'", entry.where_key("form"), "rename the key"
        )
        return (LoopStep(name=as_text(entry.get("form"), "form", self._problems), where=_place(entry)),)

    def _required(self, entry: Mapping, key: str) -> str | None:
        text = as_text(entry.get(key), key, self._problems)
        if not text:
            self._problems.error("invalid-step", f"a step has an empty {key!r}", entry.where_key(key))
        return text or None


def _place(entry: Mapping) -> Location:
    """Where the first value of a step stands."""
    return next(iter(entry.entries.values())).where
