"""`python -m bridge gateways`: every gateway with the URL to paste, its limits, and how it is protected here."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from bridge.commands import environment
from bridge.gateways import GATEWAYS
from bridge.gateways.base import Gateway
from bridge.gateways.protection import guard
from bridge.settings import Settings

HEADINGS = ("name", "provider", "URL to paste", "screen", "waits", "protection")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--show-tokens",
        action="store_true",
        help="print the tokens in the URLs; they are secrets, so mind who looks on",
    )


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    rows = [row(gateway, settings, show_tokens=arguments.show_tokens) for gateway in GATEWAYS.values()]
    for line in table([HEADINGS, *rows]):
        print(line)
    return 0


def row(gateway: Gateway, settings: Settings, *, show_tokens: bool) -> tuple[str, ...]:
    """One line of the table. Raises `SetupError` where a token is too weak to serve with."""
    given = settings.gateways.get(gateway.name)
    if given is None:
        where, protection = f"not mounted: set {gateway.name.upper()}_TOKEN", "-"
    else:
        where = url(gateway, settings, given.tokens[0] if show_tokens else "…")
        protection = guard(gateway.name, given).described()
    waits = "not stated" if gateway.answer_seconds is None else f"{gateway.answer_seconds} s"
    return gateway.name, gateway.title, where, f"{gateway.septets}/{gateway.units}", waits, protection


def url(gateway: Gateway, settings: Settings, token: str) -> str:
    """What to paste at the provider."""
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base}/ussd/{gateway.name}/{token}"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in rows]
