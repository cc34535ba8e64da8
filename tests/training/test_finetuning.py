from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import framework
from framework.cli.main import main
from framework.errors import BotError, EnvironmentProblem
from framework.model.archive import open_model, read_metadata
from framework.model.loading import load_assistant
from framework.registry import create_registry
from framework.training.trainer import TrainingResult
from tests.training.tea_house import make_trainer, train

Edit = Callable[[str, str, str], None]

pytestmark = pytest.mark.usefixtures("bot_folder")

FINETUNED = ("CountVectorsFeaturizer", "LogisticRegressionClassifier")
NEW_EXAMPLE = ("data/nlu.yml", "- one tea", "- one tea\n    - steep me some oolong")
NEW_INTENT = (
    "data/nlu.yml",
    "- lookup: tea",
    "- intent: pay\n  examples: |\n    - the bill\n    - let me pay\n- lookup: tea",
)


def finetune(model: str = "models", **options: Any) -> TrainingResult:
    return train(finetune=Path(model), **options)


def vocabulary(model: Path) -> list[str]:
    with open_model(model) as opened:
        text = (opened.component_folder("CountVectorsFeaturizer") / "vocabulary.json").read_text()
    ngrams: list[str] = json.loads(text)["ngrams"]
    return ngrams


def intent_of(model: Path, text: str) -> str | None:
    pipeline = load_assistant(model, create_registry()).pipeline
    assert pipeline is not None
    (parsed,) = pipeline.parse([text])
    name: str | None = parsed["intent"]["name"]
    return name


def content(model: Path) -> dict[str, bytes]:
    with tarfile.open(model) as archive:
        files = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        return {name: file.read() for name, file in files.items() if file and name != "metadata.json"}


def without_cache() -> None:
    shutil.rmtree(".framework")


def test_new_words_come_after_the_old_ones(edit: Edit) -> None:
    first = train().model
    edit(*NEW_EXAMPLE)
    result = finetune()

    assert result.finetuned == FINETUNED
    old, new = vocabulary(first), vocabulary(result.model)
    assert new[: len(old)] == old
    assert new[len(old) :] == ["me", "oolong", "some", "steep"]
    assert intent_of(result.model, "steep some sencha") == "order"


def test_a_new_intent_is_learned(edit: Edit) -> None:
    train()
    edit(*NEW_INTENT)
    edit("domain.yml", "[greet, order]", "[greet, order, pay]")
    result = finetune()

    assert set(FINETUNED) <= set(result.finetuned)
    assert intent_of(result.model, "i want to pay the bill") == "pay"
    assert intent_of(result.model, "good morning") == "greet"


def test_an_intent_that_is_gone_is_forgotten(edit: Edit) -> None:
    edit(*NEW_INTENT)
    edit("domain.yml", "[greet, order]", "[greet, order, pay]")
    train()
    edit(NEW_INTENT[0], NEW_INTENT[2], NEW_INTENT[1])
    edit("domain.yml", "[greet, order, pay]", "[greet, order]")

    assert intent_of(finetune().model, "let me pay") in ("greet", "order")


def test_what_cannot_go_on_is_trained_anew_with_a_note(edit: Edit) -> None:
    train()
    edit(*NEW_EXAMPLE)
    trainer = make_trainer(finetune=Path("models"))
    plan = trainer.plan()

    (note,) = plan.notes
    assert note.what == (
        "KeywordIntentClassifier, RegexEntityExtractor, EntitySynonymMapper cannot be fine-tuned, and are trained anew"
    )
    result = trainer.run(plan)
    assert set(result.trained) - set(result.finetuned) == {
        "KeywordIntentClassifier",
        "RegexEntityExtractor",
        "EntitySynonymMapper",
    }
    assert result.reused == ("RegexFeaturizer", "MemoizationPolicy", "RulePolicy")


def test_what_has_not_changed_is_taken_from_the_model_where_the_cache_is_gone(edit: Edit) -> None:
    first = train().model
    without_cache()
    edit("data/rules.yml", "greet whenever greeted", "always greet")
    result = finetune()

    assert result.trained == ("RulePolicy",)
    before, after = content(first), content(result.model)
    assert {name for name in before if before[name] != after[name]} <= {
        "domain.json",
        "components/RulePolicy/rules.json",
    }


def test_an_unchanged_bot_is_not_trained() -> None:
    first = train().model
    result = finetune()
    assert (result.model, result.is_new) == (first, False)


def test_a_finetuned_model_can_be_finetuned_again(edit: Edit) -> None:
    train()
    edit(*NEW_EXAMPLE)
    second = finetune().model
    assert not finetune().is_new
    edit("data/nlu.yml", "- hi there", "- hi there\n    - salutations")
    third = finetune().model
    assert vocabulary(third) == [*vocabulary(second), "salutations"]


def test_a_training_from_the_beginning_takes_nothing_that_was_finetuned(edit: Edit) -> None:
    train()
    edit(*NEW_EXAMPLE)
    finetuned = finetune().model
    result = train()
    assert result.trained == FINETUNED
    assert vocabulary(result.model) == sorted(vocabulary(finetuned))


