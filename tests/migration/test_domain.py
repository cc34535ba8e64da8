"""Domains of 2.x are brought to 3.1 by changing what has to change, and nothing else."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from framework.errors import BotError
from framework.migration.bot import migrate

OLD = """\
# The pizza shop's domain.
templates:   # what the bot says
  utter_hi:
    - text: "hi"   # short
intents: [inform, deny]
entities:
  - size
  - number   # from duckling
slots:
    size: {type: unfeaturized, auto_fill: true}
    number:
      type: float   # whole numbers
      auto_fill: false   # the form does it
      # more to come
    note:
      auto_fill: false
      type: rasa.core.slots.TextSlot
      initial_value:
    'count':
      type: any
      initial_value: |
        a

        # not
    last: {type: bool,
           influence_conversation: false}

# ----- forms -----
forms:
    order_form:
        # what to ask for
        required_slots:
            size:   # the size
              - type: from_entity   # entity of the same name
                entity: size
            # how many
            number:
              # a number
              - type: from_entity
                entity: number
                not_intent: [deny, inform]
              - type: from_intent
                intent: deny
                value: 0   # none
            note: [{type: from_text}]
    other_form:
        size:
          - type: from_text  # anything
        last:
          - {type: from_intent, intent: deny, value: false}
    flow_form: {required_slots: {size: [{type: from_text}], "number": [{type: from_entity, entity: number}]}}
    empty_form:   # nothing
    ignoring_form:
        ignored_intents: deny

# ----- actions -----
actions:
- action_x
config:   # old
    store_entities_as_slots: true   # no more
session_config:
    session_expiration_time: 60
"""

NEW = """\
version: "3.1"

# The pizza shop's domain.
responses:   # what the bot says
  utter_hi:
    - text: "hi"   # short
intents: [inform, deny]
entities:
  - size
  - number   # from duckling
slots:
    # entity of the same name
    # anything
    size: {type: any, mappings: [{type: from_entity, entity: size, conditions: [{active_loop: order_form}]}, {type: from_text, conditions: [{active_loop: other_form, requested_slot: size}, {active_loop: flow_form, requested_slot: size}]}, {type: from_entity, entity: size}]}
    number:
      type: float   # whole numbers
      mappings:
        # a number
        # none
        - type: from_entity
          entity: number
          not_intent:
            - deny
            - inform
          conditions:
            - active_loop: order_form
        - type: from_intent
          intent: deny
          value: 0
          conditions:
            - active_loop: order_form
              requested_slot: number
        - type: from_entity
          entity: number
          conditions:
            - active_loop: flow_form
      # the form does it
      # more to come
    note:
      type: text
      initial_value:
      mappings:
        - type: from_text
          conditions:
            - active_loop: order_form
              requested_slot: note
    'count':
      type: any
      initial_value: |
        a

        # not
      mappings:
        - type: custom
    last: {type: bool, influence_conversation: false, mappings: [{type: from_intent, intent: deny, value: false, conditions: [{active_loop: other_form, requested_slot: last}]}]}

# ----- forms -----
forms:
    order_form:
        # what to ask for
        required_slots:
            - size   # the size
            # how many
            - number
            - note
    other_form:
        required_slots:
          - size
          - last
    flow_form: {required_slots: [size, "number"]}
    empty_form:
        required_slots: []   # nothing
    ignoring_form:
        required_slots: []
        ignored_intents: deny

# ----- actions -----
actions:
- action_x
# old
# no more
session_config:
    session_expiration_time: 60
