"""Stories and rules as one graph, in which conversations share the stretches that they have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

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
    StoryData,
    UserStep,
)
from framework.errors import Location

NodeKind = Literal["start", "anytime", "user", "action", "checkpoint", "end", "open"]
"""What a node stands for. A story begins at ``start``, a rule that applies anywhere at ``anytime``; it finishes at
``end``, or at ``open`` where a rule leaves to others what comes next."""

DEFAULT_MAX_HISTORY = 2
WHOLE_HISTORY = 1_000_000
"""More steps than any story has: stories are joined only as long as they have agreed from the start."""

_Context = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GraphNode:
    """Something that is said or done. ``title`` is an intent, an action, a text or a checkpoint's name."""

    id: int
    kind: NodeKind
    title: str = ""
    entities: tuple[str, ...] = ()


@dataclass(slots=True)
class GraphEdge:
    """What leads from one node to another: slots and loops that are set on the way, and whose conversations it is."""

    source: int
    target: int
    labels: tuple[str, ...]
    paths: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GraphPath:
    """A story or a rule: the numbers of the edges that it goes along."""

    name: str
    kind: Literal["story", "rule"]
    where: Location | None
    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoryGraph:
    """All conversations of a bot. Ids of nodes and numbers of edges and paths are places in these lists."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    paths: list[GraphPath]


def story_graph(stories: StoryData, *, max_history: int = DEFAULT_MAX_HISTORY) -> StoryGraph:
    """Joins stories where they agree in the last ``max_history`` steps; each rule stays by itself."""
    drawing = _Drawing(max_history)
    for story in stories.stories:
        drawing.add(story)
    for rule in stories.rules:
        drawing.add(rule)
    return drawing.graph


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a conversation has come to: nodes (several after alternatives), and what was last said and done."""

    nodes: tuple[int, ...]
    context: _Context
    labels: tuple[str, ...] = ()


class _Drawing:
    """A graph in the making."""

    def __init__(self, max_history: int) -> None:
        self.graph = StoryGraph([], [], [])
        self._reach = max_history - 1
        self._nodes: dict[tuple[object, ...], int] = {}
        self._edges: dict[tuple[int, int, tuple[str, ...]], int] = {}

    def add(self, story: Story | Rule) -> None:
        """Leads a story or a rule through the graph."""
        is_rule = isinstance(story, Rule)
        path = len(self.graph.paths)
        scope = f"rule {path}" if is_rule else ""
        walk = _Walk(self, path, scope)
        place = self._beginning(story, scope)
        for step in story.steps:
            place = walk.take(step, place)
        is_left_open = isinstance(story, Rule) and not story.wait_for_user_input
        walk.finish(place, "open" if is_left_open else "end")
        edges = tuple(dict.fromkeys(walk.edges))
        self.graph.paths.append(GraphPath(story.name, "rule" if is_rule else "story", story.where, edges))

    def _beginning(self, story: Story | Rule, scope: str) -> _Place:
        if isinstance(story, Story):
            return _Place((self.node("start", scope=scope),), ("start",))
        kind: NodeKind = "start" if story.conversation_start else "anytime"
        return _Place((self.node(kind, scope=scope),), (kind,), tuple(map(_label, story.condition)))

    def node(self, kind: NodeKind, title: str = "", entities: tuple[str, ...] = (), **identity: object) -> int:
        """The node of an identity, which is made if there is none yet."""
        key = (kind, title, entities, *identity.values())
        found = self._nodes.setdefault(key, len(self.graph.nodes))
        if found == len(self.graph.nodes):
            self.graph.nodes.append(GraphNode(found, kind, title, entities))
        return found

    def edge(self, source: int, target: int, labels: tuple[str, ...], path: int) -> int:
        """Notes that a path goes from one node to another."""
        found = self._edges.setdefault((source, target, labels), len(self.graph.edges))
        if found == len(self.graph.edges):
            self.graph.edges.append(GraphEdge(source, target, labels))
        paths = self.graph.edges[found].paths
        if path not in paths[-1:]:
            paths.append(path)
        return found

    def recent(self, context: _Context) -> _Context:
        """As much of what was before as two conversations must share to share a node."""
        return context[-self._reach :] if self._reach else ()


