"""``ParsedExample``: a test message, what is right, and what a model made of it."""

from __future__ import annotations

from dataclasses import dataclass

from framework.bot.nlu_data import Example
from framework.nlu.parse import ParseData


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A training example, and how near it is to a test message: 1 for the same features, 0 for none in common."""

    example: Example
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedExample:
    """A test message, what is right, and what a model made of it.

    ``linear_intent`` and ``linear_response`` are what a linear model on the same features says; None where there is no
    such model. ``closest`` are the training examples nearest to a message that was misunderstood.
    """

    example: Example
    parsed: ParseData
    linear_intent: str | None = None
    linear_response: str | None = None
    closest: tuple[Neighbour, ...] = ()
