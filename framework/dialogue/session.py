"""When a conversation starts a new session."""

from __future__ import annotations

import time

from framework.bot.domain import SessionConfig
from framework.conversation.events import UserUttered
from framework.conversation.tracker import Tracker

_SECONDS_PER_MINUTE = 60


def needs_session_start(tracker: Tracker, config: SessionConfig) -> bool:
    """Whether the conversation is new, was just restarted, or has been silent for too long."""
    if next(tracker.applied_newest_first(), None) is None:
        return True
    if config.expiration_minutes <= 0:
        return False
    message = tracker.last_event(UserUttered)
    if message is None:
        return False
    return (time.time() - message.timestamp) / _SECONDS_PER_MINUTE > config.expiration_minutes
