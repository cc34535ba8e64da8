"""Entity annotations in the text of examples."""

from __future__ import annotations

import pytest

from framework.bot.annotations import parse_annotations
from framework.bot.nlu_data import EntityAnnotation


def parse(text: str) -> tuple[str, tuple[EntityAnnotation, ...], list[str]]:
    messages: list[str] = []
    plain, annotations = parse_annotations(text, messages.append)
    return plain, annotations, messages


@pytest.mark.parametrize(
    ("text", "plain", "annotations"),
    [
        ("to [Berlin](city)", "to Berlin", [EntityAnnotation(entity="city", start=3, end=9, value="Berlin")]),
        (
            "[NYC](city:New York City)!",
            "NYC!",
            [EntityAnnotation(entity="city", start=0, end=3, value="New York City")],
        ),
        (
            'from [LA]{"entity": "city", "role": "from", "group": 1, "value": "Los Angeles"}',
            "from LA",
            [EntityAnnotation(entity="city", start=5, end=7, value="Los Angeles", role="from", group="1")],
        ),
        (
            '[Paris][{"entity": "city"}, {"entity": "name", "role": "first"}]',
            "Paris",
            [
                EntityAnnotation(entity="city", start=0, end=5, value="Paris"),
                EntityAnnotation(entity="name", start=0, end=5, value="Paris", role="first"),
            ],
        ),
        (
            "[a](x) [b](y)",
            "a b",
            [
                EntityAnnotation(entity="x", start=0, end=1, value="a"),
                EntityAnnotation(entity="y", start=2, end=3, value="b"),
            ],
        ),
        (
            '[x]{"entity": "code", "value": "a}b]"}',
            "x",
            [EntityAnnotation(entity="code", start=0, end=1, value="a}b]")],
        ),
        ("[北京](城市)天气🎉", "北京天气🎉", [EntityAnnotation(entity="城市", start=0, end=2, value="北京")]),
    ],
)
def test_all_notations_give_plain_text_and_spans(text: str, plain: str, annotations: list[EntityAnnotation]) -> None:
    assert parse(text) == (plain, tuple(annotations), [])


@pytest.mark.parametrize("text", ["a [b] c", "[a][b]", "arr[0]", "[] ()", "[x](", "[x] (y)", "[]]", "[x][]"])
def test_other_brackets_are_ordinary_text(text: str) -> None:
    assert parse(text) == (text, (), [])


@pytest.mark.parametrize(
    ("text", "plain", "message"),
    [
        (
            "[LA]{'entity': 'city'} now",
            "LA now",
            "the annotation of 'LA' is not valid JSON: Expecting property name enclosed in double quotes",
        ),
        ('[LA]{"role": "to"}', "LA", "the annotation of 'LA' needs the key \"entity\""),
        (
            '[LA]{"entity": "city", "rolle": "to"}',
            "LA",
            "the annotation of 'LA' has the unknown key 'rolle'; known: entity, group, role, value",
        ),
    ],
)
def test_an_annotation_that_cannot_be_read_is_reported(text: str, plain: str, message: str) -> None:
    found, _, messages = parse(text)
    assert (found, messages) == (plain, [message])


def test_reading_time_grows_with_the_length_of_the_text_only() -> None:
    plain, _, _ = parse("[" * 20_000)
    assert len(plain) == 20_000
