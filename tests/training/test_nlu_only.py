from __future__ import annotations

from collections.abc import Callable

import pytest

from framework.errors import BotError
from tests.training.tea_house import make_trainer, train

Edit = Callable[[str, str, str], None]


@pytest.mark.usefixtures("bot_folder")
def test_unfinished_stories_do_not_keep_understanding_from_being_trained(edit: Edit) -> None:
    edit("data/stories.yml", "action: utter_greet", "action: action_not_written_yet")
    with pytest.raises(BotError, match="action_not_written_yet"):
        make_trainer().check()
    assert train(training_type="nlu").is_new


@pytest.mark.usefixtures("bot_folder")
def test_a_pipeline_in_the_wrong_order_keeps_understanding_from_being_trained(edit: Edit) -> None:
    edit("config.yml", "- name: WhitespaceTokenizer\n", "")
    with pytest.raises(BotError, match="tokenizer"):
        make_trainer(training_type="nlu").check()
