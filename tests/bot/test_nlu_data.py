"""NLU files: examples, synonyms, regular expressions, lookup tables."""

from __future__ import annotations

from framework.bot.nlu_data import Example, LookupTable, RegexPattern
from framework.errors import Location, Severity
from tests.bot.conftest import ReadBot


def test_examples_come_from_blocks_and_from_lists(read: ReadBot) -> None:
    bot = read(
        {
            "data/nlu.yml": """\
            version: "3.1"
            nlu:
            - intent: greet
              metadata: {tone: warm}
              examples: |
                - hello
                -   good morning

            - intent: faq/ask_price
              examples:
              - text: |
                  how much
                metadata: {source: mail}
              - what does it cost
            """
        }
    )
    assert bot.problems == ()
    assert bot.nlu.examples == (
        Example(
            text="hello",
            intent="greet",
            metadata={"intent": {"tone": "warm"}},
            where=Location("data/nlu.yml", 6, 7, 5),
        ),
        Example(
            text="good morning",
            intent="greet",
            metadata={"intent": {"tone": "warm"}},
            where=Location("data/nlu.yml", 7, 9, 12),
        ),
        Example(
            text="how much",
            intent="faq/ask_price",
            metadata={"example": {"source": "mail"}},
            where=Location("data/nlu.yml", 11, 11, 1),
        ),
        Example(text="what does it cost", intent="faq/ask_price", where=Location("data/nlu.yml", 14, 5, 17)),
    )
    assert bot.nlu.examples[2].intent_name == "faq"
    assert bot.nlu.examples[2].response_key == "ask_price"
    assert bot.domain.retrieval_intents == ("faq",)


def test_an_annotation_with_a_value_makes_a_synonym(read: ReadBot) -> None:
    bot = read(
        {
            "data/nlu.yml": """\
            nlu:
            - intent: travel
              examples: |
                - to [NYC](city:New York)
                - to [Paris](city)
            - synonym: New York
              examples: |
                - the big apple
            """
        }
    )
    assert bot.nlu.synonyms == {"NYC": "New York", "the big apple": "New York"}


def test_regexes_and_lookup_tables(read: ReadBot) -> None:
    bot = read(
        {
            "data/nlu.yml": r"""
            nlu:
            - regex: zip
              examples: |
                - \d{5}
                - [A-Z]{2} \d+
            - lookup: country
              examples: |
                - Peru
                - New Zealand
            """
        }
    )
    assert bot.nlu.regexes == (
        RegexPattern(name="zip", pattern=r"\d{5}", where=Location("data/nlu.yml", 5, 7, 5)),
        RegexPattern(name="zip", pattern=r"[A-Z]{2} \d+", where=Location("data/nlu.yml", 6, 7, 12)),
    )
    assert bot.nlu.lookups == (
        LookupTable(name="country", elements=("Peru", "New Zealand"), where=Location("data/nlu.yml", 7, 11, 7)),
    )


def test_mistakes_in_nlu_files_are_reported_with_their_place(read: ReadBot) -> None:
    bot = read(
        {
            "data/nlu.yml": """\
            nlu:
            - intnet: greet
              examples: |
                - hello
            - intent: bye
              example: |
                - bye
            - intent: order
              examples: |
                one [beer]{"entity": "drink"}
                - two [beers]{"entity" "drink"}
            - synonym: beer
              examples: |
                - ale
            - synonym: pale ale
              examples: |
                - ale
            - intent: a
              synonym: b
            - lookup: empty
            - intent: listed
              examples:
              - txt: hello
            """
        }
    )
    assert [str(problem) for problem in bot.problems] == [
        "data/nlu.yml:2:3  an item of nlu needs one of intent, synonym, regex, lookup (did you mean 'intent'?)",
        "data/nlu.yml:6:3  unknown key 'example' in an item of nlu with 'intent' (did you mean 'examples'?)",
        "data/nlu.yml:5:11  intent 'bye' has no examples (add `examples: |`)",
        "data/nlu.yml:10:5  this line is left out, because it does not start with '-': 'one [beer]{\"entity\": \"drink\"}' (write '- ' before it)",
        "data/nlu.yml:11:7  the annotation of 'beers' is not valid JSON: Expecting ':' delimiter",
        "data/nlu.yml:17:7  'ale' is a synonym of both 'beer' and 'pale ale'; the latter is used (decide for one of them)",
        "data/nlu.yml:18:3  an item of nlu is either intent or synonym, not both (write two items)",
        "data/nlu.yml:20:11  lookup 'empty' has no examples (add `examples: |`)",
        "data/nlu.yml:23:5  unknown key 'txt' in an example (did you mean 'text'?)",
        "data/nlu.yml:23:5  an example needs a text (add `text:`)",
    ]


def test_a_file_of_a_newer_format_is_left_out_with_a_warning(read: ReadBot) -> None:
    bot = read({"data/nlu.yml": 'version: "4.0"\nnlu:\n- intent: a\n  examples: |\n    - b\n'})
    assert bot.nlu.examples == ()
    assert [(problem.severity, str(problem)) for problem in bot.problems] == [
        (
            Severity.WARNING,
            'data/nlu.yml:1:10  the file has format 4.0, newer than 3.1, and is left out (write "3.1")',
        )
    ]
