"""Which channels a bot is served on."""

from __future__ import annotations

import logging

import pytest

from framework.bot.endpoints import ChannelCredentials, Credentials
from framework.errors import BotError, EnvironmentProblem, Location
from framework.registry import create_registry
from framework.server.channels import make_channels


def credentials(*names: str) -> Credentials:
    where = Location("credentials.yml", 3)
    return Credentials(channels=tuple(ChannelCredentials(name=name, where=where) for name in names))


def test_a_bot_that_names_no_channel_is_served_on_rest() -> None:
    assert [channel.name for channel in make_channels(Credentials(), create_registry())] == ["rest"]


def test_a_channel_of_rasas_that_is_not_here_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        channels = make_channels(credentials("rest", "slack", "rasa"), create_registry())
    assert [channel.name for channel in channels] == ["rest"]
    assert caplog.messages == ["credentials.yml:3:1  the channel 'slack' is not available yet, and is left out"]


def test_a_channel_that_nobody_knows_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(EnvironmentProblem, match=r"provides the channel 'ret' \(did you mean 'rest'\?"):
        make_channels(credentials("ret"), create_registry())


def test_a_wrong_key_of_a_channel_is_reported_at_its_place() -> None:
    places = {"colour": Location("credentials.yml", 2, 11, 3)}
    wrong = ChannelCredentials(name="rest", options={"colour": "red"}, places=places)
    with pytest.raises(BotError) as refused:
        make_channels(Credentials(channels=(wrong,)), create_registry())
    assert str(refused.value) == "credentials.yml:2:11  channel 'rest' has no key 'colour' (known: none)"


def test_one_channel_can_be_picked_whether_the_file_names_it_or_not() -> None:
    for file in (Credentials(), credentials("nowhere")):
        assert [channel.name for channel in make_channels(file, create_registry(), only="rest")] == ["rest"]
