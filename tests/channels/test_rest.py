"""The REST channel in the wire format that its clients know."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.conftest import SHARED

WEBHOOK = "/webhooks/rest/webhook"


async def say(client, text: str, sender: str = "s1", **more):
    return await client.post(WEBHOOK, json={"sender": sender, "message": text, **more})


async def test_a_message_is_answered_with_the_bots_messages(client):
    response = await say(client, "hello")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.content == b'[{"recipient_id":"s1","text":"Hey! How are you?"}]'


async def test_texts_split_at_blank_lines_and_images_and_buttons_come_as_clients_know_them(client):
    assert (await say(client, "so sad")).json() == [
        {"recipient_id": "s1", "text": "Here is something to cheer you up:"},
        {"recipient_id": "s1", "text": "Look!"},
        {"recipient_id": "s1", "image": "https://example.com/tiger.jpg"},
        {"recipient_id": "s1", "text": "Did that help you?", "buttons": [{"title": "yes", "payload": "/greet"}]},
    ]


async def test_custom_payloads_and_attachments_are_messages_of_their_own(client):
    assert (await say(client, "order")).json() == [{"recipient_id": "s1", "custom": {"map": "here"}}]
    assert (await say(client, "bye")).json() == [
        {"recipient_id": "s1", "text": "Bye"},
        {"recipient_id": "s1", "attachment": "receipt.pdf"},
    ]


async def test_streaming_sends_each_message_as_a_line(client):
    async with client.stream("POST", f"{WEBHOOK}?stream=true", json={"sender": "s1", "message": "so sad"}) as response:
        assert response.headers["content-type"] == "text/event-stream"
        lines = [json.loads(line) async for line in response.aiter_lines()]
    assert [line.get("text", line.get("image")) for line in lines] == [
        "Here is something to cheer you up:",
        "Look!",
        "https://example.com/tiger.jpg",
        "Did that help you?",
    ]


async def test_a_message_without_a_sender_belongs_to_the_default_one(client):
    response = await client.post(WEBHOOK, json={"message": "hello"})
    assert response.json()[0]["recipient_id"] == "default"


async def test_a_number_as_sender_is_its_text(client):
    response = await client.post(WEBHOOK, json={"sender": 42, "message": "hello"})
    assert response.json()[0]["recipient_id"] == "42"


async def test_metadata_and_input_channel_are_kept_with_the_message(client):
    await say(client, "  hello ", metadata={"page": "/home"}, input_channel="web")
    tracker = (await client.get("/conversations/s1/tracker")).json()
    message = next(event for event in tracker["events"] if event["event"] == "user")
    assert (message["text"], message["input_channel"]) == ("hello", "web")
    assert message["metadata"]["page"] == "/home"
    assert tracker["latest_input_channel"] == "web"


async def test_health(client):
    for path in ("/webhooks/rest", "/webhooks/rest/"):
        response = await client.get(path)
        assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"hello"',
        b"\xff\xfe",
        b'{"sender":"s1"}',
        b'{"message":null}',
        b'{"message":5}',
        b'{"message":"\\ud800"}',
        b'{"message":"hi","metadata":[]}',
        b'{"message":"hi","sender":{}}',
    ],
)
async def test_what_is_no_message_is_a_clear_4xx(client, body):
    response = await client.post(WEBHOOK, content=body)
    answer = response.json()
    assert response.status_code == answer["code"] == 400
    assert (answer["status"], answer["reason"]) == ("failure", "BadRequest")
    assert answer["message"].startswith("the body is not the JSON that is expected: ")


async def test_a_message_or_a_sender_that_is_too_long_is_a_clear_4xx(client):
    too_long = await say(client, "x" * 20_001)
    assert (too_long.status_code, too_long.json()["message"]) == (
        413,
        "the message has 20001 characters; the limit is 20000",
    )
    assert (await say(client, "hello", sender="x" * 1001)).status_code == 400


async def test_the_same_message_id_is_answered_once(client):
    first = await say(client, "hello", message_id="m1")
    again = await say(client, "hello", message_id="m1")
    assert (len(first.json()), again.json()) == (1, [])


async def test_many_clients_at_once_get_their_own_answers(client):
    answers = await asyncio.gather(*(say(client, "hello", sender=f"s{number}") for number in range(50)))
    assert [answer.json()[0]["recipient_id"] for answer in answers] == [f"s{number}" for number in range(50)]


async def test_messages_of_one_sender_sent_at_once_are_taken_one_after_the_other(client):
    await asyncio.gather(*(say(client, "hello") for _ in range(10)))
    events = (await client.get("/conversations/s1/tracker")).json()["events"]
    turn = [event["event"] for event in events if event["event"] in ("user", "bot")]
    assert turn == ["user", "bot"] * 10


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the folder 'shared' beside the project")
async def test_naughty_strings_get_an_answer_or_a_clear_4xx(client):
    strings = json.loads((SHARED / "rasa-test-data/test_tokenizers/naughty_strings.json").read_text(encoding="utf-8"))
    for number, text in enumerate(strings):
        response = await say(client, text, sender=f"naughty-{number}")
        assert response.status_code == 200 or 400 <= response.status_code < 500, (text, response.text)
