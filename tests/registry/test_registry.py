from __future__ import annotations

import types
from pathlib import Path

import pytest

from framework.errors import BotError, EnvironmentProblem, Location
from framework.registry import PIPELINE_KINDS, Provides, Registry, hookimpl

HERE = Location("config.yml", 4, 11)


def plugin_providing(*provided: Provides) -> types.ModuleType:
    module = types.ModuleType("some_plugin")

    @hookimpl
    def framework_provides() -> list[Provides]:
        return list(provided)

    module.framework_provides = framework_provides  # type: ignore[attr-defined]
    return module


def registry_with(*provided: Provides) -> Registry:
    registry = Registry()
    registry.add_plugin(plugin_providing(*provided), "text")
    return registry


TOKENIZER = Provides("tokenizer", "SplitTokenizer", "collections:OrderedDict", aliases=("rasa.nlu.Split",))


def test_a_component_is_found_by_its_name_and_by_its_alias() -> None:
    registry = registry_with(TOKENIZER)
    for name in ("SplitTokenizer", "rasa.nlu.Split"):
        spec = registry.find(name, PIPELINE_KINDS)
        assert spec is not None
        assert spec.name == "SplitTokenizer"


def test_declaring_a_component_does_not_import_it() -> None:
    registry = registry_with(Provides("featurizer", "Heavy", "module_that_does_not_exist:Heavy"))
    assert [spec.name for spec in registry.specs()] == ["Heavy"]


def test_a_component_is_imported_when_it_is_loaded() -> None:
    from collections import OrderedDict

    assert registry_with(TOKENIZER).load("SplitTokenizer", PIPELINE_KINDS) is OrderedDict


def test_a_misspelt_component_is_reported_with_its_place_and_a_suggestion() -> None:
    with pytest.raises(BotError) as caught:
        registry_with(TOKENIZER).load("SplitTokeniser", PIPELINE_KINDS, where=HERE)
    assert str(caught.value) == ("config.yml:4:11  unknown component 'SplitTokeniser' (did you mean 'SplitTokenizer'?)")


@pytest.mark.parametrize("name", ["MitieNLP", "rasa.nlu.utils.mitie_utils.MitieNLP"])
def test_a_component_of_rasa_that_is_not_here_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(BotError) as caught:
        Registry().load(name, PIPELINE_KINDS, where=HERE)
    (problem,) = caught.value.problems
    assert problem.code == "unavailable-component"
    assert problem.what == f"component {name!r} is not available here"
    assert problem.fix is not None
    assert "take it out of config.yml" in problem.fix


def test_a_missing_extra_is_named_with_the_command_that_installs_it() -> None:
    registry = registry_with(Provides("tokenizer", "Heavy", "no_such_package.heavy:Heavy", extra="heavy"))
    with pytest.raises(EnvironmentProblem) as caught:
        registry.load("Heavy", PIPELINE_KINDS)
    assert str(caught.value) == (
        "'Heavy' needs 'no_such_package', which is not installed (pip install 'framework-dialogue[heavy]')"
    )


def test_a_name_provided_twice_is_an_error_that_names_both_plugins() -> None:
    registry = registry_with(TOKENIZER)
    with pytest.raises(EnvironmentProblem) as caught:
        registry.add_plugin(plugin_providing(TOKENIZER), "other")
    assert str(caught.value) == (
        "tokenizer 'SplitTokenizer' is provided by both 'text' and 'other' "
        "(block one of them: FRAMEWORK_DISABLE_PLUGINS=other)"
    )


def test_the_same_name_may_be_of_two_kinds() -> None:
    registry = registry_with(Provides("tracker_store", "redis", "a:A"), Provides("lock_store", "redis", "b:B"))
    assert len(registry.specs()) == 2


def test_an_unknown_kind_is_reported_with_a_suggestion() -> None:
    with pytest.raises(EnvironmentProblem, match="unknown kind 'tokeniser' of 'X'; did you mean 'tokenizer'"):
        registry_with(Provides("tokeniser", "X", "a:A"))  # type: ignore[arg-type]


