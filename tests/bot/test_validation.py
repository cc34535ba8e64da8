"""What does not fit together in a bot."""

from __future__ import annotations

import pytest

from framework.bot.validation import validate_bot
from framework.errors import Severity
from tests.bot.conftest import CONFIG, ReadBot

GOOD_NLU = """\
nlu:
- intent: greet
  examples: |
    - hi
    - hello
"""
GOOD_RULES = """\
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
"""
GOOD_DOMAIN = """\
version: "3.1"
intents: [greet]
responses:
  utter_greet:
  - text: Hi!
"""


def found(read: ReadBot, files: dict[str, str]) -> list[str]:
    """The problems of the good bot with some of its files replaced; errors are marked."""
    bot = read({"domain.yml": GOOD_DOMAIN, "data/nlu.yml": GOOD_NLU, "data/rules.yml": GOOD_RULES, **files})
    assert [str(problem) for problem in bot.problems if problem.severity is not Severity.NOTE] == []
    return [f"{problem.severity}: {problem}" for problem in validate_bot(bot)]


def test_a_good_bot_has_no_problems(read: ReadBot) -> None:
    assert found(read, {}) == []


def test_the_config_must_say_whose_bot_it_is(read: ReadBot) -> None:
    assert found(read, {"config.yml": "policies:\n- name: RulePolicy\n"}) == [
        (
            "warning: config.yml:1:1  the config has no 'assistant_id', so events cannot be told from those of other bots"
            " (add `assistant_id:` with a name of your own)"
        ),
        "warning: config.yml:1:1  the config has no 'language' (add `language: en`, or another code)",
    ]
    assert found(read, {"config.yml": CONFIG.replace("shop", "placeholder_default")}) == [
        (
            "warning: config.yml:1:1  'assistant_id' still has the value 'placeholder_default'"
            " (give the bot a name of its own)"
        )
    ]


def test_an_empty_domain_is_an_error_where_there_are_stories(read: ReadBot) -> None:
    assert "error: the domain is empty, so there is nothing to say and nothing to do (add intents)" in found(
        read, {"domain.yml": ""}
    )
    assert found(read, {"domain.yml": "", "data/rules.yml": ""}) == [
        "warning: the domain is empty, so there is nothing to say and nothing to do (add intents)"
    ]


def test_intents_are_compared_between_domain_examples_and_stories(read: ReadBot) -> None:
    problems = found(
        read,
        {
            "domain.yml": GOOD_DOMAIN.replace("[greet]", "[greet, bye]"),
            "data/more.yml": """\
            nlu:
            - intent: ordre
              examples: |
                - pizza
            stories:
            - story: order
              steps:
              - intent: grete
              - action: utter_greet
            """,
        },
    )
    assert problems == [
        "warning: data/more.yml:8:13  intent 'grete' is used in a story or rule, but is not in the domain (did you mean 'greet'?)",
        "warning: data/more.yml:4:7  intent 'ordre' has examples, but is not in the domain (add it to `intents:` of the domain)",
        "warning: domain.yml:2:18  intent 'bye' has no examples, so it can only be triggered by name (add examples, or remove the intent)",
        "warning: domain.yml:2:18  intent 'bye' is not used in any story or rule (write a rule for it)",
        "warning: data/more.yml:4:7  intent 'ordre' has one example only; the model needs at least two to learn it (add more examples)",
    ]


def test_an_intent_that_nobody_says_needs_no_examples(read: ReadBot) -> None:
    rule = "rules:\n- {rule: remind, steps: [{intent: EXTERNAL_reminder}, {action: utter_greet}]}\n"
    domain = GOOD_DOMAIN.replace("[greet]", "[greet, EXTERNAL_reminder]")
    assert found(read, {"domain.yml": domain, "data/more.yml": rule}) == []


def test_an_example_belongs_to_one_intent(read: ReadBot) -> None:
    problems = found(
        read, {"data/other.yml": "nlu:\n- intent: back\n  examples: |\n    - hi\n    - hello\n    - go back\n"}
    )
    assert problems == [
        "warning: data/other.yml:4:7  'hi' is an example of both 'greet' (data/nlu.yml:4) and 'back' (keep it in one of them)",
        "warning: data/other.yml:5:7  'hello' is an example of both 'greet' (data/nlu.yml:5) and 'back' (keep it in one of them)",
    ]


