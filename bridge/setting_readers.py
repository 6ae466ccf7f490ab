"""What the text of a setting may mean. Each reader raises ValueError for text that is none of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

ShareNumber = Literal["callback", "always", "never"]
SHARING: Mapping[str, ShareNumber] = {"callback": "callback", "always": "always", "never": "never"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MOST = 1_000_000


def listed(text: str) -> tuple[str, ...]:
    """What stands between the commas, or on lines of its own; nothing at all only where nothing is written."""
    found = tuple(part.strip() for part in re.split(r"[,\n]", text) if part.strip())
    if text and not found:
        raise ValueError
    return found


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
    return _safe(text, _is_here)


def own_service(text: str) -> str:
    """The same; within one's own network (a sandbox in another container) it need not be encrypted."""
    return _safe(text, lambda host: _is_here(host) or _is_private(host))


def _safe(text: str, may_be_read_on_the_way: Callable[[str], bool]) -> str:
    parts = urlsplit(text)
    host = parts.hostname or ""
    is_plain = host and re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?", text)
    if text and (not is_plain or (parts.scheme == "http" and not may_be_read_on_the_way(host)) or parts.port == 0):
        raise ValueError
    return text.rstrip("/")


def _is_here(host: str) -> bool:
    return host == "localhost" or bool(re.fullmatch(r"127(\.\d{1,3}){3}|::1", host))


def _is_private(host: str) -> bool:
    """By its address, or by a name that only one network knows."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


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
