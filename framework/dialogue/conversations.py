"""The conversations of one process: loaded from the store, and kept while they are in use."""

from __future__ import annotations

from collections import OrderedDict

from framework.bot.domain import Domain
from framework.conversation.tracker import Tracker
from framework.storage.ports import TrackerStore

DEFAULT_CAPACITY = 1000


class Conversations:
    """Trackers by sender, the most recently used ones in memory.

    A tracker in memory is used only if the store still has the version that it was made from, so that a turn
    costs the same however long the conversation is, and other processes may write to it too.
    """

    def __init__(self, store: TrackerStore, domain: Domain, *, capacity: int = DEFAULT_CAPACITY) -> None:
        self._store = store
        self._domain = domain
        self._capacity = capacity
        self._kept: OrderedDict[str, Tracker] = OrderedDict()

    async def take(self, sender_id: str) -> Tracker:
        """The conversation as stored, for the caller alone until it gives it back by :meth:`keep`."""
        tracker = self._kept.pop(sender_id, None)
        if tracker is not None and tracker.version == await self._store.version(sender_id):
            return tracker
        stored = await self._store.load(sender_id)
        return Tracker.from_events(sender_id, self._domain, stored.events, stored.version)

    def keep(self, tracker: Tracker) -> None:
        """Takes back a tracker all of whose events are stored."""
        self._kept[tracker.sender_id] = tracker
        self._kept.move_to_end(tracker.sender_id)
        if len(self._kept) > self._capacity:
            self._kept.popitem(last=False)

    async def load_all(self, sender_id: str) -> Tracker:
        """The whole conversation, all its sessions, as a tracker of its own."""
        stored = await self._store.load_all(sender_id)
        return Tracker.from_events(sender_id, self._domain, stored.events, stored.version)
