from __future__ import annotations

from collections import Counter

import pytest

from framework.bot.nlu_data import Example
from framework.evaluation.splitting import exclude_examples, split_examples, split_into_folds


def examples(**counts: int) -> list[Example]:
    return [Example(text=f"{intent} {i}", intent=intent) for intent, count in counts.items() for i in range(count)]


def count(found) -> dict[str, int]:
    return dict(Counter(example.intent for example in found))


def test_each_intent_is_split_in_the_same_ratio_and_keeps_one_to_train_with() -> None:
    split = split_examples(examples(a=10, b=100, c=2, d=1), 0.8, seed=1)
    assert count(split.training) == {"a": 8, "b": 80, "c": 1, "d": 1}
    assert count(split.test) == {"a": 2, "b": 20, "c": 1}


def test_response_keys_are_split_each_for_itself() -> None:
    found = [Example(text=f"{key} {i}", intent=f"faq/{key}") for key in "xy" for i in range(5)]
    assert count(split_examples(found, 0.6, seed=0).training) == {"faq/x": 3, "faq/y": 3}


def test_the_same_seed_splits_the_same_way_and_another_does_not() -> None:
    found = examples(a=50)
    assert split_examples(found, 0.5, seed=1) == split_examples(found, 0.5, seed=1)
    assert split_examples(found, 0.5, seed=1) != split_examples(found, 0.5, seed=2)


def test_equal_messages_stay_on_one_side() -> None:
    found = [Example(text=text, intent="a") for text in ("Hi", "hi", " hi ", "hello", "hey", "yo")]
    for seed in range(10):
        split = split_examples(found, 0.5, seed=seed)
        sides = [{example.text.strip().lower() for example in side} for side in (split.training, split.test)]
        assert not sides[0] & sides[1]


def test_every_example_is_tested_in_one_fold_but_for_intents_of_a_single_example() -> None:
    found = examples(a=7, b=5, c=1)
    folds = split_into_folds(found, 3, seed=0)
    tested = [example for fold in folds for example in fold.test]
    assert sorted(example.text for example in tested) == sorted(item.text for item in found if item.intent != "c")
    assert all(set(fold.training).isdisjoint(fold.test) for fold in folds)
    assert all(len(fold.training) + len(fold.test) == len(found) for fold in folds)
    assert all("c" in count(fold.training) for fold in folds)
    assert {len(fold.test) for fold in folds} == {4}


@pytest.mark.parametrize(("percentage", "left"), [(0, 20), (50, 10), (75, 5), (99, 1)])
def test_excluding_leaves_the_share_that_is_asked_for(percentage: int, left: int) -> None:
    assert count(exclude_examples(examples(a=20, b=20), percentage, seed=0)) == {"a": left, "b": left}


def test_what_is_kept_of_little_is_kept_of_more() -> None:
    found = examples(a=20, b=9)
    smaller, larger = (set(exclude_examples(found, percentage, seed=3)) for percentage in (75, 25))
    assert smaller < larger