def test_entities_are_in_the_domain_and_occur_more_than_once(read: ReadBot) -> None:
    problems = found(
        read,
        {
            "domain.yml": GOOD_DOMAIN + "entities: [city]\n",
            "data/nlu.yml": GOOD_NLU + "    - hi from [Rome](citty)\n",
        },
    )
    assert problems == [
        "warning: data/nlu.yml:6:7  entity 'citty' is not in the domain, so it has no influence on the conversation (did you mean 'city'?)",
        "warning: data/nlu.yml:6:7  entity 'citty' occurs in one example only; the model needs at least two to learn it (add more examples)",
    ]


def test_slots_are_in_the_domain_and_filled_from_what_exists(read: ReadBot) -> None:
    problems = found(
        read,
        {
            "domain.yml": GOOD_DOMAIN
            + """\
    condition:
    - {type: slot, name: wether, value: rain}
entities: [city]
slots:
  weather:
    type: text
    mappings:
    - type: from_entity
      entity: citi
    - type: from_text
      intent: grete
      conditions:
      - active_loop: ask_form
      - active_loop: weather_form
        requested_slot: weather
forms:
  ask_form: {required_slots: [weathr], ignored_intents: bye}
""",
            "data/rules.yml": GOOD_RULES + "  - slot_was_set:\n    - wheather: rain\n  - active_loop: aks_form\n",
        },
    )
    assert problems == [
        "warning: data/rules.yml:7:7  slot 'wheather' is used in a story or rule, but is not in the domain (did you mean 'weather'?)",
        "warning: domain.yml:5:5  response 'utter_greet' has a condition on slot 'wether', which is not in the domain (did you mean 'weather'?)",
        "warning: domain.yml:13:7  slot 'weather' is filled from entity 'citi', which is not in the domain (did you mean 'city'?)",
        "warning: domain.yml:15:7  a mapping of slot 'weather' names intent 'grete', which is not in the domain (did you mean 'greet'?)",
        (
            "warning: domain.yml:18:9  a mapping of slot 'weather' has a condition on form 'ask_form', which does not require that slot"
            " (add 'weather' to the required_slots of 'ask_form', or remove the condition)"
        ),
        "error: domain.yml:19:9  a mapping of slot 'weather' has a condition on form 'weather_form', which is not in the domain (name a form of the domain, or null)",
        "error: domain.yml:22:3  form 'ask_form' requires slot 'weathr', which is not in the domain (did you mean 'weather'?)",
        "warning: domain.yml:22:3  form 'ask_form' ignores intent 'bye', which is not in the domain (add it to `intents:` of the domain)",
        "error: data/rules.yml:8:18  form 'aks_form' is used in a story or rule, but is not in the domain (did you mean 'ask_form'?)",
    ]


def test_actions_and_responses_are_defined_and_used(read: ReadBot) -> None:
    problems = found(
        read,
        {
            "domain.yml": GOOD_DOMAIN + "  utter_more:\n  - text: more\nactions: [action_order, utter_listed]\n",
            "data/rules.yml": GOOD_RULES
            + """\
  - action: action_oder
  - action: order_it
  - action: utter_greeet
  - action: utter_listed
  - action: action_order
  - action: action_listen
""",
        },
    )
    assert problems == [
        "error: data/rules.yml:6:13  action 'action_oder' is not in the domain (did you mean 'action_order'?)",
        "warning: data/rules.yml:7:13  action 'order_it' is not in the domain (add it to `actions:` of the domain)",
        "warning: data/rules.yml:8:13  response 'utter_greeet' is used, but not defined (did you mean 'utter_greet'?)",
        "warning: data/rules.yml:9:13  response 'utter_listed' is used, but not defined (add it to `responses:` of the domain)",
        "note: domain.yml:7:5  response 'utter_more' is not used in any story, rule or form (remove it)",
    ]


def test_an_unused_response_is_a_warning_where_no_action_could_say_it(read: ReadBot) -> None:
    assert found(read, {"domain.yml": GOOD_DOMAIN + "  utter_more:\n  - text: more\n"}) == [
        "warning: domain.yml:7:5  response 'utter_more' is not used in any story, rule or form (remove it)"
    ]


