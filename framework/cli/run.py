"""``framework run``: serves the bot over HTTP and its channels."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framework.dialogue.assistant import Assistant
    from framework.registry import Registry
    from framework.server.listening import TLSFiles
    from framework.server.options import ServerOptions

SUMMARY = "serve the bot over HTTP and its channels"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags."""
    parser.add_argument(
        "-m", "--model", type=Path, default=Path("models"), help="a model, or a folder to take the latest of (models)"
    )
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"), help="the services' file")
    parser.add_argument("--credentials", type=Path, default=Path("credentials.yml"), help="the channels' file")
    parser.add_argument("--connector", metavar="NAME", help="serve this channel only")
    _add_listening_flags(parser.add_argument_group("listening"))
    _add_api_flags(parser.add_argument_group("HTTP API"))
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="write the log to this file as well")


def _add_listening_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-i",
        "--interface",
        help="the address to listen on (all of this machine; 127.0.0.1 with --enable-api and no authentication)",
    )
    group.add_argument("-p", "--port", type=int, default=5005, help="the port to listen on (5005)")
    group.add_argument("--cors", nargs="*", default=[], metavar="ORIGIN", help="origins of web pages that may call")
    group.add_argument("--ssl-certificate", type=Path, metavar="FILE", help="speak HTTPS with this certificate")
    group.add_argument("--ssl-keyfile", type=Path, metavar="FILE", help="the certificate's key")
    group.add_argument("--ssl-ca-file", type=Path, metavar="FILE", help="authorities to trust")
    group.add_argument("--ssl-password", metavar="TEXT", help="the password of the key")
    group.add_argument("--request-timeout", type=float, default=300, metavar="SECONDS", help="to read a request (300)")
    group.add_argument("--response-timeout", type=float, default=3600, metavar="SECONDS", help="to answer it (3600)")


def _add_api_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--enable-api", action="store_true", help="serve the HTTP API beside the channels")
    group.add_argument("-t", "--auth-token", metavar="TEXT", help="let in requests with ?token=TEXT")
    group.add_argument("--jwt-secret", metavar="TEXT", help="the key of JSON web tokens (the public one of a pair)")
    group.add_argument("--jwt-method", default="HS256", metavar="NAME", help="how web tokens are signed (HS256)")
    group.add_argument("--jwt-private-key", metavar="TEXT", help="accepted for compatibility; no token is issued here")


def run(args: argparse.Namespace) -> int:
    """Serves until interrupted."""
    if args.log_file is not None:
        _log_to(args.log_file)
    from framework.bot.bot import BotPaths
    from framework.bot.reader import read_services
    from framework.registry import create_registry
    from framework.server.app import create_app
    from framework.server.channels import make_channels
    from framework.server.listening import bind, serve
    from framework.server.service import BotService

    options = _options(args)
    services = read_services(BotPaths(endpoints=args.endpoints, credentials=args.credentials))
    registry = create_registry()
    service = BotService(registry, services.endpoints, max_message_characters=options.max_message_characters)
    channels = make_channels(services.credentials, registry, only=args.connector)
    app = create_app(service, channels, options)
    tls = _tls_files(args)
    listener = bind(options)
    assistant = _load(args.model, registry, options)
    announcement = _announcement(options, assistant, [channel.name for channel in channels], secure=tls is not None)
    serve(
        app,
        service,
        assistant,
        listener,
        tls=tls.context() if tls else None,
        when_ready=lambda: print(announcement, flush=True),
    )
    return 0


def _options(args: argparse.Namespace) -> ServerOptions:
    from framework.server.options import Authentication, ServerOptions

    return ServerOptions(
        interface=args.interface,
        port=args.port,
        enable_api=args.enable_api,
        authentication=Authentication(args.auth_token, args.jwt_secret, args.jwt_method),
        cors_origins=tuple(args.cors),
        request_timeout_seconds=args.request_timeout,
        response_timeout_seconds=args.response_timeout,
    )


def _tls_files(args: argparse.Namespace) -> TLSFiles | None:
    from framework.server.listening import TLSFiles

    if args.ssl_certificate is None:
        return None
    return TLSFiles(args.ssl_certificate, args.ssl_keyfile, args.ssl_password, args.ssl_ca_file)


def _load(models: Path, registry: Registry, options: ServerOptions) -> Assistant | None:
    """The model to begin with; none only if the HTTP API can bring one later."""
    from framework.errors import EnvironmentProblem
    from framework.model.loading import latest_model, load_assistant

    try:
        path = latest_model(models)
    except EnvironmentProblem:
        if options.enable_api:
            return None
        raise
    return load_assistant(path, registry)


def _announcement(options: ServerOptions, assistant: Assistant | None, channels: list[str], *, secure: bool) -> str:
    address = f"{'https' if secure else 'http'}://{options.listens_on()}:{options.port}"
    model = (assistant.model_file if assistant else None) or "no model"
    api = "on" if options.enable_api else "off (--enable-api)"
    return f"{model} answers at {address}; channels: {', '.join(channels)}; HTTP API: {api}"


def _log_to(file: Path) -> None:
    import logging

    handler = logging.FileHandler(file, encoding="utf-8")
    root = logging.getLogger()
    for existing in root.handlers[:1]:
        handler.setFormatter(existing.formatter)
    root.addHandler(handler)
