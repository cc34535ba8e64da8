import itertools

import numpy as np
import pytest

from framework.api import EntityAnnotation, Tokens
from framework.ml.tagging import Span, TagScheme, align

SPANS = [Span("city", 0, 0), Span("date", 1, 3), Span("city", 5, 6)]


@pytest.mark.parametrize("bilou", [True, False])
def test_decoding_gives_back_what_was_encoded(bilou: bool):
    scheme = TagScheme(("city", "date"), bilou)
    assert scheme.decode(scheme.encode(SPANS, 8)) == SPANS


def test_bilou_keeps_neighbours_of_one_label_apart():
    spans = [Span("city", 0, 1), Span("city", 2, 2), Span("city", 3, 4)]
    scheme = TagScheme(("city",), bilou=True)
    assert scheme.decode(scheme.encode(spans, 5), offset=10) == [
        Span("city", first + 10, last + 10) for _, first, last in spans
    ]


def test_every_encoded_sequence_is_allowed():
    scheme = TagScheme(("city", "date"), bilou=True)
    follows, starts, ends = scheme.allowed()
    tags = scheme.encode(SPANS, 8)
    assert all(follows[a, b] for a, b in itertools.pairwise(tags))
    assert starts[tags[0]]
    assert ends[tags[-1]]
    assert follows.sum() < follows.size


def test_an_annotation_that_cuts_a_word_covers_the_words_inside_it():
    tokens = Tokens.from_spans([[("go", 0, 2)], [("New", 0, 3), ("Yorker", 4, 10)]])
    exact = EntityAnnotation(entity="city", start=0, end=10, value="New Yorker")
    cut = EntityAnnotation(entity="city", start=0, end=8, value="New York")
    outside = EntityAnnotation(entity="city", start=5, end=8, value="ork")
    assert align(exact, tokens, 1) == (Span("city", 1, 2), True)
    assert align(cut, tokens, 1) == (Span("city", 1, 1), False)
    assert align(outside, tokens, 1) == (None, False)


def test_tags_without_entities_decode_to_nothing():
    assert TagScheme(("city",), bilou=True).decode(np.zeros(4, np.int64)) == []
