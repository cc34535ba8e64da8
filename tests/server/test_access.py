"""Who gets in, from where, and how much they may bring."""

from __future__ import annotations

import jwt
import pytest

from framework.errors import UsageError
from framework.server.auth import Authenticator
from framework.server.options import Authentication, ServerOptions
from tests.server.serving import serving

KEY = "a-key-that-is-long-enough-for-every-method-there-is-of-this-kind!"


def bearer(payload, key: str = KEY) -> dict[str, str]:
    return {"authorization": f"Bearer {jwt.encode(payload, key, algorithm='HS256')}"}


def user(role: str, name: str = "s1") -> dict[str, str]:
    return bearer({"user": {"username": name, "role": role}})


async def test_the_api_is_not_there_unless_enabled(assistant, tmp_path):
    async with serving(assistant, tmp_path, ServerOptions()) as client:
        for path in ("/status", "/domain", "/conversations/s1/tracker"):
            assert (await client.get(path)).status_code == 404
        assert (await client.post("/webhooks/rest/webhook", json={"message": "hello"})).status_code == 200


@pytest.mark.parametrize("interface", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_an_api_that_asks_nobody_is_refused_where_others_can_reach_it(interface):
    with pytest.raises(UsageError) as refused:
        ServerOptions(interface=interface, enable_api=True).listens_on()
    assert str(refused.value) == (
        f"--enable-api on {interface} lets anyone read and change every conversation"
        " (set --auth-token or --jwt-secret, or listen with '-i 127.0.0.1')"
    )


def test_an_empty_token_is_no_token():
    for nothing in (Authentication(token=""), Authentication(jwt_key="")):
        assert ServerOptions(enable_api=True, authentication=nothing).listens_on() == "127.0.0.1"
        with pytest.raises(UsageError):
            ServerOptions(enable_api=True, authentication=nothing, interface="0.0.0.0").listens_on()


@pytest.mark.parametrize(
    ("options", "address"),
    [
        (ServerOptions(), "0.0.0.0"),
        (ServerOptions(enable_api=True), "127.0.0.1"),
        (ServerOptions(enable_api=True, authentication=Authentication(token="t")), "0.0.0.0"),
        (ServerOptions(enable_api=True, interface="localhost"), "localhost"),
        (ServerOptions(interface="0.0.0.0"), "0.0.0.0"),
    ],
    ids=["plain", "open API", "API with token", "named", "no API"],
)
def test_the_address_follows_from_who_may_call(options, address):
    assert options.listens_on() == address


async def test_the_token_opens_the_api_and_nothing_else_does(assistant, tmp_path):
    options = ServerOptions(enable_api=True, authentication=Authentication(token="sésame"))
    async with serving(assistant, tmp_path, options) as client:
        assert (await client.get("/status?token=sésame")).status_code == 200
        for path in ("/status", "/status?token=", "/status?token=wrong", "/conversations/a/tracker"):
            response = await client.get(path)
            assert (response.status_code, response.json()["reason"]) == (401, "NotAuthenticated")
        assert (await client.get("/")).status_code == (await client.get("/version")).status_code == 200


async def test_web_tokens_let_users_into_their_own_conversation_and_admins_everywhere(assistant, tmp_path):
    options = ServerOptions(enable_api=True, authentication=Authentication(jwt_key=KEY))
    async with serving(assistant, tmp_path, options) as client:

        async def status(path: str, headers=None) -> int:
            return (await client.get(path, headers=headers)).status_code

        assert await status("/status") == 401
        assert await status("/status", user("admin")) == 200
        assert await status("/conversations/other/tracker", user("admin")) == 200
        assert await status("/conversations/s1/tracker", user("user")) == 200
        assert await status("/conversations/other/tracker", user("user")) == 403
        assert await status("/status", user("user")) == 403
        assert await status("/status", user("guest")) == 403
        assert await status("/status", bearer({})) == 403
        assert await status("/status", bearer({"user": {"role": "admin"}}, KEY[::-1])) == 401
        assert await status("/status", bearer({"user": {"role": "admin"}, "exp": 1})) == 401
        assert await status("/status", {"authorization": "Bearer rubbish"}) == 401


async def test_a_web_token_without_a_signature_is_refused(assistant, tmp_path):
    options = ServerOptions(enable_api=True, authentication=Authentication(jwt_key=KEY))
    unsigned = jwt.encode({"user": {"role": "admin"}}, None, algorithm="none")
    async with serving(assistant, tmp_path, options) as client:
        response = await client.get("/status", headers={"authorization": f"Bearer {unsigned}"})
        assert response.status_code == 401


def test_an_unknown_method_of_signing_is_refused_with_the_nearest_known():
    with pytest.raises(UsageError, match="did you mean 'HS256'"):
        Authenticator(Authentication(jwt_key=KEY, jwt_method="hs256"))


async def test_a_body_over_the_limit_is_refused(assistant, tmp_path):
    async with serving(assistant, tmp_path, ServerOptions(enable_api=True, max_body_bytes=1000)) as client:
        response = await client.post("/model/parse", json={"text": "x" * 2000})
        assert (response.status_code, response.json()["reason"]) == (413, "PayloadTooLarge")


async def test_listed_origins_may_call_from_a_browser_and_others_may_not(assistant, tmp_path):
    options = ServerOptions(cors_origins=("https://shop.example", "https://*.example.org"))
    async with serving(assistant, tmp_path, options) as client:
        for origin, allowed in (
            ("https://shop.example", True),
            ("https://www.example.org", True),
            ("https://evil.example", False),
        ):
            response = await client.post(
                "/webhooks/rest/webhook", json={"message": "hello"}, headers={"origin": origin}
            )
            assert response.headers.get("access-control-allow-origin") == (origin if allowed else None)
        preflight = await client.options(
            "/webhooks/rest/webhook",
            headers={
                "origin": "https://shop.example",
                "access-control-request-method": "POST",
                "access-control-request-headers": "content-type",
            },
        )
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-headers"] == "content-type"


async def test_any_origin_may_call_if_so_said(assistant, tmp_path):
    async with serving(assistant, tmp_path, ServerOptions(cors_origins=("*",))) as client:
        response = await client.get("/", headers={"origin": "https://anywhere.example"})
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
