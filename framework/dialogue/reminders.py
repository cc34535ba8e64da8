"""Reminders as a conversation's events have them: which are to be set, and whether one still holds."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import msgspec

from framework.conversation.events import (
    ActionReverted,
    Event,
    ReminderCancelled,
    ReminderScheduled,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from framework.conversation.tracker import Tracker
from framework.storage.reminders import Reminder

_log = logging.getLogger(__name__)


class Standing(Enum):
    """What a conversation's events say about a reminder; UNKNOWN: it was not scheduled in them."""

    HOLDS = "holds"
    OFF = "off"
    UNKNOWN = "unknown"


def named(event: Event) -> Event:
    """The event; a reminder that nobody named gets a name, so that it can be told from others."""
    if isinstance(event, ReminderScheduled) and event.name is None:
        return msgspec.structs.replace(event, name=uuid.uuid4().hex)
    return event


def reminder_of(sender_id: str, event: ReminderScheduled) -> Reminder | None:
    """The reminder to wait for; None, and a line in the log, where its time cannot be read.

    A time without a zone is in the zone of this machine, as the SDK's ``datetime.now()`` makes it.
    """
    try:
        due = datetime.fromisoformat(event.date_time).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        _log.error("reminder %r of %r is never due, its date_time is no time: %s", event.name, sender_id, error)
        return None
    return Reminder(sender_id=sender_id, event=event, due=due)


def standing(reminder: Reminder, events: Sequence[Event]) -> Standing:
    """Whether a reminder still holds after these events, or has been called off or replaced, or has come already."""
    for event in reversed(events):
        if _schedules(event, reminder):
            return Standing.HOLDS
        if _ends(event, reminder):
            return Standing.OFF
    return Standing.UNKNOWN


def was_taken_back(reminder: Reminder, tracker: Tracker) -> bool:
    """Whether the turn that scheduled the reminder was taken back. That a new session began takes back nothing."""
    events = tracker.events
    if not any(isinstance(event, UserUtteranceReverted | ActionReverted) for event in events):
        return False
    in_one_session = [event for event in events if not isinstance(event, SessionStarted)]
    applied = Tracker.from_events(tracker.sender_id, tracker.domain, in_one_session).applied_newest_first()
    return not any(_schedules(event, reminder) for event in applied)


def _schedules(event: Event, reminder: Reminder) -> bool:
    scheduled = reminder.event
    return (
        isinstance(event, ReminderScheduled) and event.name == scheduled.name and event.timestamp == scheduled.timestamp
    )


def _ends(event: Event, reminder: Reminder) -> bool:
    scheduled = reminder.event
    match event:
        case Restarted():
            return True
        case UserUttered():
            return event.message_id == reminder.message_id or (scheduled.kill_on_user_msg and bool(event.text))
        case ReminderScheduled():
            return event.name == scheduled.name
        case ReminderCancelled():
            return _cancels(event, scheduled)
        case _:
            return False


def _cancels(cancelled: ReminderCancelled, scheduled: ReminderScheduled) -> bool:
    """Whether all that the cancellation names is as scheduled; one that names nothing is for all reminders."""
    return (
        (not cancelled.name or cancelled.name == scheduled.name)
        and (not cancelled.intent or cancelled.intent == scheduled.intent)
        and (not cancelled.entities or cancelled.entities == scheduled.entities)
    )
