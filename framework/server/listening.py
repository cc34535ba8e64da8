"""Binds the address and serves until told to stop."""

from __future__ import annotations

import gc
import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from framework.errors import EnvironmentProblem, FrameworkError, Problem
from framework.server.options import ServerOptions

if TYPE_CHECKING:
    from sanic import Sanic

    from framework.dialogue.assistant import Assistant
    from framework.server.service import BotService

BACKLOG = 1024


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


class _ReportedByTheCommand(logging.Filter):
    """Keeps Sanic from logging, with a traceback, a failure that the command tells its user in one line."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], FrameworkError))


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

    async def open_service(_: Any) -> None:
        await service.open(assistant)

    async def announce(_: Any) -> None:
        # What is loaded by now stays, and turns leave few cycles behind: the collector need not look so often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        when_ready()

    async def close_service(_: Any) -> None:
        await service.close()

    # Sanic rewrites itself for the one app that it is to serve; a second app in the process could not start then.
    app.config.TOUCHUP = True
    app.register_listener(open_service, "before_server_start")
    app.register_listener(announce, "after_server_start")
    app.register_listener(close_service, "after_server_stop")
    logging.getLogger("sanic.error").addFilter(_ReportedByTheCommand())
    app.run(sock=listener, ssl=tls, single_process=True, access_log=False, motd=False)
