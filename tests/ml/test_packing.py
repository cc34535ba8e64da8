import numpy as np

from framework.ml.packing import chunks, pack, take


def test_neighbours_do_not_cross_from_one_message_to_the_next():
    packing = pack(np.array([0, 2, 2, 5]))
    assert packing.previous.tolist() == [5, 0, 5, 2, 3]
    assert packing.following.tolist() == [1, 5, 3, 4, 5]


def test_padded_places_lead_back_to_the_packed_tokens():
    packing = pack(np.array([0, 3, 4, 9]), window=4)
    assert packing.padded.ravel()[packing.packed].tolist() == list(range(9))
    assert (packing.mask.ravel()[packing.packed] == 0).all()
    assert packing.padded.shape == (4, 3)


def test_attention_to_a_long_message_grows_linearly():
    short, long = pack(np.array([0, 1000])), pack(np.array([0, 4000]))
    assert long.padded.size <= 4.1 * short.padded.size


def test_members_tell_the_messages_apart():
    members = pack(np.array([0, 1, 1, 3])).members
    assert members.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 1]]


def test_take_finds_the_tokens_of_the_wanted_messages():
    places, offsets = take(np.array([0, 2, 3, 6]), np.array([2, 0]))
    assert places.tolist() == [3, 4, 5, 0, 1]
    assert offsets.tolist() == [0, 3, 5]


def test_chunks_hold_every_message_once_and_are_bounded():
    lengths = np.array([5, 900, 1, 0, 30, 5000])
    groups = list(chunks(lengths, most_tokens=1000))
    assert sorted(np.concatenate(groups).tolist()) == list(range(6))
    assert all(len(group) == 1 or lengths[group].sum() <= 1000 for group in groups)