def test_a_response_key_needs_a_response_and_a_selector(read: ReadBot) -> None:
    problems = found(
        read,
        {
            "domain.yml": GOOD_DOMAIN.replace("[greet]", "[greet, faq]"),
            "data/faq.yml": "nlu:\n- intent: faq/price\n  examples: |\n    - how much\n    - what price\n",
            "data/more.yml": "rules:\n- rule: faq\n  steps:\n  - intent: faq\n  - action: utter_faq\n",
        },
    )
    assert problems == [
        "warning: config.yml:5:9  the training data has response keys, but no component of the pipeline reads them (add ResponseSelector)",
        "warning: data/faq.yml:4:7  there is no response 'utter_faq/price' for the examples of 'faq/price' (add `utter_faq/price:` to `responses:`)",
    ]


def test_checkpoints_join_two_stories(read: ReadBot) -> None:
    story = "- story: {}\n  steps:\n  {}\n  - intent: greet\n  - action: utter_greet\n  {}\n"
    stories = "stories:\n" + story.format("a", "- checkpoint: nowhere", "- checkpoint: joint")
    stories += story.format("b", "- checkpoint: joint", "- checkpoint: dead end")
    assert found(read, {"data/stories.yml": stories}) == [
        "warning: data/stories.yml:4:17  no story leads to checkpoint 'nowhere', so what follows it is never used (end another story with it, or remove it)",
        "warning: data/stories.yml:13:17  no story goes on from checkpoint 'dead end' (start another story with it, or remove it)",
    ]


@pytest.mark.parametrize(
    ("pipeline", "problem"),
    [
        (
            ["WhitespaceTokenizer", "JiebaTokenizer"],
            "error: config.yml:5:9  the pipeline has two tokenizers, 'WhitespaceTokenizer' and 'JiebaTokenizer' (remove one)",
        ),
        (
            ["RegexFeaturizer", "WhitespaceTokenizer"],
            "error: config.yml:4:9  'RegexFeaturizer' needs a tokenizer before it (add WhitespaceTokenizer)",
        ),
        (
            ["WhitespaceTokenizer", "DIETClassifier"],
            "error: config.yml:5:9  'DIETClassifier' needs a featurizer before it (add CountVectorsFeaturizer)",
        ),
        (
            ["WhitespaceTokenizer", "CountVectorsFeaturizer", "DIETClassifier", "CRFEntityExtractor"],
            (
                "warning: config.yml:7:9  'DIETClassifier' and 'CRFEntityExtractor' all learn the same entities,"
                " so each may be found several times (keep one; for DIETClassifier, `entity_recognition: false` turns it off)"
            ),
        ),
    ],
)
def test_components_stand_in_an_order_that_works(read: ReadBot, pipeline: list[str], problem: str) -> None:
    config = "language: en\nassistant_id: shop\npipeline:\n" + "".join(f"- name: {name}\n" for name in pipeline)
    assert found(read, {"config.yml": config + "policies:\n- name: RulePolicy\n"}) == [problem]


def test_data_that_no_component_reads_is_reported(read: ReadBot) -> None:
    problems = found(
        read,
        {
            "config.yml": "language: en\nassistant_id: a\npipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: RulePolicy\n",
            "domain.yml": GOOD_DOMAIN + "entities: [city]\n",
            "data/nlu.yml": GOOD_NLU
            + """\
    - from [LA]{"entity": "city", "role": "from", "value": "Los Angeles"}
    - from [Rome](city)
- regex: zip
  examples: |
    - [0-9]+
- lookup: dish
  examples: |
    - soup
""",
        },
    )
    assert [problem.partition("the training data has ")[2] for problem in problems] == [
        "entities, but no component of the pipeline reads them (add one of DIETClassifier, CRFEntityExtractor, MitieEntityExtractor)",
        "roles and groups, but no component of the pipeline reads them (add one of DIETClassifier, CRFEntityExtractor)",
        "regular expressions, but no component of the pipeline reads them (add one of RegexFeaturizer, RegexEntityExtractor)",
        "lookup tables, but no component of the pipeline reads them (add one of RegexFeaturizer, RegexEntityExtractor)",
        "synonyms, but no component of the pipeline reads them (add EntitySynonymMapper)",
    ]


