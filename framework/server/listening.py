"""Binds the address and serves until told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framework.errors import EnvironmentProblem, Problem
from framework.server.options import ServerOptions

if TYPE_CHECKING:
    from sanic import Sanic

    from framework.dialogue.assistant import Assistant
    from framework.server.service import BotService

BACKLOG = 1024
DRAIN_SECONDS = 30.0
_DRAIN_STEP_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class TLSFiles:
    """What a server needs to speak HTTPS itself."""

    certificate: Path
    key: Path | None = None
    password: str | None = None
    ca_file: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Reads the files.

        Raises:
            EnvironmentProblem: one of them cannot be used.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.certificate, self.key, self.password or "")
            if self.ca_file is not None:
                context.load_verify_locations(self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise EnvironmentProblem(
                Problem(
                    code="cannot-listen",
                    what=f"the TLS files cannot be used: {error}",
                    fix="check --ssl-certificate, --ssl-keyfile, --ssl-password and --ssl-ca-file",
                )
            ) from error
        return context


def bind(options: ServerOptions) -> socket.socket:
    """Takes the address to listen on.

    Raises:
        UsageError: the options contradict each other.
        EnvironmentProblem: the address is taken, or not one of this machine.
    """
    host = options.listens_on()
    try:
        family = socket.getaddrinfo(host, options.port, type=socket.SOCK_STREAM)[0][0]
        bound = socket.create_server((host, options.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise EnvironmentProblem(
            Problem(
                code="cannot-listen",
                what=f"cannot listen on {host}:{options.port}: {error.strerror or error}",
                fix="stop the program that uses the port, or choose another one with --port",
            )
        ) from error
    bound.setblocking(False)
    return bound


def serve(
    app: Sanic[Any, Any],
    service: BotService,
    assistant: Assistant | None,
    listener: socket.socket,
    *,
    tls: ssl.SSLContext | None = None,
    when_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serves in this process until it is interrupted or terminated, then ends the turns under way.

    Raises:
        FrameworkError: a store cannot be opened, or the bot's own actions cannot run.
    """
    # Sanic rewrites itself for the one app that it is to serve; a second app in the process could not start then.
    app.config.TOUCHUP = True
    with asyncio.Runner(loop_factory=_new_event_loop) as runner:
        runner.run(_serve(app, service, assistant, listener, tls, when_ready))


async def _serve(
    app: Sanic[Any, Any],
    service: BotService,
    assistant: Assistant | None,
    listener: socket.socket,
    tls: ssl.SSLContext | None,
    when_ready: Callable[[], None],
) -> None:
    # Sanic's own loop forgets a signal that comes while it starts.
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    try:
        await service.open(assistant)
        server: Any = await app.create_server(  # Any: Sanic leaves its server without types
            sock=listener, ssl=tls, backlog=BACKLOG, return_asyncio_server=True, access_log=False
        )
        await server.startup()
        await server.start_serving()
        _settle_garbage_collection()
        await server.after_start()
        when_ready()
        await told_to_stop.wait()
        await server.before_stop()
        await _drain(server)
        await server.after_stop()
    finally:
        await service.close()


async def _drain(server: Any) -> None:
    """Takes no more connections, and closes those there are as soon as their request has been answered."""
    server.close()
    deadline = time.monotonic() + DRAIN_SECONDS
    while server.connections and time.monotonic() < deadline:
        for connection in list(server.connections):
            connection.close_if_idle()
        await asyncio.sleep(_DRAIN_STEP_SECONDS)
    for connection in list(server.connections):
        connection.abort()


def _settle_garbage_collection() -> None:
    """What is loaded by now stays, and turns leave few cycles behind: the collector need not look so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _new_event_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
