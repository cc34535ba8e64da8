from __future__ import annotations

import tarfile
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from framework.errors import BotError, EnvironmentProblem
from framework.model.archive import open_model, read_metadata
from framework.model.loading import load_assistant
from framework.registry import create_registry, hookimpl
from tests.training.tea_house import LEARNING, make_trainer, train

Edit = Callable[[str, str, str], None]

pytestmark = pytest.mark.usefixtures("bot_folder")


def files_of(model: Path) -> dict[str, bytes]:
    with tarfile.open(model) as archive:
        return {
            member.name: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive.getmembers()
            if member.name != "metadata.json"
        }


def test_a_first_training_trains_everything() -> None:
    result = train()
    assert result.is_new
    assert result.trained == LEARNING
    assert result.reused == ()
    assert result.model.is_file()


def test_the_model_understands_and_decides() -> None:
    assistant = load_assistant(train().model, create_registry())
    assert assistant.pipeline is not None
    assert assistant.ensemble is not None
    (parsed,) = assistant.pipeline.parse(["one green tea please"])
    assert parsed["intent"]["name"] == "order"
    assert [(entity["entity"], entity["value"]) for entity in parsed["entities"]] == []
    (parsed,) = assistant.pipeline.parse(["sencha"])
    assert [(entity["entity"], entity["value"]) for entity in parsed["entities"]] == [("tea", "sencha")]
    assert [policy.name for policy in assistant.ensemble.policies] == ["MemoizationPolicy", "RulePolicy"]


def test_the_model_says_what_it_is() -> None:
    result = train()
    metadata = read_metadata(result.model)
    assert metadata.assistant_id == "tea-house"
    assert metadata.language == "en"
    assert metadata.training_type == "both"
    assert [component.name for component in metadata.policies] == ["MemoizationPolicy", "RulePolicy"]
    assert metadata.policies[0].config["max_history"] == 3
    assert set(LEARNING) <= set(metadata.fingerprints.components)


def test_an_unchanged_bot_is_not_trained_and_its_model_not_copied() -> None:
    first = train()
    second = train()
    assert not second.is_new
    assert second.model == first.model
    assert second.reused == LEARNING
    assert len(list(Path("models").iterdir())) == 1


def test_force_trains_everything_again() -> None:
    train()
    again = train(force=True)
    assert again.trained == LEARNING
    assert len(list(Path("models").iterdir())) == 2


def test_an_edited_response_trains_nothing_and_is_in_the_new_model(edit: Edit) -> None:
    train()
    edit("domain.yml", "Hello!", "Good day!")
    result = train()
    assert result.is_new
    assert result.trained == ()
    assistant = load_assistant(result.model, create_registry())
    assert assistant.domain.responses["utter_greet"][0].text == "Good day!"


def test_a_comment_or_a_moved_line_changes_nothing(edit: Edit) -> None:
    train()
    edit("domain.yml", "responses:", "# what it says\n\nresponses:")
    edit("data/nlu.yml", "nlu:", "# what it hears\nnlu:")
    edit("data/stories.yml", "stories:", "\nstories:")
    assert not train().is_new


def test_an_edited_rule_trains_only_the_policy_that_reads_rules(edit: Edit) -> None:
    train()
    edit("data/rules.yml", "greet whenever greeted", "always greet")
    assert train().trained == ("RulePolicy",)


def test_an_edited_story_trains_the_policies(edit: Edit) -> None:
    train()
    edit("data/stories.yml", "tea is served", "tea is brought")
    assert train().trained == ("MemoizationPolicy", "RulePolicy")


def test_an_edited_example_trains_only_what_reads_examples(edit: Edit) -> None:
    train()
    edit("data/nlu.yml", "good morning", "good evening")
    assert train().trained == (
        "CountVectorsFeaturizer",
        "LogisticRegressionClassifier",
        "KeywordIntentClassifier",
        "RegexEntityExtractor",
        "EntitySynonymMapper",
    )


def test_an_edited_synonym_trains_only_the_mapper(edit: Edit) -> None:
    train()
    edit("data/nlu.yml", "- green", "- verdant")
    assert train().trained == ("EntitySynonymMapper",)


def test_an_edited_key_trains_its_component_and_what_reads_its_features(edit: Edit) -> None:
    train()
    edit("config.yml", "- name: CountVectorsFeaturizer", "- name: CountVectorsFeaturizer\n  max_ngram: 2")
    assert train().trained == ("CountVectorsFeaturizer", "LogisticRegressionClassifier")


def test_going_back_to_an_earlier_version_trains_nothing(edit: Edit) -> None:
    first = train()
    edit("data/nlu.yml", "good morning", "good evening")
    train()
    edit("data/nlu.yml", "good evening", "good morning")
    back = train()
    assert back.is_new
    assert back.trained == ()
    assert files_of(back.model) == files_of(first.model)


def test_two_trainings_make_equal_models() -> None:
    first = train(models=Path("first"))
    second = train(models=Path("second"), force=True)
    assert first.model != second.model
    assert files_of(first.model) == files_of(second.model)


