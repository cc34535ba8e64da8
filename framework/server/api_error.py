"""``ApiError``: a request that cannot be served, and why."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A request that cannot be served. ``reason`` is one word for programs, the message a sentence for people."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        details: dict[str, Any] | None = None,
        help_page: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.details = details or {}
        self.help_page = help_page


def bad_request(message: str, *, field: str | None = None) -> ApiError:
    """The error for a request that is not as the API wants it; ``field`` is the part that is at fault."""
    return ApiError(400, "BadRequest", message, details={"parameter": field} if field else None)


def conflict(message: str) -> ApiError:
    """The error for a request that does not fit the model that is loaded, or the lack of one."""
    return ApiError(409, "Conflict", message)
