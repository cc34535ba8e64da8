"""Plans a training that goes on from an earlier model: what is kept, what fine-tuned, what trained anew and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from framework.errors import Location, Problem, Severity
from framework.model.metadata import Fingerprints
from framework.training.fingerprints import fingerprint
from framework.training.graph import Node


@dataclass(frozen=True, slots=True)
class EarlierModel:
    """The model to go on from: its file, what it was made of, and how much of the configured epochs to train now."""

    path: Path
    fingerprints: Fingerprints
    epoch_fraction: float


@dataclass(slots=True)
class FinetuningPlan:
    """What becomes of the components, by name; ``nodes`` have the fingerprints of what they will have learned."""

    model: EarlierModel
    nodes: list[Node] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    finetuned: set[str] = field(default_factory=set)
    bases: dict[str, str] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


def plan_finetuning(nodes: Sequence[Node], model: EarlierModel, *, force: bool) -> FinetuningPlan:
    """Decides for each node, in order. What has not changed is kept, unless ``force`` is set."""
    planner = _Planner(model, force=force)
    for node in nodes:
        planner.add(node)
    planner.sum_up()
    return planner.plan


class _Planner:
    def __init__(self, model: EarlierModel, *, force: bool) -> None:
        self.plan = FinetuningPlan(model)
        self._force = force
        self._fingerprints: dict[str, str] = {}
        self._reliable: set[str] = set()
        """Nodes that make of a text what they made before, or more of it."""
        self._unable: list[str] = []

    def add(self, node: Node) -> None:
        if self._is_unchanged(node) and not (self._force and node.is_trainable):
            known = self._keep(node)
        elif not node.is_trainable:
            known = node.fingerprint
        else:
            known = self._finetune(node) if self._can_finetune(node) else self._train_anew(node)
        self._fingerprints[node.name] = known
        if known != node.fingerprint:
            self.plan.bases[node.name] = node.fingerprint
        self.plan.nodes.append(replace(node, fingerprint=known))

    def sum_up(self) -> None:
        """Notes in one line which components can never be fine-tuned."""
        if self._unable:
            be = "are" if len(self._unable) > 1 else "is"
            self._note(f"{', '.join(self._unable)} cannot be fine-tuned, and {be} trained anew", None)

    def _is_unchanged(self, node: Node) -> bool:
        earlier = self.plan.model.fingerprints
        return node.fingerprint == earlier.bases.get(node.name, earlier.components.get(node.name))

    def _can_finetune(self, node: Node) -> bool:
        """Whether a node can go on from the earlier training; if not, notes why."""
        if not node.component.cls.is_finetunable:
            self._unable.append(node.name)
            return False
        if node.name not in self.plan.model.fingerprints.components:
            self._note(f"{node.name} is not in {self.plan.model.path}, and is trained anew", node.component.where)
            return False
        others = [name for name in node.upstream if name not in self._reliable]
        if others:
            why = f"goes by the features of {', '.join(others)}, which are others now"
            self._note(f"{node.name} {why}, and is trained anew", node.component.where)
        return not others

    def _keep(self, node: Node) -> str:
        self._reliable.add(node.name)
        if node.is_trainable:
            self.plan.kept.add(node.name)
        return self.plan.model.fingerprints.components[node.name]

    def _finetune(self, node: Node) -> str:
        self._reliable.add(node.name)
        self.plan.finetuned.add(node.name)
        model = self.plan.model
        upstream = [self._fingerprints[name] for name in node.upstream]
        return fingerprint(node.fingerprint, model.fingerprints.components[node.name], upstream, model.epoch_fraction)

    def _train_anew(self, node: Node) -> str:
        if not any(name in self.plan.bases for name in node.upstream):
            return node.fingerprint
        return fingerprint(node.fingerprint, [self._fingerprints[name] for name in node.upstream])

    def _note(self, what: str, where: Location | None) -> None:
        self.plan.notes.append(Problem(code="trained-anew", what=what, where=where, severity=Severity.NOTE))
