"""The conversations that were recorded with Rasa Open Source 3.6.21 go the same way here, turn by turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.dialogue.assistant import Assistant
from tests.conformance.recorded import replay, train
from tests.conftest import SHARED

TRANSCRIPTS = sorted(path for name in ("transcript", "extra") for path in SHARED.glob(f"golden/*/{name}.jsonl"))


LEFT_OUT = {
    "PerfectFit-project__virtual-coach-rasa__Rasa_Bot/transcript": 219,
    "PerfectFit-project__virtual-coach-rasa__Rasa_Bot/transcript-50": 43,
    "RasaHQ__carbon-bot/transcript": 55,
    "RasaHQ__rasa__examples_formbot/extra": 3,
    "flygan1988__rasa-main__examples_carbot_v2/transcript": 170,
}
"""How many turns come after one that differs on purpose, that one included; none in all other transcripts."""
REWOUND = [name for name, turns in LEFT_OUT.items() if turns != 219]
LIMIT = "MAX_NUMBER_OF_PREDICTIONS"


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_recorded_conversations_go_the_same_way(transcript: Path) -> None:
    await check(train(SHARED, transcript.parent.name), transcript)


async def test_a_higher_limit_of_actions_keeps_long_turns_going(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "PerfectFit-project__virtual-coach-rasa__Rasa_Bot"
    monkeypatch.setenv(LIMIT, "50")
    await check(train(shared, name), shared / "golden" / name / "transcript-50.jsonl")


@pytest.mark.parametrize("name", REWOUND)
async def test_a_domain_can_ask_for_rewinds_as_in_rasa(
    name: str, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript = shared / "golden" / f"{name}.jsonl"
    monkeypatch.setenv(LIMIT, "50" if transcript.stem == "transcript-50" else "10")
    assistant = train(shared, transcript.parent.name, rewinds_whole_forms=True)
    score = await replay(shared, assistant, transcript)
    assert score.differences == []
    assert not score.left_out


async def check(assistant: Assistant, transcript: Path) -> None:
    score = await replay(SHARED, assistant, transcript)
    assert score.compared > 0
    assert score.equal == score.compared, f"{score.share:.2%} equal\n" + "\n".join(score.differences[:5])
    assert score.left_out.total() == LEFT_OUT.get(f"{transcript.parent.name}/{transcript.stem}", 0)
