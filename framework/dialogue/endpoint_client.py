"""Calls a service of ``endpoints.yml`` over HTTP: JSON there, JSON back."""

from __future__ import annotations

import base64
import ssl
import zlib
from typing import TYPE_CHECKING, Any

from framework.bot.endpoints import Endpoint

if TYPE_CHECKING:
    import aiohttp

DEFAULT_TIMEOUT_SECONDS = 300.0


class CallFailed(Exception):
    """The service could not be reached or did not answer with JSON. ``status`` is None where none came back."""

    def __init__(self, message: str, *, status: int | None = None, body: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class EndpointClient:
    """Posts to one endpoint through one pool of connections, opened at the first call."""

    def __init__(
        self, endpoint: Endpoint, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, compresses: bool = False
    ) -> None:
        self.url = endpoint.url or ""
        self._endpoint = endpoint
        self._timeout_seconds = timeout_seconds
        self._compresses = compresses
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes) -> Any:
        """Sends a JSON document and returns the decoded answer.

        Raises:
            CallFailed: no connection, no answer in time, a status other than 2xx, or an answer that is not JSON.
        """
        import aiohttp

        data = zlib.compress(body) if self._compresses else body
        try:
            async with self._open_session().post(self.url, data=data, params=self._params()) as response:
                if not response.ok:
                    text = await response.text()
                    raise CallFailed(
                        f"{self.url} answered with status {response.status}", status=response.status, body=text
                    )
                return await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise CallFailed(f"calling {self.url} failed: {type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            import aiohttp

            encoding = {"Content-Encoding": "deflate"} if self._compresses else {}
            own = {"Content-Type": "application/json", **encoding, **self._login()}
            self._session = aiohttp.ClientSession(
                headers={**own, **self._endpoint.headers},
                timeout=aiohttp.ClientTimeout(total=self._timeout_seconds),
                connector=aiohttp.TCPConnector(ssl=self._tls(), limit=0),
            )
        return self._session

    def _login(self) -> dict[str, str]:
        login = self._endpoint.basic_auth
        if login is None:
            return {}
        encoded = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
        return {"Authorization": f"Basic {encoded}"}

    def _tls(self) -> ssl.SSLContext | bool:
        return ssl.create_default_context(cafile=self._endpoint.cafile) if self._endpoint.cafile else True

    def _params(self) -> dict[str, str]:
        token = {self._endpoint.token_name: self._endpoint.token} if self._endpoint.token else {}
        return {**self._endpoint.params, **token}
