"""Answers every failure as JSON that says what, why and what to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec
from sanic import HTTPResponse, Sanic
from sanic.exceptions import SanicException
from sanic.response import raw

from framework import __version__
from framework.errors import FrameworkError
from framework.nlu.worker import MessageTooLong
from framework.server.api_error import ApiError, bad_request, conflict
from framework.storage.ports import VersionConflict

if TYPE_CHECKING:
    from sanic import Request

logger = logging.getLogger(__name__)


def error_response(error: ApiError) -> HTTPResponse:
    """The error in the form of the HTTP API."""
    body = {
        "version": __version__,
        "status": "failure",
        "message": str(error),
        "reason": error.reason,
        "details": error.details,
        "help": error.help_page,
        "code": error.status,
    }
    return raw(msgspec.json.encode(body), status=error.status, content_type="application/json")


def add_error_handlers(app: Sanic[Any, Any]) -> None:
    """Makes the app answer every failure as JSON."""
    app.exception(Exception)(_answer_failure)


def _answer_failure(request: Request, error: Exception) -> HTTPResponse:
    failure = error if isinstance(error, ApiError) else _as_api_error(request, error)
    response = error_response(failure)
    if failure.status == _NOT_AUTHENTICATED:
        response.headers["www-authenticate"] = "Bearer"
    return response


def _as_api_error(request: Request, error: Exception) -> ApiError:
    if isinstance(error, msgspec.DecodeError):
        return bad_request(f"the body is not the JSON that is expected: {error}")
    if isinstance(error, VersionConflict):
        return conflict(f"other requests kept changing the conversation: {error}")
    if isinstance(error, MessageTooLong):
        return ApiError(413, "MessageTooLong", str(error))
    if isinstance(error, SanicException):
        return ApiError(error.status_code, _REASONS.get(error.status_code, type(error).__name__), str(error))
    logger.error("request.failed id=%s path=%s", request.id, request.path, exc_info=error)
    if isinstance(error, FrameworkError):
        return ApiError(500, type(error).__name__, "the server cannot do this now; its log says why")
    return ApiError(500, "ServerError", "an unexpected error occurred; the server's log says which")


_NOT_AUTHENTICATED = 401
_REASONS = {
    400: "BadRequest",
    404: "NotFound",
    405: "MethodNotAllowed",
    408: "RequestTimeout",
    413: "PayloadTooLarge",
    503: "ServiceUnavailable",
}
