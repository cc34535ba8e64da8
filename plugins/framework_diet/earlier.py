"""A model of an earlier training, and how its weights get into one that knows more or other labels and words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from framework.ml.features import PartReader
from framework.ml.growth import column_names, new_places, transplant_module, transplant_tensor
from framework.ml.labels import Labels
from framework.ml.weights import Arrays, load_arrays

if TYPE_CHECKING:
    from framework_diet.model import DietModel

_FORBIDDEN = -5e3
"""Scores of a saved CRF below this say what cannot be, and nothing that was learned."""


@dataclass(frozen=True, slots=True)
class EarlierModel:
    """What the classifier saved; ``pairs`` are the names of the pairs of tokens, if it used any."""

    labels: Labels
    pairs: list[str]
    readers: tuple[PartReader, PartReader]
    tables: Arrays
    state: Arrays
    sentence_size: int

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Reads what the classifier saved; None where there was nothing to learn."""
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if "shape" not in description:
            return None
        tables, blocks = load_arrays(folder / "tables.safetensors"), description["blocks"]
        return cls(
            Labels.from_json(description["labels"]),
            description["pairs"] or [],
            (
                PartReader.from_arrays("sequence", blocks["sequence"], tables),
                PartReader.from_arrays("sentence", blocks["sentence"], tables),
            ),
            tables,
            load_arrays(folder / "network.safetensors"),
            description["shape"]["sentence_size"],
        )

    @property
    def sharpness(self) -> float:
        """How sure the earlier model was to be."""
        return float(self.state["sharpness"].item())

    def hand_over(self, model: DietModel, labels: Labels, readers: tuple[PartReader, PartReader]) -> None:
        """Overwrites the weights of a fresh model, as far as they were learned before."""
        tokens, messages = (
            new_places(column_names(old), column_names(new)) for old, new in zip(self.readers, readers, strict=True)
        )
        intents = new_places(self.labels.intents, labels.intents)
        sentence = self.tables["sentence"]
        transplant_tensor(model.tokens.table, self.tables["tokens"], {0: tokens})
        transplant_tensor(model.sentence.table, sentence[:, : self.sentence_size], {0: messages})
        transplant_tensor(model.expert.table, sentence[:, self.sentence_size :], {0: messages, 1: intents})
        tags = new_places(_tags(self.labels), _tags(labels))
        heads = {
            "heads.tags": tags,
            "heads.roles": new_places(("", *self.labels.roles), ("", *labels.roles)),
            "heads.groups": new_places(("", *self.labels.groups), ("", *labels.groups)),
        }
        rows = {
            "intents.linear": intents,
            "intents.of_message.out": intents,
            "intents.of_tokens.out": intents,
            **heads,
            **{
                f"taggers.{number}.{head}": places
                for number in range(len(model.network.taggers))
                for head, places in heads.items()
            },
        }
        moves = {f"{layer}.{part}": {0: places} for layer, places in rows.items() for part in ("weight", "bias")}
        transplant_module(model.network, self.state, moves)
        if model.crf is not None and self.labels.entities:
            transplant_tensor(model.crf.transitions, self._crf("transitions"), {0: tags, 1: tags})
            transplant_tensor(model.crf.start, self._crf("start"), {0: tags})
            transplant_tensor(model.crf.end, self._crf("end"), {0: tags})

    def _crf(self, part: str) -> npt.NDArray[Any]:
        scores = self.tables[f"crf.{part}"]
        return np.where(scores < _FORBIDDEN, np.float32(0), scores)


def _tags(labels: Labels) -> list[tuple[str, int]]:
    """The tags by name: that of no entity, then those of each."""
    per_label = labels.scheme.tags_per_label
    return [("", 0), *((entity, number) for entity in labels.entities for number in range(per_label))]
