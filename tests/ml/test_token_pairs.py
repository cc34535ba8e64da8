from framework.ml.token_pairs import TokenPairs
from framework.nlu.batch import MessageBatch
from framework.nlu.tokens import Tokens


def tokens(*texts: str) -> Tokens:
    return Tokens.from_spans([[(word, 0, 0) for word in text.split()] for text in texts])


def test_pairs_that_occur_in_two_messages_become_features():
    pairs = TokenPairs.fit(tokens("turn it on", "turn it off"))
    assert list(pairs.columns) == [" turn", "turn it"]


def test_a_pair_repeated_in_one_message_alone_is_not_learned():
    assert "no no" not in TokenPairs.fit(tokens("no no no", "yes")).columns


def test_known_pairs_are_counted_for_each_message_whatever_the_case():
    pairs = TokenPairs.fit(tokens("go on", "go on"))
    counts = pairs.block(tokens("Go ON and go on", "", "never")).sentence.to_dense()
    assert counts[:, pairs.columns["go on"]].tolist() == [2, 0, 0]


def test_restored_pairs_have_the_same_columns():
    pairs = TokenPairs.fit(tokens("go on", "go on", "go off", "go off"))
    assert TokenPairs.of_names(list(pairs.columns)) == pairs


def test_a_batch_gains_the_pairs_and_keeps_what_it_had():
    batch = MessageBatch.of(["go on"])
    batch.tokens = tokens("go on")
    beside = TokenPairs.fit(tokens("go on", "go on")).beside(batch)
    assert beside.texts == batch.texts
    assert [block.origin for block in beside.blocks] == ["token pairs"]
    assert batch.blocks == []


def test_many_messages_have_the_pairs_that_each_has_alone():
    texts = [f"Word{number % 7} word{number % 5} x" for number in range(60)] + [""]
    pairs = TokenPairs.fit(tokens(*texts), ["a pair of a token with spaces"])
    together = pairs.block(tokens(*texts)).sentence.to_dense()
    assert together.sum() > 100
    for text, row in zip(texts, together, strict=True):
        assert pairs.block(tokens(text)).sentence.to_dense()[0].tolist() == row.tolist()


def test_among_many_a_token_with_spaces_is_looked_up_as_it_is():
    pairs = TokenPairs.of_names(["a b c"])
    many = Tokens.from_spans([[("a", 0, 0), ("b c", 0, 0)], [("A b", 0, 0), ("c", 0, 0)], [("x", 0, 0)] * 100])
    assert pairs.block(many).sentence.to_dense().ravel().tolist() == [1, 1, 0]
