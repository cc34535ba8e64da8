"""The intents, entities, roles and groups that the training data knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from framework.ml.tagging import TagScheme
from framework.nlu.component import TrainingData
from framework.nlu.features import Ints

UNLABELLED = -2
"""The intent of an example that has none; such examples teach entities only."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Names by number. Where there are roles, role 0 is "no role"; the same for groups."""

    intents: tuple[str, ...]
    entities: tuple[str, ...]
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    bilou: bool

    @classmethod
    def of(cls, data: TrainingData, *, intents: bool, entities: bool, bilou: bool) -> Self:
        """The labels that occur in the examples, of the sorts that are wanted."""
        annotations = [annotation for example in data.examples for annotation in example.entities] if entities else []
        return cls(
            intents=_sorted(example.intent_name for example in data.examples) if intents else (),
            entities=_sorted(annotation.entity for annotation in annotations),
            roles=_sorted(annotation.role for annotation in annotations),
            groups=_sorted(annotation.group for annotation in annotations),
            bilou=bilou,
        )

    @property
    def scheme(self) -> TagScheme:
        """The tags of the entities."""
        return TagScheme(self.entities, self.bilou)

    def intent_numbers(self, intents: Iterable[str | None]) -> Ints:
        """The numbers of intents; -2 where there is none to learn."""
        numbers: dict[str | None, int] = {name: number for number, name in enumerate(self.intents)}
        return np.array([numbers.get(intent, UNLABELLED) for intent in intents], dtype=np.int64)

    def role_number(self, role: str | None) -> int:
        """The number of a role; 0 is none."""
        return self.roles.index(role) + 1 if role else 0

    def group_number(self, group: str | None) -> int:
        """The number of a group; 0 is none."""
        return self.groups.index(group) + 1 if group else 0

    def to_json(self) -> dict[str, Any]:
        """A JSON object; see :meth:`from_json`."""
        return {
            "intents": self.intents,
            "entities": self.entities,
            "roles": self.roles,
            "groups": self.groups,
            "bilou": self.bilou,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Restores what :meth:`to_json` gave."""
        return cls(
            tuple(values["intents"]),
            tuple(values["entities"]),
            tuple(values["roles"]),
            tuple(values["groups"]),
            values["bilou"],
        )


def _sorted(names: Any) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))
