"""The HTTP API: what is asked, what is answered, and what is refused."""

from __future__ import annotations

import pytest
import yaml

from framework import __version__

WEBHOOK = "/webhooks/rest/webhook"


async def say(client, text: str, sender: str = "s1"):
    return (await client.post(WEBHOOK, json={"sender": sender, "message": text})).json()


def short(events):
    return [(event["event"], event.get("name") or event.get("text")) for event in events]


SESSION = [("action", "action_session_start"), ("session_started", None), ("action", "action_listen")]
GREETING = [("user", "hello"), ("action", "utter_greet"), ("bot", "Hey! How are you?"), ("action", "action_listen")]


def heard(events):
    return [entry for entry in short(events) if entry[0] != "user_featurization"]


async def test_the_server_says_hello_and_its_version(client):
    assert (await client.get("/")).text == f"Hello from framework: {__version__}"
    assert (await client.get("/version")).json() == {
        "version": __version__,
        "minimum_compatible_version": __version__,
    }


async def test_status_names_the_model(client):
    assert (await client.get("/status")).json() == {
        "model_file": "little.tar.gz",
        "model_id": "m1",
        "num_active_training_jobs": 0,
    }


async def test_parse_answers_what_nlu_understood(client):
    parsed = (await client.post("/model/parse", json={"text": "hello"})).json()
    assert parsed["text"] == "hello"
    assert parsed["intent"] == {"name": "greet", "confidence": 1.0}
    assert parsed["entities"] == []
    assert parsed["text_tokens"] == [[0, 5]]


async def test_parse_reads_the_short_form(client):
    parsed = (await client.post("/model/parse", json={"text": '/order{"size": "XL"}'})).json()
    assert parsed["intent"]["name"] == "order"
    assert parsed["entities"] == [{"entity": "size", "value": "XL", "start": 6, "end": 20}]


@pytest.mark.parametrize("body", [b"{not json", b"{}", b'{"text": 5}', b"[1]"])
async def test_parse_refuses_what_is_no_message(client, body):
    response = await client.post("/model/parse", content=body)
    assert (response.status_code, response.json()["reason"]) == (400, "BadRequest")


async def test_a_tracker_has_the_whole_conversation(client):
    await say(client, "hello")
    tracker = (await client.get("/conversations/s1/tracker")).json()
    assert list(tracker) == [
        "sender_id",
        "slots",
        "latest_message",
        "latest_event_time",
        "followup_action",
        "paused",
        "events",
        "latest_input_channel",
        "active_loop",
        "latest_action",
        "latest_action_name",
    ]
    assert heard(tracker["events"]) == SESSION + GREETING
    assert tracker["latest_action"] == {"action_name": "action_listen"}
    assert all(event["metadata"]["model_id"] == "m1" for event in tracker["events"])


async def test_ids_may_have_slashes_blanks_and_any_script(client):
    for sender in ("team/room/7", "a b", "谢谢", "100%"):
        await say(client, "hello", sender)
        tracker = (await client.get(f"/conversations/{sender.replace('%', '%25')}/tracker")).json()
        assert (tracker["sender_id"], len(heard(tracker["events"]))) == (sender, 7)


async def test_which_events_are_shown_can_be_chosen(client):
    await say(client, "hello")
    none = (await client.get("/conversations/s1/tracker?include_events=NONE")).json()
    assert none["events"] is None
    wrong = await client.get("/conversations/s1/tracker?include_events=SOME")
    assert wrong.status_code == 400
    assert wrong.json()["message"] == "unknown include_events 'SOME' (known: AFTER_RESTART, ALL, APPLIED, NONE)"


async def test_a_tracker_can_be_seen_as_it_was(client):
    await say(client, "hello")
    events = (await client.get("/conversations/s1/tracker")).json()["events"]
    until = next(event["timestamp"] for event in events if event["event"] == "user")
    earlier = (await client.get(f"/conversations/s1/tracker?until={until}")).json()
    assert heard(earlier["events"]) == [*SESSION, ("user", "hello")]
    assert (await client.get("/conversations/s1/tracker?until=soon")).status_code == 400


async def test_events_can_be_appended_one_or_many(client):
    one = await client.post("/conversations/s1/tracker/events", json={"event": "slot", "name": "size", "value": "S"})
    assert one.json()["slots"]["size"] == "S"
    many = await client.post(
        "/conversations/s1/tracker/events",
        json=[{"event": "slot", "name": "size", "value": "L", "timestamp": None}, {"event": "pause"}],
    )
    assert (many.json()["slots"]["size"], many.json()["paused"]) == ("L", True)
    assert await say(client, "hello") == []


async def test_what_is_no_event_is_refused_with_its_place(client):
    body = [{"event": "pause"}, {"event": "explosion"}]
    response = await client.post("/conversations/s1/tracker/events", json=body)
    assert response.status_code == 400
    assert response.json()["message"].startswith("event 1 of the body is not one: Invalid value 'explosion'")
    assert (await client.post("/conversations/s1/tracker/events", json="pause")).status_code == 400


async def test_events_can_be_replaced(client):
    await say(client, "hello")
    body = [{"event": "action", "name": "action_listen"}, {"event": "slot", "name": "size", "value": "M"}]
    replaced = await client.put("/conversations/s1/tracker/events", json=body)
    assert short(replaced.json()["events"]) == [("action", "action_listen"), ("slot", "size")]
    again = await client.get("/conversations/s1/tracker")
    assert (short(again.json()["events"]), again.json()["slots"]["size"]) == (
        [("action", "action_listen"), ("slot", "size")],
        "M",
    )
    assert [message["text"] for message in await say(client, "hello")] == ["Hey! How are you?"]


