from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from framework_transformers.windows import WindowCutter, Windows

LONG = "where is my order? " * 40


def cut(model: Path, texts: list[str], limit: int) -> Windows:
    return WindowCutter(Tokenizer.from_file(str(model / "tokenizer.json")), limit).cut(texts)


@pytest.mark.parametrize("limit", [8, 9, 16, 31, 64])
@pytest.mark.parametrize("length", [0, 5, 6, 7, 100, 760])
def test_every_piece_belongs_to_one_window(bert: Path, limit: int, length: int) -> None:
    texts = [LONG[:length], "hello", LONG]
    windows = cut(bert, texts, limit)
    whole = Tokenizer.from_file(str(bert / "tokenizer.json")).encode_batch(texts, add_special_tokens=False)
    spans = list(zip(windows.starts.tolist(), windows.ends.tolist(), strict=True))
    assert spans == [span for encoding in whole for span in encoding.offsets]
    assert windows.ids[windows.own].tolist() == [number for encoding in whole for number in encoding.ids]
    assert windows.owners().tolist() == [text for text, encoding in enumerate(whole) for _ in encoding.ids]


def test_no_window_is_longer_than_the_model_takes(bert: Path) -> None:
    windows = cut(bert, ["hello", LONG], limit=16)
    assert windows.mask.sum(axis=1).max() == 16
    assert len(windows.ids) > 5


def test_a_piece_has_its_neighbours_on_both_sides(bert: Path) -> None:
    windows = cut(bert, [LONG], limit=18)  # 16 pieces of the text, 4 shared
    inner = windows.own[1:-1]
    assert not inner[:, 1:3].any()
    assert inner[:, 3:15].all()
    assert not inner[:, 15:17].any()


def test_special_pieces_are_told_from_the_others(bert: Path) -> None:
    windows = cut(bert, ["hello there", ""], limit=16)
    assert windows.special.sum(axis=1).tolist() == [2, 2]
    assert not (windows.special & windows.own).any()
    assert np.array_equal(windows.special | windows.own, windows.mask == 1)
