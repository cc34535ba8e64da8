"""YAML: what values mean, where they stand, and what is said of mistakes."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from framework.bot.document import Mapping, Node, Scalar, load_file, load_text
from framework.bot.environment import expand_variables
from framework.bot.problems import Problems
from framework.errors import Location


def parse(text: str) -> tuple[Node | None, list[str]]:
    problems = Problems()
    return load_text(text, "a.yml", problems), [str(problem) for problem in problems.all()]


def value_of(text: str) -> object:
    node, problems = parse(f"key: {text}\n")
    assert problems == []
    assert isinstance(node, Mapping)
    return node.data()["key"]


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "Yes", "NO", "y", "2024-01-31", "1:30", "0b1", "1_000", "=", "+"]
)
def test_words_that_only_yaml_1_1_gives_a_meaning_are_texts(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("12", 12), ("-7", -7), ("007", 7), ("0o17", 15), ("0xff", 255), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0),
        (".inf", math.inf), ("-.INF", -math.inf), ("'12'", "12"), ('"true"', "true"), ("'null'", "null"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


def test_an_integer_too_long_to_convert_is_a_number_nevertheless() -> None:
    assert value_of("9" * 5000) == math.inf


def test_nodes_know_line_column_and_length() -> None:
    node, _ = parse("slots:\n  city:\n    type: boolean\n")
    assert isinstance(node, Mapping)
    city = node.entries["slots"].entries["city"]
    assert city.entries["type"].where == Location("a.yml", 3, 11, 7)
    assert city.where_key("type") == Location("a.yml", 3, 5, 4)


def test_lines_of_a_block_know_where_they_stand() -> None:
    node, _ = parse("examples: |\n\n    - one\n      - two\n    - drei 🎉\n")
    assert isinstance(node, Mapping)
    block = node.entries["examples"]
    assert isinstance(block, Scalar)
    assert [(line, number, indent) for line, number, indent in block.numbered_lines()] == [
        ("", 2, 4),
        ("- one", 3, 4),
        ("  - two", 4, 4),
        ("- drei 🎉", 5, 4),
    ]


def test_a_key_written_twice_is_an_error_at_the_second() -> None:
    _, problems = parse("a: 1\nb: 2\na: 3\n")
    assert problems == ["a.yml:3:1  key 'a' is written twice, first in line 1 (join the two, or rename one)"]


def test_anchors_aliases_and_merge_keys_are_resolved() -> None:
    node, problems = parse("a: &x {one: 1, two: 2}\nb: *x\nc:\n  <<: *x\n  two: zwei\n")
    assert problems == []
    assert node is not None
    assert node.data() == {"a": {"one": 1, "two": 2}, "b": {"one": 1, "two": 2}, "c": {"one": 1, "two": "zwei"}}


def test_an_alias_inside_its_own_anchor_ends() -> None:
    node, _ = parse("a: &x [1, *x]\n")
    assert node is not None
    assert node.data() == {"a": [1, None]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a,\n", "a.yml:2:1  not valid YAML: while parsing a flow node, did not find expected node content"),
        ("a: b: c\n", "a.yml:1:5  not valid YAML: mapping values are not allowed in this context"),
        (
            "a\tb:\n\t- c\n",
            "a.yml:2:1  not valid YAML: while scanning for the next token, found character that cannot start any token",
        ),
    ],
)
def test_a_syntax_error_is_one_problem_with_its_place(text: str, message: str) -> None:
    node, problems = parse(text)
    assert node is None
    assert problems == [message]


def test_a_control_character_is_reported() -> None:
    node, problems = parse("a: b\nc: \x07\n")
    assert node is None
    assert len(problems) == 1
    assert problems[0].startswith("a.yml:")


def test_a_file_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes("größe: 1\n".encode("latin-1"))
    problems = Problems()
    assert load_file(path, problems) is None
    assert [str(problem) for problem in problems.all()] == [
        f"{path}:1:1  not a UTF-8 text: invalid start byte at byte 2"
    ]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    node = load_file(path, Problems())
    assert node is not None
    assert node.data() == {"a": 1}


def test_variables_are_replaced_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_HOST", "shop.example")
    monkeypatch.delenv("SHOP_PORT", raising=False)
    monkeypatch.delenv("SHOP_KEY", raising=False)
    problems = Problems()
    node = load_text(
        "url: http://${SHOP_HOST}:${SHOP_PORT:5055}/\nkeys: ['${SHOP_KEY}', '$HOME', '${}']\n", "a.yml", problems
    )
    assert node is not None
    expand_variables(node, problems)
    assert node.data() == {"url": "http://shop.example:5055/", "keys": ["${SHOP_KEY}", "$HOME", "${}"]}
    assert [str(problem) for problem in problems.all()] == [
        "a.yml:2:8  environment variable 'SHOP_KEY' is not set (export SHOP_KEY=..., or write the value here)"
    ]


def test_yaml_is_read_alike_without_libyaml() -> None:
    script = (
        "import yaml; yaml.__with_libyaml__ = False\n"
        "from framework.bot.document import load_text\n"
        "from framework.bot.problems import Problems\n"
        "node = load_text('a: yes\\nb: [1, \"1\"]\\nc: |\\n  - x\\n', 'a.yml', Problems())\n"
        "print(node.data(), node.entries['b'].items[1].where, list(node.entries['c'].numbered_lines()))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "{'a': 'yes', 'b': [1, '1'], 'c': '- x\\n'} a.yml:2:8 [('- x', 4, 2)]\n"