class _Walk:
    """One story on its way through the graph."""

    def __init__(self, drawing: _Drawing, path: int, scope: str) -> None:
        self._drawing = drawing
        self._path = path
        self._scope = scope
        self.edges: list[int] = []

    def take(self, step: Step, place: _Place) -> _Place:
        """The place that a step leads to. Slots and loops lead nowhere; they are told on the way to the next node."""
        match step:
            case SlotStep() | LoopStep():
                return _Place(place.nodes, place.context, (*place.labels, _label(step)))
            case OrStep(options=options):
                ends = [self._take_option(option, place) for option in options]
                said = " | ".join(end.context[-1] for end in ends)
                nodes = dict.fromkeys(node for end in ends for node in end.nodes)
                return _Place(tuple(nodes), (*place.context, said))
            case CheckpointStep(name=name):
                return self._take_checkpoint(step, name, place)
            case UserStep():
                entities = tuple(_entity(entity.entity, entity.value, entity.role) for entity in step.entities)
                return self._go(place, "user", step.intent or f"“{step.text}”", entities)
            case ActionStep(name=name):
                return self._go(place, "action", name)
            case BotStep(text=text):
                return self._go(place, "action", f"“{text}”")

    def finish(self, place: _Place, kind: NodeKind) -> None:
        """Marks the end. Each node has an end of its own, so that no lines run across the graph to a common one."""
        for node in place.nodes:
            if self._drawing.graph.nodes[node].kind != "checkpoint" or place.labels:
                self._connect(node, self._drawing.node(kind, after=node), place.labels)

    def _take_option(self, option: Iterable[UserStep | SlotStep], place: _Place) -> _Place:
        for step in option:
            place = self.take(step, place)
        if place.labels:
            place = _Place(place.nodes, (*place.context, *place.labels), place.labels)
        return place

    def _take_checkpoint(self, step: CheckpointStep, name: str, place: _Place) -> _Place:
        node = self._drawing.node("checkpoint", name, scope=self._scope)
        if not self._is_at_start(place):
            for source in place.nodes:
                self._connect(source, node, place.labels)
        return _Place((node,), (f"checkpoint {name}",), tuple(map(_label, step.conditions)))

    def _is_at_start(self, place: _Place) -> bool:
        """Whether nothing has happened: a story that begins with a checkpoint has no start of its own."""
        kinds = {self._drawing.graph.nodes[node].kind for node in place.nodes}
        return kinds == {"start"} and not place.labels

    def _go(self, place: _Place, kind: NodeKind, title: str, entities: tuple[str, ...] = ()) -> _Place:
        before = (*place.context[:-1], " ".join((*place.context[-1:], *place.labels)))
        node = self._drawing.node(kind, title, entities, before=self._drawing.recent(before), scope=self._scope)
        for source in place.nodes:
            self._connect(source, node, place.labels)
        return _Place((node,), (*before, " ".join((f"{kind} {title}", *entities))))

    def _connect(self, source: int, target: int, labels: tuple[str, ...]) -> None:
        self.edges.append(self._drawing.edge(source, target, labels, self._path))


def _label(step: SlotStep | LoopStep) -> str:
    match step:
        case LoopStep(name=None):
            return "loop ends"
        case LoopStep(name=name):
            return f"loop {name}"
        case SlotStep(name=name, has_value=False):
            return f"{name} is set"
        case SlotStep(name=name, value=value):
            return f"{name} = {_value(value)}"


def _entity(name: str, value: object, role: str | None) -> str:
    known = name if role is None else f"{name} ({role})"
    return known if value is None else f"{known} = {_value(value)}"


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
