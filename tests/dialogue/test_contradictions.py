"""Rules and stories that do not agree are found before anything is trained, with both places."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.dialogue.contradictions import find_contradictions
from framework.errors import Severity
from tests.dialogue.talking import bot_of

DOMAIN = """
    intents: [greet, order, inform]
    actions: [act_a, act_b, act_c]
    slots:
      kind: {type: text, mappings: [{type: custom}]}
      size: {type: text, influence_conversation: false, mappings: [{type: custom}]}
    forms:
      form: {required_slots: [size]}
    """


def problems_of(folder: Path, data: str, policies: str | None = None, max_history: int | None = None) -> list[str]:
    bot = bot_of(folder, DOMAIN, data)
    if policies is not None:
        (folder / "config.yml").write_text(f"recipe: default.v1\npipeline: []\npolicies:\n{policies}", encoding="utf-8")
        bot = read_bot(BotPaths(folder=folder))
    problems = find_contradictions(bot, max_history=max_history)
    return [f"{problem.severity} {problem}".replace(f"{folder}/", "") for problem in problems]


def test_rules_and_stories_that_agree_are_left_alone(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: greet, steps: [{intent: greet}, {action: act_a}]}
        stories:
        - {story: greet and go on, steps: [{intent: greet}, {action: act_a}, {intent: order}, {action: act_b}]}
        """
    assert problems_of(tmp_path, data) == []


def test_rules_that_contradict_each_other_are_both_named(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: one, steps: [{intent: greet}, {action: act_a}]}
        - {rule: two, steps: [{intent: greet}, {action: act_b}]}
        """
    fix = "(make both say the same, or give one a condition that the other does not meet)"
    assert problems_of(tmp_path, data) == [
        (
            "error data/rules.yml:4:49  rule 'one' has 'act_a' here, where rule 'two' (data/rules.yml:5:49)"
            f" contradicts it {fix}"
        ),
        (
            "error data/rules.yml:5:49  rule 'two' has 'act_b' here, where rule 'one' (data/rules.yml:4:49)"
            f" contradicts it {fix}"
        ),
    ]


def test_story_that_contradicts_a_rule_is_shown_with_the_rule(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: greet, steps: [{intent: greet}, {action: act_a}]}
        stories:
        - story: other
          steps: [{intent: greet}, {action: act_b}]
        """
    [problem] = problems_of(tmp_path, data)
    assert problem.startswith(
        "error data/rules.yml:7:37  story 'other' has 'act_b' here, where rule 'greet' (data/rules.yml:4:51) says 'act_a'"
    )


def test_story_that_contradicts_what_a_form_does_by_itself_is_found(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: order, steps: [{intent: order}, {action: form}, {active_loop: form}]}
        stories:
        - {story: other, steps: [{intent: order}, {action: form}, {active_loop: form}, {action: act_b}]}
        """
    [problem] = problems_of(tmp_path, data)
    assert "story 'other' has 'act_b' here, where loop form, then action_listen says 'action_listen'" in problem


def test_story_may_go_on_where_a_rule_for_one_action_listens(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: short, steps: [{action: act_a}]}
        - {rule: long, steps: [{action: act_a}, {intent: inform}, {action: act_b}]}
        stories:
        - {story: s, steps: [{intent: greet}, {action: act_a}, {action: act_c}]}
        """
    assert problems_of(tmp_path, data) == []


def test_rule_that_leaves_out_what_another_sets_is_incomplete(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: full, steps: [{intent: greet}, {action: act_a}, {slot_was_set: [{kind: x}]}, {action: act_b}]}
        - {rule: thin, steps: [{intent: order}, {action: act_a}]}
        """
    assert problems_of(tmp_path, data) == [
        (
            "error data/rules.yml:5:50  rule 'thin' does not say what slot 'kind' has after 'act_a', as rule 'full'"
            " (data/rules.yml:4:10) does (add `slot_was_set` after the action (`null` for none), or"
            " `wait_for_user_input: false` if the rule ends with it)"
        )
    ]


def test_rule_that_leaves_out_the_loop_is_incomplete(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: full, steps: [{intent: greet}, {action: form}, {active_loop: form}]}
        - {rule: thin, steps: [{intent: order}, {action: form}]}
        """
    [problem] = problems_of(tmp_path, data)
    assert "rule 'thin' does not say which loop is active after 'form', as rule 'full'" in problem


def test_rule_that_waits_for_nobody_after_an_action_is_complete(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: full, steps: [{intent: greet}, {action: act_a}, {slot_was_set: [{kind: x}]}, {action: act_b}]}
        - {rule: thin, wait_for_user_input: false, steps: [{intent: order}, {action: act_a}]}
        """
    assert problems_of(tmp_path, data) == []


def test_rule_with_two_messages_is_refused_unless_allowed(tmp_path: Path) -> None:
    data = "rules: [{rule: r, steps: [{intent: greet}, {action: act_a}, {intent: order}, {action: act_b}]}]"
    [problem] = problems_of(tmp_path, data)
    assert problem == (
        "error data/rules.yml:2:70  rule 'r' has 2 user messages; a rule may have one"
        " (write it as a story, or as several rules)"
    )
    assert problems_of(tmp_path, data, "- name: RulePolicy\n  restrict_rules: false\n") == []


def test_checks_can_be_switched_off(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: one, steps: [{intent: greet}, {action: act_a}]}
        - {rule: two, steps: [{intent: greet}, {action: act_b}]}
        """
    assert problems_of(tmp_path, data, "- name: RulePolicy\n  check_for_contradictions: false\n") == []
    assert problems_of(tmp_path, data, "- name: MemoizationPolicy\n") == []


def test_fallback_action_that_does_not_exist_is_found(tmp_path: Path) -> None:
    policies = "- name: RulePolicy\n  core_fallback_action_name: act_aa\n"
    assert problems_of(tmp_path, "", policies) == [
        "error config.yml:5:30  the fallback action 'act_aa' is not in the domain (did you mean 'act_a'?)"
    ]


@pytest.mark.parametrize(("max_history", "count"), [(None, 0), (2, 0), (1, 1)])
def test_stories_conflict_within_the_history_that_policies_see(
    tmp_path: Path, max_history: int | None, count: int
) -> None:
    data = """
        stories:
        - {story: one, steps: [{intent: greet}, {action: act_a}, {intent: inform}, {action: act_b}]}
        - {story: two, steps: [{intent: order}, {action: act_a}, {intent: inform}, {action: act_c}]}
        """
    problems = problems_of(tmp_path, data, max_history=max_history)
    assert len(problems) == count
    assert all(problem.startswith("warning data/rules.yml:4:") for problem in problems)


def test_bots_that_rasa_trains_have_no_errors_here(shared: Path) -> None:
    for name in ("RasaHQ__rasa__examples_formbot", "RasaHQ__financial-demo", "RasaHQ__rasa__examples_rules"):
        problems = find_contradictions(read_bot(BotPaths(folder=shared / "bots" / name)))
        assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