def test_two_finetunings_are_equal(edit: Edit) -> None:
    first = train(fixed_model_name="first").model
    edit(*NEW_EXAMPLE)
    once = content(finetune(str(first), fixed_model_name="once").model)
    without_cache()
    assert content(finetune(str(first), fixed_model_name="twice").model) == once


def test_the_same_finetuning_is_taken_from_the_cache(edit: Edit) -> None:
    train(fixed_model_name="first")
    edit(*NEW_EXAMPLE)
    finetune("models/first.tar.gz", fixed_model_name="once")
    again = finetune("models/first.tar.gz", fixed_model_name="twice")
    assert (again.is_new, again.trained) == (True, ())


def test_force_finetunes_what_has_not_changed() -> None:
    train()
    result = finetune(force=True)
    assert result.finetuned == ("RegexFeaturizer", *FINETUNED)
    assert result.reused == ()


def test_half_a_model_goes_on_from_a_whole_one(edit: Edit) -> None:
    train()
    edit(*NEW_EXAMPLE)
    result = finetune(training_type="nlu")
    assert result.finetuned == FINETUNED
    assert read_metadata(result.model).training_type == "nlu"


def test_a_half_that_the_model_lacks_is_trained_anew() -> None:
    model = train(training_type="nlu").model
    trainer = make_trainer(finetune=model)
    plan = trainer.plan()
    assert trainer.run(plan).trained == ("MemoizationPolicy", "RulePolicy")


def test_a_removed_pattern_leaves_its_column(edit: Edit) -> None:
    edit("data/nlu.yml", "- lookup: tea", "- regex: number\n  examples: |\n    - \\d+\n- lookup: tea")
    train()
    edit("data/nlu.yml", "- regex: number\n  examples: |\n    - \\d+\n", "")
    result = finetune()
    assert result.finetuned == ("RegexFeaturizer", "LogisticRegressionClassifier")
    assert intent_of(result.model, "1 oolong tea") == "order"


def test_a_changed_key_is_an_error_with_both_values(edit: Edit) -> None:
    model = train().model
    edit("config.yml", "- name: CountVectorsFeaturizer", "- name: CountVectorsFeaturizer\n  max_ngram: 2")
    edit("config.yml", "- name: KeywordIntentClassifier", "- name: KeywordIntentClassifier\n  case_sensitive: false")
    edit("config.yml", "language: en", "language: fr")
    with pytest.raises(BotError) as caught:
        finetune()
    remedy = "(put it back, or train without --finetune)"
    assert [str(problem) for problem in caught.value.problems] == [
        f"{model} is for the language 'en', and the bot is for 'fr' {remedy}",
        f"config.yml:7:9  max_ngram of CountVectorsFeaturizer is 2, and was 1 in {model} {remedy}",
    ]


def test_what_goes_by_a_new_featurizer_is_trained_anew(edit: Edit) -> None:
    train()
    edit(
        "config.yml", "- name: LogisticReg", "- name: CountVectorsFeaturizer\n  analyzer: char_wb\n- name: LogisticReg"
    )
    plan = make_trainer(finetune=Path("models")).plan()
    assert plan.finetuned == ()
    (new, following) = plan.notes
    assert new.what.startswith("CountVectorsFeaturizer-2 is not in models/")
    assert following.what.startswith("LogisticRegressionClassifier goes by the features of CountVectorsFeaturizer-2,")


def test_a_model_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    train()
    monkeypatch.setattr(framework, "__version__", "99.0")
    with pytest.raises(BotError, match=r"was trained by framework .*, and this is 99\.0"):
        finetune()


def test_without_a_model_there_is_nothing_to_go_on_from() -> None:
    with pytest.raises(EnvironmentProblem, match="there is no model models"):
        finetune()
    train(training_type="core")
    with pytest.raises(EnvironmentProblem, match="there is no nlu model in models to go on from"):
        finetune(training_type="nlu")


def test_the_command_says_what_was_finetuned(edit: Edit, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == 0
    edit(*NEW_EXAMPLE)
    capsys.readouterr()
    assert main(["train", "--finetune", "--dry-run"]) == 1
    intention = capsys.readouterr().out
    assert "Would fine-tune CountVectorsFeaturizer, LogisticRegressionClassifier. Would train Keyword" in intention
    assert main(["train", "--finetune", "--epoch-fraction", "0.5"]) == 0
    shown = capsys.readouterr()
    assert "Fine-tuned CountVectorsFeaturizer, LogisticRegressionClassifier. Trained Keyword" in shown.out
    assert "note: KeywordIntentClassifier, RegexEntityExtractor, EntitySynonymMapper cannot be fine-tuned" in shown.err


def test_a_share_of_the_epochs_is_for_finetuning_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--epoch-fraction", "0.5"]) == 2
    assert "--epoch-fraction has no effect without --finetune" in capsys.readouterr().err
    assert main(["train", "--finetune", "--epoch-fraction", "2"]) == 2
