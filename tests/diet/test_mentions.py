import numpy as np

from framework.ml.annotations import TokenTags
from framework.ml.tagging import Span, TagScheme
from framework_diet.mentions import Mentions

SCHEME = TagScheme(("city", "dish"), bilou=True)
MESSAGES = ["fly to Oslo now", "fly to New York now", "eat soup in Rome", "sing"]
WORDS = " ".join(MESSAGES).split()
OFFSETS = np.array([0, 4, 9, 13, 14])
BOOK, EAT, SING = 0, 1, 2
INTENTS = np.array([BOOK, BOOK, EAT, SING])
NONE = np.full(14, -1)
CITIES = [Span("city", 2, 2), Span("city", 6, 7), Span("city", 12, 12)]
TAGS = SCHEME.encode([*CITIES, Span("dish", 10, 10)], 14)


def read_often(mentions: Mentions, message: int) -> set[str]:
    rng = np.random.default_rng(0)
    texts = set()
    for _ in range(40):
        places, offsets = mentions.exchange(OFFSETS, np.array([message]), rng)
        assert offsets.tolist() == [0, len(places)]
        texts.add(" ".join(WORDS[place] for place in places))
    return texts


def mentions_in(*chosen: int, roles: np.ndarray = NONE) -> Mentions:
    return Mentions.find(OFFSETS, TokenTags(TAGS, roles, NONE), INTENTS, SCHEME, np.array(chosen))


def test_a_mention_is_exchanged_for_others_of_its_kind_however_long():
    mentions = mentions_in(0, 1, 2, 3)
    assert read_often(mentions, 0) == {"fly to Oslo now", "fly to New York now"}
    assert read_often(mentions, 1) == {"fly to Oslo now", "fly to New York now"}


def test_mentions_of_other_intents_stay_where_they_are():
    assert read_often(mentions_in(0, 1, 2, 3), 2) == {"eat soup in Rome"}


def test_mentions_of_other_roles_stay_where_they_are():
    roles = NONE.copy()
    roles[2], roles[6:8] = 1, 2
    assert read_often(mentions_in(0, 1, 2, 3, roles=roles), 0) == {"fly to Oslo now"}


def test_messages_held_out_lend_no_mentions():
    assert read_often(mentions_in(0, 2, 3), 0) == {"fly to Oslo now"}


def test_a_message_without_entities_stays_as_it_is():
    assert read_often(mentions_in(0, 1, 2, 3), 3) == {"sing"}


def test_several_messages_follow_one_another():
    places, offsets = mentions_in(0, 1, 2, 3).exchange(OFFSETS, np.array([3, 2]), np.random.default_rng(1))
    assert offsets.tolist() == [0, 1, 5]
    assert places.tolist() == [13, 9, 10, 11, 12]
