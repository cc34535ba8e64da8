"""The conversations that were recorded with Rasa Open Source 3.6.21 go the same way here, turn by turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.dialogue.assistant import Assistant
from tests.conformance.recorded import replay, train
from tests.conftest import SHARED

TRANSCRIPTS = sorted(path for name in ("transcript", "extra") for path in SHARED.glob(f"golden/*/{name}.jsonl"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_recorded_conversations_go_the_same_way(transcript: Path) -> None:
    await check(train(SHARED, transcript.parent.name), transcript)


async def test_a_higher_limit_of_actions_keeps_long_turns_going(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "PerfectFit-project__virtual-coach-rasa__Rasa_Bot"
    monkeypatch.setenv("MAX_NUMBER_OF_PREDICTIONS", "50")
    await check(train(shared, name), shared / "golden" / name / "transcript-50.jsonl")


async def check(assistant: Assistant, transcript: Path) -> None:
    score = await replay(SHARED, assistant, transcript)
    assert score.compared > 0
    assert score.equal == score.compared, f"{score.share:.2%} equal\n" + "\n".join(score.differences[:5])
