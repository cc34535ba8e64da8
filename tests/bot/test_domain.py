"""Domains: what is read, how files are merged, what mistakes are reported."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from framework.bot.bot import BotPaths
from framework.bot.domain import (
    DEFAULT_INTENTS,
    Action,
    MappingCondition,
    ResponseCondition,
    SessionConfig,
    SlotMapping,
)
from framework.bot.domain_json import domain_to_dict
from framework.bot.reader import read_bot, read_domain
from framework.errors import BotError, Location
from tests.bot.conftest import ReadBot, WriteFiles

DOMAIN = """\
version: "3.1"
intents:
- greet
- order:
    use_entities: [city]
- bye:
    use_entities: false
- inform:
    ignore_entities: [city]
entities:
- city:
    roles: [from, to]
- size:
    influence_conversation: false
- dish
slots:
  city:
    type: text
    influence_conversation: false
    mappings:
    - type: from_entity
      entity: city
      role: to
      not_intent: bye
      conditions:
      - active_loop: order_form
        requested_slot: city
      - active_loop: null
  vegan:
    type: bool
    initial_value: false
    mappings:
    - type: from_intent
      intent: [affirm_vegan, order]
      value: true
  level:
    type: float
    max_value: 10
    mappings:
    - type: custom
      action: action_level
  kind:
    type: categorical
    values: [a, 2, null]
    mappings:
    - type: from_text
  mine:
    type: slots.Mine
    size: 3
    mappings:
    - type: custom
forms:
  order_form:
    ignored_intents: bye
    required_slots: [city]
actions:
- action_level
- action_order: {send_domain: true}
responses:
  utter_greet:
  - text: Hi {name}!
    channel: slack
    condition:
    - {type: slot, name: vegan, value: true}
  - custom: {a: [1, {b: null}]}
    buttons:
    - {title: Yes, payload: /yes}
e2e_actions: ["Hello!"]
session_config:
  session_expiration_time: 0
  carry_over_slots_to_new_session: false
