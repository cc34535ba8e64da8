"""How a server is to listen, whom it lets in, and what it refuses."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from framework.errors import Problem, UsageError

ALL_INTERFACES = "0.0.0.0"  # noqa: S104 - what a server in a container has to listen on
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Authentication:
    """How requests to the HTTP API prove who sends them; with nothing set, nobody is asked. An empty text is nothing.

    ``jwt_key`` is the shared secret, or the public key for asymmetric methods.
    """

    token: str | None = None
    jwt_key: str | None = None
    jwt_method: str = "HS256"

    @property
    def is_set(self) -> bool:
        """Whether there is anything to prove."""
        return bool(self.token or self.jwt_key)


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What ``framework run`` can be told. ``interface`` of None leaves the choice to :meth:`listens_on`."""

    interface: str | None = None
    port: int = 5005
    enable_api: bool = False
    authentication: Authentication = Authentication()
    cors_origins: tuple[str, ...] = ()
    request_timeout_seconds: float = 300.0
    response_timeout_seconds: float = 3600.0
    max_body_bytes: int = 8 * 1024 * 1024
    max_message_characters: int = 20_000

    @property
    def is_open(self) -> bool:
        """Whether the HTTP API is on and asks nobody who they are."""
        return self.enable_api and not self.authentication.is_set

    def listens_on(self) -> str:
        """The address to bind: this machine only if the API is open, else every interface unless one is named.

        Raises:
            UsageError: the API is open, and the interface can be reached from elsewhere.
        """
        if self.interface is None:
            return LOOPBACK if self.is_open else ALL_INTERFACES
        if self.is_open and not is_loopback(self.interface):
            raise UsageError(
                Problem(
                    code="invalid-server-option",
                    what=f"--enable-api on {self.interface} lets anyone read and change every conversation",
                    fix="set --auth-token or --jwt-secret, or listen with '-i 127.0.0.1'",
                )
            )
        return self.interface


def is_loopback(interface: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if interface == "localhost":
        return True
    try:
        return ipaddress.ip_address(interface).is_loopback
    except ValueError:
        return False
