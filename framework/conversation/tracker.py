"""The tracker: a conversation as the fold of its events."""

from __future__ import annotations


class Tracker:
    """A conversation so far."""