def test_a_pattern_and_annotations_of_the_same_entity_compete(read: ReadBot) -> None:
    problems = found(
        read,
        {
            "config.yml": CONFIG.replace("- name: DIET", "- name: RegexEntityExtractor\n- name: DIET"),
            "domain.yml": GOOD_DOMAIN + "entities: [city]\n",
            "data/nlu.yml": GOOD_NLU
            + "    - from [LA](city)\n    - in [Rome](city)\n- lookup: city\n  examples: |\n    - Oslo\n",
        },
    )
    assert problems == [
        "warning: config.yml:7:9  'RegexEntityExtractor' and 'DIETClassifier' both find the entity 'city' (give patterns and annotations different entity names)"
    ]


@pytest.mark.parametrize(
    ("domain", "data", "problem"),
    [
        (
            "slots:\n  a:\n    type: text\n    mappings:\n    - type: from_text\nforms:\n  a_form:\n    required_slots: [a]\n",
            GOOD_RULES,
            (
                "error: config.yml:9:9  the domain has the form 'a_form', but the policies do not include 'RulePolicy',"
                " which runs forms (add `- name: RulePolicy` to `policies:`)"
            ),
        ),
        (
            "",
            GOOD_RULES,
            (
                "warning: config.yml:9:9  there are rules, but the policies do not include 'RulePolicy',"
                " so they have no effect (add `- name: RulePolicy` to `policies:`)"
            ),
        ),
        (
            "",
            GOOD_RULES.replace("rule", "story").replace("storys:", "stories:"),
            (
                "warning: config.yml:9:9  the policies do not include 'RulePolicy', so the intents 'restart' and 'back'"
                " do nothing (add `- name: RulePolicy` to `policies:`)"
            ),
        ),
    ],
)
def test_forms_and_rules_need_the_rule_policy(read: ReadBot, domain: str, data: str, problem: str) -> None:
    config = CONFIG.replace("RulePolicy", "MemoizationPolicy")
    assert found(read, {"config.yml": config, "domain.yml": GOOD_DOMAIN + domain, "data/rules.yml": data}) == [problem]


def test_policies_of_equal_priority_are_reported(read: ReadBot) -> None:
    config = (
        CONFIG + "- name: MemoizationPolicy\n- name: AugmentedMemoizationPolicy\n- name: mine.Policy\n  priority: 4\n"
    )
    assert found(read, {"config.yml": config}) == [
        (
            "warning: config.yml:11:9  'MemoizationPolicy' and 'AugmentedMemoizationPolicy' have the same priority 3;"
            " of equal predictions, that of the first in the list holds (give one of them another `priority:`)"
        ),
        (
            "warning: config.yml:12:9  'RulePolicy' and 'Policy' have the same priority 4;"
            " of equal predictions, that of the first in the list holds (give one of them another `priority:`)"
        ),
    ]


def test_a_rule_policy_without_rules_is_worth_a_note(read: ReadBot) -> None:
    stories = GOOD_RULES.replace("rule", "story").replace("storys:", "stories:")
    assert found(read, {"data/rules.yml": stories}) == [
        (
            "note: config.yml:9:9  the policies include 'RulePolicy', but there are no rules;"
            " it handles forms and default actions only"
        )
    ]


def test_a_text_by_language_has_all_languages_of_the_others(read: ReadBot) -> None:
    domain = """\
version: "3.1"
intents: [greet]
responses:
  utter_greet:
  - text: {en: Hi!, pt: Oi!}
  - text: {en-GB: Hello!, de: Hallo!}
  - text: Hey!
"""
    assert found(read, {"domain.yml": domain}) == [
        (
            "warning: domain.yml:5:5  response 'utter_greet' has no text in 'de', which other responses have"
            " (add `de: ...` to its text)"
        ),
        (
            "warning: domain.yml:6:5  response 'utter_greet' has no text in 'pt', which other responses have"
            " (add `pt: ...` to its text)"
        ),
    ]
