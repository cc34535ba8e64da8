"""What every policy that learns a network keeps to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from framework.conversation.events import Event
from framework.registry import create_registry
from tests.conversation.conversing import did, listen, slot, user
from tests.dialogue.talking import bot_of
from tests.ted.cafe import DOMAIN, FAST, LEARNED, after, cafe, reloaded, taught, teach

POLICIES = (*LEARNED, "UnexpecTEDIntentPolicy")
ORDERED = (listen(), user("order"), did("utter_ask_size"), listen())

CONVERSATIONS: dict[str, tuple[Event, ...]] = {
    "nothing yet": (),
    "a greeting": (listen(), user("greet")),
    "in a story": (*ORDERED, user("inform"), slot("size", "large")),
    "a surprise": (*ORDERED, user("bye")),
    "an intent that no story has": (listen(), user("no_such_intent")),
    "an action that no story has": (listen(), user("greet"), did("act_unknown"), listen(), user("order")),
    "a long conversation": (*(event for _ in range(100) for event in ORDERED), user("thank")),
}


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_it_comes_back_from_disk_the_same(name: str, events: tuple[Event, ...], tmp_path: Path) -> None:
    policy = taught(name)
    expected = after(policy, *events)
    actual = after(reloaded(policy, tmp_path), *events)
    assert actual.probabilities == pytest.approx(expected.probabilities, abs=1e-5)
    assert (actual.policy, actual.priority) == (name, policy.config.priority)


@pytest.mark.parametrize("name", LEARNED)
@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_torch_serves_what_onnx_runtime_serves(name: str, events: tuple[Event, ...], tmp_path: Path) -> None:
    policy = taught(name)
    served_by_torch = after(reloaded(policy, tmp_path, runtime="torch"), *events)
    assert served_by_torch.probabilities == pytest.approx(after(policy, *events).probabilities, abs=1e-4)


@pytest.mark.parametrize("name", POLICIES)
def test_two_trainings_with_one_seed_are_equal(name: str) -> None:
    events = CONVERSATIONS["in a story"]
    first, second = (after(teach(name, cafe(), epochs=3), *events) for _ in range(2))
    assert first.probabilities == second.probabilities


@pytest.mark.parametrize("name", POLICIES)
def test_it_saves_data_and_no_code(name: str, tmp_path: Path) -> None:
    taught(name).save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".safetensors", ".onnx"}


@pytest.mark.parametrize("name", POLICIES)
def test_a_bot_without_stories_trains_and_is_told_of_it(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rules = "rules:\n- rule: greet\n  steps: [{intent: greet}, {action: utter_greet}]\n"
    policy = teach(name, bot_of(tmp_path, DOMAIN, rules))
    assert "learns from stories, and there are none" in caplog.text
    (tmp_path / "saved").mkdir()
    assert after(reloaded(policy, tmp_path / "saved"), listen(), user("greet")).action is None


@pytest.mark.parametrize("name", POLICIES)
def test_its_config_is_typed_described_and_closed(name: str) -> None:
    config: type[BaseModel] = taught(name).Config
    assert [key for key, field in config.model_fields.items() if not field.description] == []
    with pytest.raises(ValidationError, match="no_such_key"):
        config(no_such_key=1)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"number_of_attention_heads": 3}, "3 heads do not divide the transformer_size 128"),
        ({"transformer_size": {"dialogue": 0}}, "must be at least 1 for the dialogue"),
        ({"batch_size": [0, 8]}, "a batch has at least one example"),
        ({"epochs": 0}, "greater than or equal to 1"),
    ],
)
def test_impossible_sizes_are_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        taught("TEDPolicy").Config(**keys)


def test_policies_are_known_by_the_names_that_rasa_gives_them() -> None:
    registry = create_registry()
    for alias, name in {
        "rasa.core.policies.ted_policy.TEDPolicy": "TEDPolicy",
        "rasa.core.policies.unexpected_intent_policy.UnexpecTEDIntentPolicy": "UnexpecTEDIntentPolicy",
    }.items():
        assert registry.load(alias, ("policy",)) is registry.load(name, ("policy",))


@pytest.mark.parametrize(
    "options",
    [
        {"transformer_size": {"dialogue": 32}, "number_of_transformer_layers": {"dialogue": 2}},
        {"hidden_layers_sizes": {"dialogue": [24, 16]}},
        {"batch_size": [8, 32], "batch_strategy": "sequence"},
        {"evaluate_on_number_of_examples": 10, "evaluate_every_number_of_epochs": 5, "checkpoint_model": True},
        {"featurizer": [{"name": "FullDialogueTrackerFeaturizer"}]},
    ],
    ids=lambda options: ", ".join(options),
)
def test_other_shapes_and_trainings_learn_the_stories_too(options: dict[str, object], tmp_path: Path) -> None:
    policy = reloaded(teach("TEDPolicy", cafe(), **options), tmp_path)
    assert after(policy, listen(), user("greet")).action == "utter_greet"
    assert after(policy, *ORDERED, user("inform"), slot("size", "large")).action == "utter_confirm"


def test_serving_needs_no_torch(tmp_path: Path) -> None:
    taught("TEDPolicy").save(tmp_path)
    script = f"""
import sys
from pathlib import Path
from framework.api import LoadContext
from framework_ted.policy import TEDPolicy
TEDPolicy.load(TEDPolicy.Config(**{FAST!r}), Path({str(tmp_path)!r}), LoadContext(name="TEDPolicy"))
assert not {{"torch", "onnx", "scipy", "sklearn"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