def test_a_fixed_name_is_the_models_name_and_is_written_over(edit: Edit) -> None:
    first = train(fixed_model_name="tea")
    assert first.model == Path("models/tea.tar.gz")
    assert not train(fixed_model_name="tea").is_new
    edit("domain.yml", "Hello!", "Good day!")
    assert train(fixed_model_name="tea").is_new
    assert len(list(Path("models").iterdir())) == 1


def test_half_a_model_has_half_the_components() -> None:
    understanding = load_assistant(train(training_type="nlu").model, create_registry())
    deciding = load_assistant(train(training_type="core").model, create_registry())
    assert understanding.pipeline is not None
    assert understanding.ensemble is None
    assert deciding.pipeline is None
    assert deciding.ensemble is not None
    assert {path.name.partition("-")[0] for path in Path("models").iterdir()} == {"nlu", "core"}


def test_halves_and_wholes_share_what_was_trained() -> None:
    train(training_type="nlu")
    assert train().trained == ("MemoizationPolicy", "RulePolicy")


def test_a_bot_without_stories_gets_an_nlu_model() -> None:
    for name in ("data/stories.yml", "data/rules.yml"):
        Path(name).unlink()
    assert read_metadata(train().model).training_type == "nlu"


def test_a_bot_without_examples_gets_a_dialogue_model() -> None:
    Path("data/nlu.yml").unlink()
    assert read_metadata(train(skip_validation=True).model).training_type == "core"


def test_nothing_to_train_is_an_error_that_says_where_was_looked() -> None:
    for path in Path("data").iterdir():
        path.unlink()
    with pytest.raises(BotError, match="there is nothing to train: no examples were found in data"):
        train(skip_validation=True)


def test_nlu_data_goes_into_the_model_only_where_asked() -> None:
    assert "nlu_data.json" not in files_of(train().model)
    kept = train(persist_nlu_data=True)
    assert kept.is_new
    assert b"good morning" in files_of(kept.model)["nlu_data.json"]


def test_hooks_hear_of_the_start_and_the_end() -> None:
    heard: list[tuple[str, object]] = []
    plugin = types.ModuleType("listening")

    @hookimpl
    def training_started(bot_folder: Path) -> None:
        heard.append(("started", bot_folder))

    @hookimpl
    def training_finished(bot_folder: Path, model: Path) -> None:
        heard.append(("finished", model))

    plugin.training_started = training_started  # type: ignore[attr-defined]
    plugin.training_finished = training_finished  # type: ignore[attr-defined]
    trainer = make_trainer()
    trainer.registry.add_plugin(plugin, "listening")
    result = trainer.run(trainer.plan())
    assert heard == [("started", Path()), ("finished", result.model)]


def test_a_lost_cache_costs_a_training_only_when_something_changes(edit: Edit) -> None:
    train()
    for path in sorted(Path(".framework").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert not train().is_new
    edit("domain.yml", "Hello!", "Good day!")
    assert train().trained == LEARNING


class TestComponentsOfTheBotsOwn:
    @pytest.fixture(autouse=True)
    def own_component(self, own_modules: Path, edit: Edit) -> None:
        (own_modules / "own_parts.py").write_text(
            "from framework.api import Component\n"
            "class Loud(Component):\n"
            "    is_trainable = True\n"
            "    def train(self, data):\n"
            "        self.count = len(data.examples)\n"
            "    def process(self, batch):\n"
            "        for extras in batch.extras: extras['known'] = self.count\n"
            "    def save(self, directory):\n"
            "        (directory / 'count.json').write_text(str(self.count))\n"
            "    @classmethod\n"
            "    def load(cls, config, directory, context):\n"
            "        loaded = cls(config, context)\n"
            "        loaded.count = int((directory / 'count.json').read_text())\n"
            "        return loaded\n"
        )
        edit("config.yml", "policies:", "- name: own_parts.Loud\npolicies:")

    def test_a_class_in_the_bots_folder_trains_and_serves(self) -> None:
        assistant = load_assistant(train().model, create_registry())
        assert assistant.pipeline is not None
        assert assistant.pipeline.parse(["hello"])[0]["known"] == 6

    def test_a_class_that_fails_in_training_is_named_with_its_cause(self, edit: Edit) -> None:
        edit("own_parts.py", "len(data.examples)", "data.exmples")
        with pytest.raises(EnvironmentProblem) as caught:
            train()
        (problem,) = caught.value.problems
        assert problem.what == (
            "component 'own_parts.Loud' failed in training: "
            "AttributeError: 'TrainingData' object has no attribute 'exmples'"
        )
        assert str(problem.where).startswith("config.yml:12:")

    def test_a_class_that_fails_to_load_is_named_with_its_cause(self, edit: Edit) -> None:
        edit("own_parts.py", "str(self.count)", "'many'")
        with pytest.raises(EnvironmentProblem, match=r"component 'own_parts\.Loud' cannot be loaded: ValueError"):
            load_assistant(train().model, create_registry())


def test_a_component_that_is_not_installed_is_named_when_the_model_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = train().model
    monkeypatch.setenv("FRAMEWORK_DISABLE_PLUGINS", "policies")
    with pytest.raises(EnvironmentProblem, match="unknown component 'MemoizationPolicy'"):
        load_assistant(model, create_registry())


def test_nothing_of_an_opened_model_is_left_behind() -> None:
    with open_model(train().model) as model:
        folder = model.folder
    assert not folder.exists()