"""


def migrated(folder: Path, text: str) -> str:
    path = folder / "domain.yml"
    path.write_bytes(dedent(text).encode())
    [file] = migrate([path], [])
    return file.after


def test_comments_order_quotes_and_indentation_stay(tmp_path: Path) -> None:
    assert migrated(tmp_path, OLD) == NEW


def test_a_migrated_domain_stays_as_it_is(tmp_path: Path) -> None:
    assert migrated(tmp_path, NEW) == NEW


def test_line_breaks_stay_those_of_the_file(tmp_path: Path) -> None:
    assert migrated(tmp_path, OLD.replace("\n", "\r\n")) == NEW.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("forms", "becomes"),
    [
        (
            "forms:\n- a_form\n- b_form   # the other\nactions: []\n",
            "forms:\n  a_form:\n    required_slots: []\n  b_form:\n    required_slots: []   # the other\nactions: []\n",
        ),
        ("forms:\n  - a_form\n", "forms:\n  a_form:\n    required_slots: []\n"),
        ("forms: [a_form, b_form]\n", "forms: {a_form: {required_slots: []}, b_form: {required_slots: []}}\n"),
        (
            "forms: {a_form: {}, b_form: }\n",
            "forms: {a_form: {required_slots: []}, b_form: {required_slots: []}}\n",
        ),
        ("forms: {a_form: {ignored_intents: x}}\n", "forms: {a_form: {required_slots: [], ignored_intents: x}}\n"),
        ("forms:\n  a_form: {required_slots: {}}\n", "forms:\n  a_form: {required_slots: []}\n"),
    ],
)
def test_forms_without_slots_say_so(tmp_path: Path, forms: str, becomes: str) -> None:
    text = migrated(tmp_path, f'version: "2.0"\n{forms}')
    assert text == f'version: "3.1"\n{becomes}'
    assert migrated(tmp_path, text) == text


def test_what_a_form_says_in_one_file_goes_to_the_slot_in_another(tmp_path: Path) -> None:
    (tmp_path / "slots.yml").write_text('version: "2.0"\nslots:\n  size:\n    type: text')
    (tmp_path / "forms.yml").write_text(
        'version: "2.0"\nforms:\n  order_form:\n    required_slots:\n      size:\n      - type: from_text  # all of it\n'
    )
    forms, slots = migrate([tmp_path], [])
    assert forms.after == 'version: "3.1"\nforms:\n  order_form:\n    required_slots:\n      - size\n'
    assert slots.after == dedent(
        """\
        version: "3.1"
        slots:
          size:
            type: text
            mappings:
            # all of it
            - type: from_text
              conditions:
              - active_loop: order_form
                requested_slot: size"""
    )


def test_mappings_that_were_written_already_are_joined_with_those_of_forms(tmp_path: Path) -> None:
    text = migrated(
        tmp_path,
        """\
        version: '2.0'
        slots:
          size:
            type: text
            mappings:
            - type: custom   # by an action
            influence_conversation: false
        forms:
          order_form:
            required_slots:
              size:
              - type: from_text
        """,
    )
    assert text == dedent(
        """\
        version: '3.1'
        slots:
          size:
            type: text
            mappings:
            - type: custom
            - type: from_text
              conditions:
              - active_loop: order_form
                requested_slot: size   # by an action
            influence_conversation: false
        forms:
          order_form:
            required_slots:
              - size
        """
    )


def test_comments_inside_braces_come_to_stand_above(tmp_path: Path) -> None:
    text = migrated(
        tmp_path,
        """\
        version: "2.0"
        slots:
          size: {type: text,   # small or large
                 auto_fill: false}
        forms:
          order_form: {
            size: [   # all of it
              {type: from_text}]}
        """,
    )
    assert text == dedent(
        """\
        version: "3.1"
        slots:
          # small or large
          size: {type: text, mappings: [{type: from_text, conditions: [{active_loop: order_form, requested_slot: size}]}]}
        forms:
          # all of it
          order_form: {required_slots: [size]}
        """
    )


def test_a_form_that_asks_for_an_unknown_slot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BotError) as raised:
        migrated(tmp_path, "slots: {sice: {type: text}}\nforms:\n  f:\n    size:\n    - type: from_text\n")
    [problem] = raised.value.problems
    assert (problem.code, problem.fix) == ("unknown-slot", "did you mean 'sice'?")
    assert str(problem.where).endswith("domain.yml:4:5")


def test_mappings_beside_the_required_slots_are_not_dropped_in_silence(tmp_path: Path) -> None:
    with pytest.raises(BotError) as raised:
        migrated(
            tmp_path,
            """\
            version: "2.0"
            slots:
              size: {type: text}
            forms:
              order_form:
                required_slots: {}
                size:
                - type: from_text
            """,
        )
    assert str(raised.value).endswith(
        "domain.yml:7:5  unknown key 'size' in form 'order_form' (known: ignored_intents, required_slots)"
    )


def test_the_version_stands_first_but_for_what_yaml_wants_before(tmp_path: Path) -> None:
    assert migrated(tmp_path, "\nintents: []\n") == 'version: "3.1"\n\nintents: []\n'
    assert migrated(tmp_path, "---\nintents: []\n") == '---\nversion: "3.1"\n\nintents: []\n'


def test_what_aliases_abbreviate_has_to_be_written_out(tmp_path: Path) -> None:
    with pytest.raises(BotError) as raised:
        migrated(
            tmp_path,
            """\
            slots:
              a: &text
                type: text
              b: *text
            entities: [a]
            """,
        )
    [problem] = raised.value.problems
    assert problem.code == "cannot-migrate"
    assert "anchors" in str(problem.fix)


def test_errors_are_told_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="unknown slot type 'txt'"):
        migrated(tmp_path, "slots:\n  a:\n    type: txt\n")
