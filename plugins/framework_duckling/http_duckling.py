"""A Duckling server, asked over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import msgspec

if TYPE_CHECKING:
    from framework_duckling.question import Match, Question


class HTTPDuckling:
    """Asks the server at ``url``, which is ``http://`` or ``https://``."""

    def __init__(self, url: str) -> None:
        self._endpoint = url.rstrip("/") + "/parse"

    def parse(self, question: Question, timeout: float) -> list[Match]:
        """What the server finds.

        Raises:
            OSError: the server did not answer in time, or not as Duckling does.
        """
        request = Request(self._endpoint, data=urlencode(_form(question)).encode())  # noqa: S310 - checked by the config
        with urlopen(request, timeout=timeout) as response:  # noqa: S310
            body = response.read()
        try:
            return msgspec.json.decode(body, type=list[dict[str, Any]])
        except msgspec.DecodeError as error:
            raise ConnectionError(f"the answer is not Duckling's: {error}") from error


def _form(question: Question) -> dict[str, str]:
    settings = question.settings
    form = {"text": question.text, "locale": settings.locale, "reftime": str(question.reference * 1000)}
    if settings.timezone is not None:
        form["tz"] = settings.timezone
    if settings.dimensions:
        form["dims"] = json.dumps(settings.dimensions)
    return form