async def test_a_conversation_reads_as_a_story(client):
    await say(client, "hello")
    await say(client, '/order{"size": "XL"}')
    story = await client.get("/conversations/s1/story")
    assert story.headers["content-type"] == "text/plain; charset=utf-8"
    assert story.text == (
        'version: "3.1"\n'
        "stories:\n"
        "- story: s1\n"
        "  steps:\n"
        "  - intent: greet\n"
        "    user: |-\n"
        "      hello\n"
        "  - action: utter_greet\n"
        "  - intent: order\n"
        "    user: |-\n"
        '      /order{"size": "XL"}\n'
        "  - slot_was_set:\n"
        '    - size: "XL"\n'
        "  - action: utter_custom\n"
    )
    assert yaml.safe_load(story.text)["stories"][0]["steps"][3] == {"slot_was_set": [{"size": "XL"}]}


async def test_an_intent_can_be_triggered_from_outside(client):
    await say(client, "hello")
    response = await client.post("/conversations/s1/trigger_intent", json={"name": "goodbye"})
    body = response.json()
    assert [message.get("text") for message in body["messages"]] == ["Bye", None]
    assert body["tracker"]["latest_message"]["text"] == "EXTERNAL: goodbye"
    assert body["tracker"]["latest_message"]["metadata"] == {"is_external": True}
    unknown = await client.post("/conversations/s1/trigger_intent", json={"name": "goodby"})
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "NotFound")
    assert unknown.json()["message"] == "the domain has no intent 'goodby', did you mean 'goodbye'?"
    assert (await client.post("/conversations/s1/trigger_intent", json={"entities": {}})).status_code == 400


async def test_an_intent_from_outside_reads_in_a_story_as_nobodys_words(client):
    entities = [{"entity": "size", "value": "XL", "role": "coat"}]
    await client.post("/conversations/s1/trigger_intent", json={"name": "order", "entities": entities})
    await client.post("/conversations/s1/trigger_intent", json={"name": "goodbye"})
    story = await client.get("/conversations/s1/story")
    assert story.text == (
        'version: "3.1"\n'
        "stories:\n"
        "- story: s1\n"
        "  steps:\n"
        "  - intent: order\n"
        "    entities:\n"
        '    - {size: "XL", role: coat}\n'
        "  - action: utter_custom\n"
        "  - intent: goodbye\n"
        "  - action: utter_bye\n"
    )


async def test_an_action_can_be_run(client):
    body = (await client.post("/conversations/s1/execute", json={"name": "utter_greet"})).json()
    assert body["messages"] == [{"recipient_id": "s1", "text": "Hey! How are you?"}]
    assert body["tracker"]["latest_action_name"] == "utter_greet"
    assert (await client.post("/conversations/s1/execute", json={"name": "utter_nothing"})).status_code == 400


async def test_a_message_can_be_noted_without_an_answer(client):
    body = {"text": "hello", "sender": "user"}
    tracker = (await client.post("/conversations/s2/messages", json=body)).json()
    assert heard(tracker["events"]) == [*SESSION, ("user", "hello")]
    assert tracker["latest_message"]["intent"]["name"] == "greet"
    assert tracker["latest_input_channel"] is None
    predicted = (await client.post("/conversations/s2/predict")).json()
    assert predicted["scores"][0] == {"action": "utter_greet", "score": 1.0}
    assert predicted["policy"] == "RulePolicy"
    assert predicted["confidence"] == 1.0
    assert heard(predicted["tracker"]["events"]) == [*SESSION, ("user", "hello")]


async def test_only_the_user_can_be_quoted(client):
    response = await client.post("/conversations/s2/messages", json={"text": "hello", "sender": "bot"})
    assert response.status_code == 400


async def test_the_next_action_of_posted_events_is_predicted_and_nothing_is_stored(client):
    events = [
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "so sad", "parse_data": {"intent": {"name": "sad", "confidence": 1.0}}},
    ]
    predicted = (await client.post("/model/predict", json=events)).json()
    assert predicted["scores"][0]["action"] == "utter_cheer_up"
    assert predicted["tracker"]["sender_id"] == "default"


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, */*;q=0.8"])
async def test_the_domain_is_json(client, accept):
    domain = (await client.get("/domain", headers={"accept": accept})).json()
    assert domain["responses"]["utter_greet"] == [{"text": "Hey! How are you?"}]


async def test_the_domain_is_yaml_if_so_wanted(client):
    response = await client.get("/domain", headers={"accept": "application/yaml"})
    assert yaml.safe_load(response.text)["entities"] == ["size"]
    assert (await client.get("/domain", headers={"accept": "image/png"})).status_code == 406


async def test_what_is_not_there_is_a_json_404(client):
    response = await client.get("/nope")
    assert response.status_code == 404
    assert response.json() == {
        "version": __version__,
        "status": "failure",
        "message": "Requested URL /nope not found",
        "reason": "NotFound",
        "details": {},
        "help": None,
        "code": 404,
    }
    assert (await client.get("/model/parse")).json()["reason"] == "MethodNotAllowed"


async def test_responses_carry_the_id_of_their_request(client):
    assert (await client.get("/", headers={"x-request-id": "abc"})).headers["x-request-id"] == "abc"
    assert (await client.get("/nope")).headers["x-request-id"]
