"""What the text of a setting may mean. Each reader raises ValueError for text that is none of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

ShareNumber = Literal["callback", "always", "never"]
SHARING: Mapping[str, ShareNumber] = {"callback": "callback", "always": "always", "never": "never"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MOST = 1_000_000


def listed(text: str) -> tuple[str, ...]:
    """What stands between the commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def file(text: str) -> Path | None:
    """A file, or none."""
    return Path(text) if text else None


def folders(text: str) -> tuple[Path, ...]:
    """Folders, separated by commas."""
    return tuple(map(Path, listed(text)))


def address(text: str) -> str:
    """An address of HTTP without a slash at its end."""
    if not re.fullmatch(r"https?://[^\s/]+[^\s]*", text):
        raise ValueError
    return text.rstrip("/")


def address_or_nothing(text: str) -> str:
    """The same, or nothing at all."""
    return address(text) if text else ""


def service(text: str) -> str:
    """An address that is safe to send secrets to: encrypted, or without a network in between. No user, no query."""
    parts = urlsplit(text)
    is_here = parts.hostname == "localhost" or re.fullmatch(r"127(\.\d{1,3}){3}|::1", parts.hostname or "")
    is_plain = re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?", text) and parts.hostname
    if text and (not is_plain or (parts.scheme == "http" and not is_here) or parts.port == 0):
        raise ValueError
    return text.rstrip("/")


def country(text: str) -> str | None:
    """Two letters (ISO 3166), or none."""
    if text and not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError
    return text.upper() or None


def sharing(text: str) -> ShareNumber:
    """When a number goes to Flex."""
    if text not in SHARING:
        raise ValueError
    return SHARING[text]


def level(text: str) -> str:
    """How much is logged."""
    if text.upper() not in LEVELS:
        raise ValueError
    return text.upper()


def at_least(least: int, most: int = MOST) -> Callable[[str], int]:
    """A whole number within bounds."""

    def count(text: str) -> int:
        if not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return count


def seconds(least: float, most: float = float(MOST)) -> Callable[[str], float]:
    """Seconds within bounds."""

    def count(text: str) -> float:
        if not least <= float(text) <= most:
            raise ValueError
        return float(text)

    return count
