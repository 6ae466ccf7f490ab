"""`python -m bridge secret`: make a secret that is long and random enough, and print it alone on a line."""

from __future__ import annotations

import argparse
import secrets
from base64 import b64encode

from cryptography.fernet import Fernet


def configure(parser: argparse.ArgumentParser) -> None:
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--token", action="store_true", help="for <GATEWAY>_TOKEN and METRICS_TOKEN")
    kind.add_argument("--data-key", action="store_true", help="for DATA_KEYS")


def run(arguments: argparse.Namespace) -> int:
    if arguments.token:
        print(token())
    elif arguments.data_key:
        print(data_key())
    else:
        print(signing_secret())
    return 0


def signing_secret() -> str:
    """For TELERIVET_USSD_SECRET: 32 random bytes (Standard Webhooks 1.0 asks for 24 to 64)."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode("ascii")


def token() -> str:
    """For a URL: 256 random bits, none of them a character that a URL would change."""
    return secrets.token_urlsafe(32)


def data_key() -> str:
    """For DATA_KEYS: a Fernet key."""
    return Fernet.generate_key().decode("ascii")