"""


def test_a_whole_domain(read: ReadBot) -> None:
    bot = read({"domain.yml": DOMAIN})
    domain = bot.domain
    assert [str(problem) for problem in bot.problems] == [
        "domain.yml:44:20  the value null of slot 'kind' is left out: it means that the slot is empty"
    ]
    assert list(domain.intents) == ["greet", "order", "bye", "inform", *DEFAULT_INTENTS]
    used = {name: intent.used_entities for name, intent in domain.intents.items()}
    assert (used["greet"], used["order"], used["bye"], used["inform"]) == (None, ("city",), (), ("dish",))
    assert domain.entities["city"].roles == ("from", "to")
    assert list(domain.slots) == [
        "city",
        "vegan",
        "level",
        "kind",
        "mine",
        "requested_slot",
        "session_started_metadata",
    ]
    assert domain.slots["city"].mappings == (
        SlotMapping(
            type="from_entity",
            entity="city",
            role="to",
            not_intents=("bye",),
            conditions=(
                MappingCondition(active_loop="order_form", requested_slot="city", where=Location("domain.yml", 26, 9)),
                MappingCondition(active_loop=None, where=Location("domain.yml", 28, 9)),
            ),
            where=Location("domain.yml", 21, 7),
        ),
    )
    assert domain.slots["kind"].values == ("a", 2)
    assert domain.slots["mine"].options == {"size": 3}
    assert domain.slots["vegan"].initial_value is False
    assert domain.actions["action_order"] == Action(
        name="action_order", send_domain=True, where=Location("domain.yml", 58, 3, 12)
    )
    first, second = domain.responses["utter_greet"]
    assert first.condition == (ResponseCondition(name="vegan", value=True),)
    assert second.buttons == ({"title": "Yes", "payload": "/yes"},)
    assert second.custom == {"a": [1, {"b": None}]}
    assert domain.session == SessionConfig(expiration_minutes=0, carry_over_slots=False)
    assert domain.action_names[-5:] == ("action_level", "action_order", "utter_greet", "order_form", "Hello!")


def test_the_json_form_reads_back_as_the_same_domain(read: ReadBot, write: WriteFiles) -> None:
    domain = domain_to_dict(read({"domain.yml": DOMAIN}).domain)
    assert domain["intents"] == [{"bye": {"use_entities": []}}, "greet", {"inform": {"use_entities": ["dish"]}},
                                 {"order": {"use_entities": ["city"]}}]  # fmt: skip
    assert domain["slots"]["city"] == {
        "type": "text",
        "influence_conversation": False,
        "mappings": [
            {
                "type": "from_entity",
                "entity": "city",
                "role": "to",
                "not_intent": "bye",
                "conditions": [
                    {"active_loop": "order_form", "requested_slot": "city"},
                    {"active_loop": None},
                ],
            }
        ],
    }
    write({"domain.yml": json.dumps(domain)})
    assert domain_to_dict(read_bot(BotPaths()).domain) == domain


def test_the_json_form_of_the_starter_bot_is_that_of_the_recorded_http_answer(shared: Path) -> None:
    bot = read_bot(BotPaths(folder=shared / "bots/RasaHQ__rasa-3.6.21-wheel__initial_project"))
    recorded = (shared / "api-samples/domain_json.http").read_text().partition("\n\n")[2]
    assert json.dumps(domain_to_dict(bot.domain)) == json.dumps(json.loads(recorded))


def test_the_files_of_a_folder_are_merged(write: WriteFiles) -> None:
    write(
        {
            "config.yml": "language: en\n",
            "data/nlu.yml": "",
            "domain/a.yml": "intents: [greet]\nresponses:\n  utter_greet:\n  - text: one\n",
            "domain/inner/b.yaml": "intents: [greet, bye]\nresponses:\n  utter_greet:\n  - text: two\n",
            "domain/.hidden/c.yml": "intents: [hidden]\n",
            "domain/nlu.yml": "nlu: []\n",
        }
    )
    bot = read_bot(BotPaths(domain=(Path("domain"),)))
    assert [name for name in bot.domain.intents if name not in DEFAULT_INTENTS] == ["greet", "bye"]
    assert bot.domain.responses["utter_greet"][0].text == "two"
    assert [str(problem) for problem in bot.problems] == [
        "domain/inner/b.yaml:1:11  intent 'greet' is defined twice, first at domain/a.yml:1; the last one holds (remove one)",
        "domain/inner/b.yaml:3:3  response 'utter_greet' is defined twice, first at domain/a.yml:3; the last one holds (remove one)",
    ]


def test_responses_may_stand_in_training_data(read: ReadBot) -> None:
    bot = read(
        {
            "data/faq.yml": """\
            nlu:
            - intent: faq/price
              examples: |
                - how much
            responses:
              utter_faq/price:
              - text: Ten.
            """
        }
    )
    assert bot.problems == ()
    assert [variation.text for variation in bot.domain.responses["utter_faq/price"]] == ["Ten."]
    assert bot.nlu.responses == bot.domain.responses
    assert "utter_faq" in bot.domain.action_names
    assert domain_to_dict(bot.domain)["actions"] == ["utter_faq"]


def test_a_bot_with_a_knowledge_base_gets_its_slots(read: ReadBot) -> None:
    bot = read({"domain.yml": "actions: [action_query_knowledge_base]\n"})
    assert [name for name in bot.domain.slots if name.startswith("knowledge_base_")] == [
        "knowledge_base_listed_objects",
        "knowledge_base_last_object",
        "knowledge_base_last_object_type",
    ]


def test_mistakes_in_domains_are_reported_with_their_place(read: ReadBot) -> None:
    bot = read(
        {
            "domain.yml": """\
            version: "3.1"
            intents:
            - greet
            - greet
            - order: {use_entitites: [city]}
            - bye: {use_entities: [citty]}
            - old: {triggers: action_old}
            - bad:
              use_entities: []
            entities: [city]
            slots:
              one:
                type: boolean
              two:
                type: text
              three:
                type: string
                mappings:
                - type: from_entty
                - type: from_entity
                - entity: city
                - type: from_text
                  value: 1
                - type: custom
                  conditions:
                  - requested_slot: a
              four:
              five:
                type: float
                min_value: 2
                mappings:
                - type: custom
              six:
                type: any
                influence_conversation: true
                mappings:
                - type: custom
            responses:
              utter_a:
              - hello
              utter_b:
              utter_c:
              - {tekst: hello}
              utter_d:
              - text: hi
                condition:
                - type: slot
                - {type: user, name: x}
            forms:
              form_a: {required_slot: [one]}
            session_config: {session_expiration_time: -1}
            respnses: {}
            assistant: x
            templates: {}
            """
        }
    )
    assert [str(problem).removeprefix("domain.yml:") for problem in bot.problems] == [
        "52:1  unknown key 'respnses' in the domain (did you mean 'responses'?)",
        "53:1  unknown key 'assistant' in the domain is left out",
        "54:1  'templates' is called 'responses' since 2.0 (rename it)",
        "4:3  intent 'greet' is listed twice (remove one)",
        "5:11  unknown key 'use_entitites' in intent 'order' (did you mean 'use_entities'?)",
        "7:9  intent 'old' has 'triggers', which no policy reads any more (write a rule: the intent, then the action)",
        "8:3  an item of intents must be a name, or one name with keys beneath it (indent the keys under the name by two more spaces)",
        "50:12  unknown key 'required_slot' in form 'form_a' (did you mean 'required_slots'?)",
        "13:11  unknown slot type 'boolean' (did you mean 'bool'?)",
        "17:11  unknown slot type 'string' (did you mean 'text'?)",
        "19:13  unknown mapping type 'from_entty' (did you mean 'from_entity'?)",
        "20:7  a from_entity mapping of slot 'three' needs 'entity' (add `entity:`)",
        "21:7  a mapping of slot 'three' needs a type (one of from_entity, from_text, from_intent, from_trigger_intent, custom)",
        "23:7  key 'value' means nothing in a from_text mapping (leave it out)",
        "26:9  a condition of a mapping of slot 'three' needs 'active_loop' (add `active_loop: <form>`, or null for no form)",
        "27:3  slot 'four' needs a type (add `type: text`)",
        "28:3  slot 'five' has a min_value (2) that is not below its max_value (1.0)",
        "35:29  slot 'six' of type any cannot influence the conversation (leave the key out, or choose another type)",
        "40:5  a variation of response 'utter_a' must have keys (write `- text: hello`)",
        "41:3  response 'utter_b' has nothing to say (add `- text: ...`)",
        "43:6  unknown key 'tekst' in response 'utter_c' (did you mean 'text'?)",
        "43:5  a variation of response 'utter_c' has nothing to say (add one of text, image, custom, buttons, quick_replies, attachment, elements)",
        "47:7  a response condition needs the name of a slot (add `name:`)",
        "48:14  unknown condition type 'user' (conditions are on slots: write `type: slot`)",
        "51:43  session_expiration_time must not be negative, but is -1 (write 0 for sessions that never expire)",
        "12:3  slot 'one' has no mappings, so nothing can fill it (add `mappings:` with `- type: from_entity`, or with `- type: custom` if only actions set it)",
        "14:3  slot 'two' has no mappings, so nothing can fill it (add `mappings:` with `- type: from_entity`, or with `- type: custom` if only actions set it)",
        "6:3  intent 'bye' names the entity 'citty', which the domain does not have (did you mean 'city'?)",
    ]


def test_reading_only_the_domain_raises_its_errors(write: WriteFiles) -> None:
    write({"config.yml": "", "data/a.yml": "nlu:\n", "domain.yml": "slots:\n  a:\n    type: txt\n"})
    with pytest.raises(
        BotError, match=r"domain\.yml:3:11  unknown slot type 'txt' \(did you mean 'text'\?\)"
    ) as caught:
        read_domain(BotPaths())
    assert len(caught.value.problems) == 1


def test_a_text_may_be_written_for_each_language(read: ReadBot) -> None:
    responses = """
        responses:
          utter_ask:
          - text: {en: What size?, pt-BR: Que tamanho?}
            buttons: [{title: {en: Small, pt-BR: Pequeno}, payload: /small}]
        """
    domain = read({"domain.yml": responses}).domain
    (variation,) = domain.responses["utter_ask"]
    assert (variation.text, variation.texts) == ("What size?", {"en": "What size?", "pt-BR": "Que tamanho?"})
    written = {
        "text": {"en": "What size?", "pt-BR": "Que tamanho?"},
        "buttons": [{"title": {"en": "Small", "pt-BR": "Pequeno"}, "payload": "/small"}],
    }
    assert msgspec.json.decode(msgspec.json.encode(domain_to_dict(domain)))["responses"] == {"utter_ask": [written]}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{}", "is in no language"),
        ("{english: Hello}", "'english' in the text of response 'utter_ask' is no language"),
        ("{en: [Hello]}", "the text of response 'utter_ask' in 'en' must be a text, not a list"),
        ("{en: }", "must be a text"),
    ],
)
def test_a_text_by_language_needs_languages_and_texts(read: ReadBot, text: str, complaint: str) -> None:
    bot = read({"domain.yml": f"responses:\n  utter_ask:\n  - text: {text}\n    image: x.png\n"})
    assert [problem.what for problem in bot.problems if complaint in problem.what]
    bot = read({"domain.yml": f"responses:\n  utter_ask:\n  - text: Hi\n    buttons: [{{title: {text}}}]\n"})
    assert [problem for problem in bot.problems if problem.code in ("invalid-response", "wrong-type")]


def test_intents_have_labels_and_a_fallback_a_limit(read: ReadBot) -> None:
    text = """
        intents:
        - greet: {label: saying hello}
        - faq: {label: {en: a question, de: eine Frage}, response_labels: {hours: our opening hours}}
        config: {max_rephrasings: 2, rewind_whole_forms: true}
        """
    domain = read({"domain.yml": text}).domain
    assert domain.intents["greet"].label == {"": "saying hello"}
    assert domain.intents["faq"].label == {"en": "a question", "de": "eine Frage"}
    assert domain.intents["faq"].response_labels == {"hours": {"": "our opening hours"}}
    assert (domain.max_rephrasings, domain.rewinds_whole_forms) == (2, True)
    assert domain_to_dict(domain)["intents"] == [
        {"faq": {"label": {"en": "a question", "de": "eine Frage"}, "response_labels": {"hours": "our opening hours"}}},
        {"greet": {"label": "saying hello"}},
    ]


@pytest.mark.parametrize("number", ["-1", "1.5", "many"])
def test_a_limit_of_rephrasings_is_a_whole_number(read: ReadBot, number: str) -> None:
    bot = read({"domain.yml": f"config: {{max_rephrasings: {number}}}\n"})
    assert [problem for problem in bot.problems if "max_rephrasings must be" in problem.what]
