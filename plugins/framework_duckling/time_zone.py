"""Writes a time zone in the only form that Duckling reads rightly.

Duckling takes from a zone's file the changes of the clock that are listed, and cannot work out later ones from the
rule at the file's end. Many systems ship short files that list none after the rule was made, which puts Duckling wrong
by an hour or more. So the zone is written anew, from what Python knows of it, with every change listed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

DAY = 86_400
END = 2**31 - 1
"""The last second that the file format (TZif version 1, RFC 8536) can say: in January 2038."""

Change = tuple[int, int, bool]
"""From which second since 1970, how many seconds ahead of UTC, and whether in summer time."""


def write_time_zone(name: str, folder: Path) -> None:
    """Writes a zone, such as ``Europe/Berlin``, into a folder of zones."""
    changes = list(_changes(ZoneInfo(name)))
    kinds = sorted({(ahead, summer) for _, ahead, summer in changes}, key=lambda kind: kind != changes[0][1:])
    later = changes[1:]
    abbreviation = b"LCL\0"
    parts = [
        struct.pack(">4s16x6l", b"TZif", 0, 0, 0, len(later), len(kinds), len(abbreviation)),
        struct.pack(f">{len(later)}l", *(second for second, _, _ in later)),
        bytes(kinds.index((ahead, summer)) for _, ahead, summer in later),
        *(struct.pack(">l?B", ahead, summer, 0) for ahead, summer in kinds),
        abbreviation,
    ]
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(parts))


def _changes(zone: ZoneInfo) -> Iterator[Change]:
    """The state of the clock in 1970, and every change until 2038."""
    known = _clock(zone, 0)
    yield 0, *known
    for day in range(DAY, END, DAY):
        clock = _clock(zone, day)
        if clock != known:
            yield _second_of_change(zone, day - DAY, day), *clock
            known = clock


def _second_of_change(zone: ZoneInfo, before: int, after: int) -> int:
    clock = _clock(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _clock(zone, middle) == clock:
            after = middle
        else:
            before = middle
    return after


def _clock(zone: ZoneInfo, second: int) -> tuple[int, bool]:
    moment = datetime.fromtimestamp(second, UTC).astimezone(zone)
    ahead = moment.utcoffset() or timedelta()
    return int(ahead.total_seconds()), bool(moment.dst())
