"""``framework run actions``: serves the bot's own actions with rasa-sdk."""

from __future__ import annotations

import argparse
from typing import Any

SUMMARY = "serve the bot's own actions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags."""
    parser.add_argument("-p", "--port", type=int, default=5055, help="the port to listen on (5055)")
    parser.add_argument("--actions", default="actions", metavar="MODULE", help="the module that has them (actions)")
    parser.add_argument("--cors", nargs="*", metavar="ORIGIN", help="origins of web pages that may call")
    parser.add_argument("--ssl-certificate", metavar="FILE", help="speak HTTPS with this certificate")
    parser.add_argument("--ssl-keyfile", metavar="FILE", help="the certificate's key")
    parser.add_argument("--ssl-password", metavar="TEXT", help="the password of the key")
    parser.add_argument("--auto-reload", action="store_true", help="load the module again when its files change")


def run(args: argparse.Namespace) -> int:
    """Serves until interrupted."""
    sdk = _import_sdk()
    sdk.main_from_args(sdk.create_argument_parser().parse_args(_sdk_arguments(args)))
    return 0


def _import_sdk() -> Any:
    try:
        import rasa_sdk.__main__ as sdk
    except ImportError as error:
        from framework.errors import EnvironmentProblem, Problem

        raise EnvironmentProblem(
            Problem(
                code="missing-extra",
                what=f"serving actions needs {error.name!r}, which is not installed",
                fix="pip install 'framework-dialogue[actions]'",
            )
        ) from error
    return sdk


def _sdk_arguments(args: argparse.Namespace) -> list[str]:
    """The flags as rasa-sdk's own command line has them."""
    valued = {
        "--port": args.port,
        "--actions": args.actions,
        "--ssl-certificate": args.ssl_certificate,
        "--ssl-keyfile": args.ssl_keyfile,
        "--ssl-password": args.ssl_password,
    }
    arguments = [f"{flag}={value}" for flag, value in valued.items() if value is not None]
    arguments += ["--auto-reload"] if args.auto_reload else []
    arguments += ["-vv"] if args.debug else ["-v"] if args.verbose else []
    return arguments + (["--cors", *args.cors] if args.cors is not None else [])