def test_a_misspelt_hook_is_an_error() -> None:
    module = types.ModuleType("misspelt")

    @hookimpl
    def mesage_received(message: object) -> None:
        """Never called."""

    module.mesage_received = mesage_received  # type: ignore[attr-defined]
    with pytest.raises(EnvironmentProblem, match="plugin 'misspelt' failed to load: unknown hook 'mesage_received'"):
        Registry().add_plugin(module, "misspelt")


def test_a_plugin_that_fails_while_it_declares_is_named_with_its_cause() -> None:
    module = types.ModuleType("failing")

    @hookimpl
    def framework_provides() -> list[Provides]:
        raise RuntimeError("no licence key")

    module.framework_provides = framework_provides  # type: ignore[attr-defined]
    with pytest.raises(EnvironmentProblem, match="plugin 'failing' failed to load: no licence key"):
        Registry().add_plugin(module, "failing")


def test_hooks_of_all_plugins_are_called() -> None:
    heard: list[Path] = []
    registry = Registry()
    for name in ("first", "second"):
        module = types.ModuleType(name)

        @hookimpl
        def training_started(bot_folder: Path) -> None:
            heard.append(bot_folder)

        module.training_started = training_started  # type: ignore[attr-defined]
        registry.add_plugin(module, name)
    registry.hook.training_started(bot_folder=Path("bot"))
    assert heard == [Path("bot"), Path("bot")]


class TestComponentsOfTheBotsOwn:
    @pytest.fixture(autouse=True)
    def bot_folder(self, own_modules: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(own_modules)
        return own_modules

    def test_a_dotted_name_is_imported_from_the_bots_folder(self, bot_folder: Path) -> None:
        (bot_folder / "own_parts.py").write_text("class Shout: pass\n")
        assert Registry().load("own_parts.Shout", PIPELINE_KINDS).__name__ == "Shout"

    def test_a_class_that_the_module_lacks_is_reported_with_a_suggestion(self, bot_folder: Path) -> None:
        (bot_folder / "own_parts.py").write_text("class Shout: pass\n")
        with pytest.raises(BotError, match=r"module 'own_parts' has no class 'Shoot' \(did you mean 'Shout'\?\)"):
            Registry().load("own_parts.Shoot", PIPELINE_KINDS, where=HERE)

    def test_a_module_that_fails_is_reported_with_its_cause(self, bot_folder: Path) -> None:
        (bot_folder / "own_parts.py").write_text("class Shout: pass\nraise ValueError('no voice')\n")
        with pytest.raises(BotError, match=r"cannot import 'own_parts' .*: ValueError: no voice"):
            Registry().load("own_parts.Shout", PIPELINE_KINDS, where=HERE)

    def test_imports_of_rasa_are_reported_at_their_lines_with_what_to_import_instead(self, bot_folder: Path) -> None:
        (bot_folder / "own_parts.py").write_text(
            "import json\n"
            "from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer\n"
            "from rasa.engine.recipes.default_recipe import DefaultV1Recipe\n"
            "class Shout(Tokenizer): pass\n"
        )
        with pytest.raises(BotError) as caught:
            Registry().load("own_parts.Shout", PIPELINE_KINDS, where=HERE)
        assert [str(problem) for problem in caught.value.problems] == [
            f"own_parts.py:{line}:1  {module!r} is a module of Rasa, which is not installed here ({fix})"
            for line, module, fix in (
                (2, "rasa.nlu.tokenizers.tokenizer", "from framework.api import TokenSpan, Tokenizer"),
                (
                    3,
                    "rasa.engine.recipes.default_recipe",
                    "DefaultV1Recipe is not needed: nothing registers a class of the bot's own",
                ),
            )
        ]

    def test_a_path_of_rasa_that_nothing_provides_is_an_error(self) -> None:
        with pytest.raises(BotError, match=r"no plugin provides 'rasa\.nlu\.extractors\.Odd'"):
            Registry().load("rasa.nlu.extractors.Odd", PIPELINE_KINDS, where=HERE)
