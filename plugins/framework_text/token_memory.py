"""Remembers what was worked out for a token: in training and in serving, tokens repeat."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar, TypeVarTuple

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

REMEMBERED_TOKENS = 20_000
LONGEST_REMEMBERED = 32


def remember_tokens(find: Callable[[str, *Ts], T]) -> Callable[[str, *Ts], T]:
    """The function with a memory for its latest tokens.

    Long tokens are not remembered: they seldom repeat, and a stream of them would fill the memory of a server.
    """
    remembered = lru_cache(REMEMBERED_TOKENS)(find)

    def look_up(token: str, *rest: *Ts) -> T:
        return remembered(token, *rest) if len(token) <= LONGEST_REMEMBERED else find(token, *rest)

    return look_up
