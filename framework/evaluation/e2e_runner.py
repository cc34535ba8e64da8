"""Holds the conversations of end-to-end test cases with a bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from framework.conversation.events import SlotSet
from framework.dialogue.channel import BotMessage, OutputChannel, UserMessage
from framework.dialogue.turn import TurnProcessor
from framework.evaluation.e2e_cases import E2ECase, Expectation, UserSays
from framework.evaluation.e2e_matching import DiffLine, compare_turn


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What a message brought; ``message`` is None for what happens before the first one."""

    message: UserSays | None
    lines: list[DiffLine]

    @property
    def is_right(self) -> bool:
        """Whether everything is as expected."""
        return all(line.kind == "same" for line in self.lines)


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What came of a test case."""

    case: E2ECase
    turns: list[TurnOutcome]

    @property
    def has_passed(self) -> bool:
        """Whether every turn went as expected."""
        return all(turn.is_right for turn in self.turns)


async def run_case(case: E2ECase, turns: TurnProcessor, sender_id: str) -> CaseOutcome:
    """Holds one conversation, under a sender id of its own: slots first, then message by message to the end."""
    await turns.start_session(sender_id)
    if case.slots:
        slots = [SlotSet(name=name, value=value) for name, value in case.slots.items()]
        await turns.append_events(sender_id, slots)
    outcomes: list[TurnOutcome] = []
    known = 0
    for message, expected in _turns(case):
        if message is not None:
            said = UserMessage(message.text, sender_id, metadata=dict(message.metadata))
            await turns.handle(said, _Unheard())
        events = (await turns.fetch_tracker(sender_id)).events
        outcomes.append(TurnOutcome(message, compare_turn(expected, events[known:])))
        known = len(events)
    return CaseOutcome(case, outcomes)


class _Unheard(OutputChannel):
    """Lets messages go: what the bot said is in its events. Responses see the channel under this name."""

    name = "collector"

    @override
    async def send(self, recipient_id: str, message: BotMessage) -> None:
        pass


def _turns(case: E2ECase) -> list[tuple[UserSays | None, Sequence[Expectation]]]:
    turns: list[tuple[UserSays | None, list[Expectation]]] = [(None, [])]
    for step in case.steps:
        if isinstance(step, UserSays):
            turns.append((step, []))
        else:
            turns[-1][1].append(step)
    return [(message, expected) for message, expected in turns]
