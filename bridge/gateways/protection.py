"""Who may speak for a gateway: whoever knows its token and, where they are set, a password and an allowed address.

No provider of these signs its requests, so the path's token is the proof (docs/gateways.md). It is compared in constant
time, several are accepted while one is rotated, and no log line carries it.
"""

from __future__ import annotations

import binascii
import hashlib
import math
import re
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from bridge.errors import SetupError
from bridge.settings import Gateway as GatewaySettings

TOKEN_BITS = 128
FEWEST_DIFFERENT = 8  # characters in a token; a random one of 128 bits has fewer once in millions of years
SPEAKABLE = re.compile(r"[A-Za-z0-9._~-]+")  # RFC 3986, 2.3: what a path carries without escapes

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Guard:
    """What one gateway's requests must show. Tokens and passwords are kept as hashes only."""

    tokens: tuple[bytes, ...] = field(repr=False)
    basic: tuple[bytes, ...] = field(default=(), repr=False)
    networks: tuple[Network, ...] = ()

    def knows_token(self, token: str) -> bool:
        """Whether `token` is one of ours; takes as long whether or not it is."""
        return _among(token.encode("utf-8", "replace"), self.tokens)

    def knows_user(self, header: str) -> bool:
        """Whether the Authorization header is right, where one is asked for (RFC 7617)."""
        return not self.basic or _among(_credentials(header), self.basic)

    def admits(self, address: str) -> bool:
        """Whether requests may come from this address."""
        if not self.networks:
            return True
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None)
        return any((mapped or parsed) in network for network in self.networks)

    def described(self) -> str:
        """The protection in a few words, for people."""
        parts = [f"token ({len(self.tokens)})" if len(self.tokens) > 1 else "token"]
        parts += ["password"] if self.basic else []
        parts += [f"{len(self.networks)} networks"] if self.networks else []
        return ", ".join(parts)


def guard(name: str, settings: GatewaySettings) -> Guard:
    """The guard that the settings of gateway `name` ask for. Raises `SetupError` naming every setting that is weak."""
    prefix = name.upper()
    faults = [
        *(_weak_token(f"{prefix}_TOKEN", token) for token in settings.tokens),
        *(_weak_user(f"{prefix}_BASIC", user) for user in settings.basic),
        *(_no_network(f"{prefix}_ALLOW_IPS", text) for text in settings.allow_ips),
    ]
    if any(faults):
        raise SetupError("; ".join(fault for fault in faults if fault))
    return Guard(
        tuple(map(_hashed, settings.tokens)),
        tuple(map(_hashed, settings.basic)),
        tuple(ip_network(text, strict=False) for text in settings.allow_ips),
    )


def token_bits(token: str) -> float:
    """The most randomness that a token of these characters can hold, in bits."""
    classes = ((r"[0-9]+", 10), (r"[0-9a-f]+|[0-9A-F]+", 16), (r"[0-9a-z]+|[0-9A-Z]+", 36), (r"[0-9A-Za-z]+", 62))
    size = next((size for pattern, size in classes if re.fullmatch(pattern, token)), 64)
    return len(token) * math.log2(size) if SPEAKABLE.fullmatch(token) else 0.0


def source_of(peer: str, forwarded: str, trusted_proxies: int) -> str:
    """Who asked: the peer, or, behind `trusted_proxies` of ours, the address that the outermost of them saw.

    `forwarded` is X-Forwarded-For. What stands further left in it was said by the client and is not believed; a header
    shorter than our own row of proxies shows that the request came past them.
    """
    if trusted_proxies == 0:
        return peer
    row = [part.strip() for part in forwarded.split(",") if part.strip()]
    return row[-trusted_proxies] if len(row) >= trusted_proxies else peer


def neighbourhood(address: str) -> str:
    """What refused requests are counted by: an IPv4 address, or the /64 that one IPv6 client can choose from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    return str(parsed) if parsed.version == 4 else str(ip_network(f"{parsed}/64", strict=False))


def _among(given: bytes, hashes: Iterable[bytes]) -> bool:
    hashed = hashlib.sha256(given).digest()
    matches = [compare_digest(hashed, known) for known in hashes]  # all of them, so that the time tells nothing
    return any(matches)


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _credentials(header: str) -> bytes:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _weak_token(name: str, token: str) -> str | None:
    if token_bits(token) >= TOKEN_BITS and _is_varied(token):
        return None
    return (
        f"{name} is too weak: at least 22 random characters of A-Z, a-z, 0-9, - and _; "
        "`python -m bridge secret --token` makes one"
    )


def _is_varied(token: Sequence[str]) -> bool:
    return len(set(token)) >= FEWEST_DIFFERENT


def _weak_user(name: str, user: str) -> str | None:
    login, separator, password = user.partition(":")
    if login and separator and len(password) >= 16:
        return None
    return f"{name} must be user:password with a password of at least 16 characters"


def _no_network(name: str, text: str) -> str | None:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return f"{name} must list addresses or networks, like 192.0.2.7 or 192.0.2.0/24"
    return None
