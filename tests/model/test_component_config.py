from __future__ import annotations

import types
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from framework.bot.config import ComponentEntry
from framework.errors import Location, Severity
from framework.model.config import ConfiguredComponent, configure
from framework.registry import PIPELINE_KINDS, Provides, Registry, hookimpl


class Nested(BaseModel):
    depth: int = 1


class Counter:
    class Config(BaseModel):
        model_config = ConfigDict(extra="forbid")
        analyzer: Literal["word", "char"] = "word"
        min_ngram: int = Field(default=1, ge=1, description="Least number of words in an n-gram.")
        pattern: str | None = None
        nested: Nested = Nested()

        @field_validator("pattern")
        @classmethod
        def pattern_must_be_short(cls, value: str) -> str:
            if len(value) > 3:
                raise ValueError("must be short")
            return value


class NeedsModel:
    class Config(BaseModel):
        model: str = Field(description="Name of the model to load.")


def registry() -> Registry:
    module = types.ModuleType("plugin")

    @hookimpl
    def framework_provides() -> list[Provides]:
        return [
            Provides("featurizer", "Counter", f"{__name__}:Counter", aliases=("rasa.nlu.Counter",)),
            Provides("nlu", "NeedsModel", f"{__name__}:NeedsModel"),
        ]

    module.framework_provides = framework_provides  # type: ignore[attr-defined]
    found = Registry()
    found.add_plugin(module, "counting")
    return found


def entry(component: str = "Counter", line: int = 5, **options: object) -> ComponentEntry:
    places = {key: Location("config.yml", line + 1 + index, 5) for index, key in enumerate(options)}
    return ComponentEntry(name=component, options=dict(options), where=Location("config.yml", line, 9), places=places)


def problems_of(*entries: ComponentEntry) -> list[str]:
    return [str(problem) for problem in configure(entries, PIPELINE_KINDS, registry())[1]]


def components_of(*entries: ComponentEntry) -> list[ConfiguredComponent]:
    components, problems = configure(entries, PIPELINE_KINDS, registry())
    assert problems == []
    return components


def test_values_are_checked_and_defaults_filled_in() -> None:
    (component,) = components_of(entry(analyzer="char"))
    assert component.config.model_dump() == {
        "analyzer": "char",
        "min_ngram": 1,
        "pattern": None,
        "nested": {"depth": 1},
    }


def test_repeated_components_get_names_of_their_own() -> None:
    found = components_of(entry(), entry(), entry("rasa.nlu.Counter"))
    assert [component.name for component in found] == ["Counter", "Counter-2", "Counter-3"]
    assert {component.registered_name for component in found} == {"Counter"}


def test_a_misspelt_key_is_reported_at_its_place_with_a_suggestion() -> None:
    assert problems_of(entry(analyser="char")) == [
        "config.yml:6:5  Counter has no key 'analyser' (did you mean 'analyzer'?)"
    ]


def test_a_key_like_no_other_is_left_out_with_a_warning() -> None:
    components, (problem,) = configure([entry(zzz=1, analyzer="char")], PIPELINE_KINDS, registry())
    assert problem.severity is Severity.WARNING
    assert str(problem).startswith("config.yml:6:5  Counter has no key 'zzz', so it has no effect")
    assert components[0].config.model_dump()["analyzer"] == "char"


def test_a_value_out_of_bounds_is_reported_with_what_the_key_means() -> None:
    (problem,) = problems_of(entry(min_ngram=0))
    assert problem == (
        "config.yml:6:5  min_ngram of Counter is 0: input should be greater than or equal to 1 "
        "(Least number of words in an n-gram.)"
    )


def test_a_value_that_the_component_refuses_itself_is_reported_in_its_words() -> None:
    assert problems_of(entry(pattern="long one")) == ["config.yml:6:5  pattern of Counter is 'long one': must be short"]


def test_a_wrong_value_inside_another_is_reported_with_its_path() -> None:
    (problem,) = problems_of(entry(nested={"depth": "deep"}))
    assert problem.startswith("config.yml:6:5  nested.depth of Counter is 'deep': input should be a valid integer")


def test_a_missing_key_is_reported_at_the_component() -> None:
    assert problems_of(entry("NeedsModel")) == [
        "config.yml:5:9  NeedsModel needs the key 'model' (Name of the model to load.)"
    ]


def test_all_problems_of_all_entries_are_reported_together() -> None:
    found = problems_of(entry("Countr"), entry(line=20, analyser="x", min_ngram=-1), entry("NeedsModel", line=30))
    assert [problem.partition("  ")[0] for problem in found] == [
        "config.yml:5:9",
        "config.yml:22:5",
        "config.yml:21:5",
        "config.yml:30:9",
    ]
