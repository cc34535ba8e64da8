"""Who may use the HTTP API: those with the token, and those with a JSON web token whose role allows it."""

from __future__ import annotations

import hmac
import importlib
from typing import TYPE_CHECKING, Any

from framework.errors import EnvironmentProblem, Problem, UsageError, one_of
from framework.server.api_error import ApiError
from framework.server.options import Authentication

if TYPE_CHECKING:
    from sanic import Request

JWT_METHODS = tuple(f"{family}{bits}" for family in ("HS", "RS", "ES", "PS") for bits in (256, 384, 512))


class Authenticator:
    """Checks requests against the token (``?token=``) and the JSON web token (``Authorization: Bearer``).

    The payload of a web token is ``{"user": {"username": …, "role": "admin" | "user"}}``. A *user* may touch only the
    conversation that has its name; an *admin* everything.
    """

    def __init__(self, authentication: Authentication) -> None:
        """Prepares to check.

        Raises:
            EnvironmentProblem: web tokens are wanted and PyJWT is not installed.
            UsageError: the method is unknown.
        """
        self._token = authentication.token.encode() if authentication.token else None
        self._key = authentication.jwt_key or None
        self._method = authentication.jwt_method
        self._jwt: Any = _import_jwt(self._method) if self._key is not None else None

    def check(self, request: Request, conversation_id: str | None) -> None:
        """Lets a request pass, or refuses it. ``conversation_id`` is the one the request is about.

        Raises:
            ApiError: 401 for someone unknown, 403 for someone who may not do this.
        """
        if self._token is None and self._jwt is None:
            return
        if self._token is not None and hmac.compare_digest(str(request.args.get("token", "")).encode(), self._token):
            return
        if self._jwt is not None and request.token is not None:
            self._check_role(self._user_of(request.token), conversation_id)
            return
        raise ApiError(401, "NotAuthenticated", "User is not authenticated.", help_page="how-to/run-a-server")

    def _user_of(self, web_token: str) -> dict[str, Any]:
        try:
            payload = self._jwt.decode(web_token, self._key, algorithms=[self._method])
        except self._jwt.InvalidTokenError as error:
            raise ApiError(401, "NotAuthenticated", f"The web token is not valid: {error}") from error
        user = payload.get("user")
        return user if isinstance(user, dict) else {}

    def _check_role(self, user: dict[str, Any], conversation_id: str | None) -> None:
        role = user.get("role")
        if role == "admin":
            return
        if role == "user" and conversation_id is not None and user.get("username") == conversation_id:
            return
        raise ApiError(403, "NotAuthorized", "User has insufficient permissions.", help_page="how-to/run-a-server")


def _import_jwt(method: str) -> Any:
    if method not in JWT_METHODS:
        raise UsageError(
            Problem(
                code="invalid-server-option",
                what=f"--jwt-method {method!r} is not supported",
                fix=one_of(method, JWT_METHODS),
            )
        )
    try:
        return importlib.import_module("jwt")
    except ImportError as error:
        raise EnvironmentProblem(
            Problem(
                code="missing-extra",
                what="JSON web tokens need PyJWT, which is not installed",
                fix="pip install 'framework-dialogue[jwt]'",
            )
        ) from error
