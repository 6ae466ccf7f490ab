"""What encryption and keyed hashes add to one request that is kept."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from statistics import median

from cryptography.fernet import Fernet

from bench.figures import Bench, Figure
from bridge.store.seal import Seal, fernet

KEPT = b'{"key":"SM0123","caller":"+221770000001","answers":{"location":"dakar","callback":"yes"}}' * 4  # 360 bytes
HASHES = 4  # key, body, session, number
CALLS = 2_000


def sealing(bench: Bench) -> list[Figure]:
    """Medians over the rounds, each of them over many calls."""
    seal = Seal(fernet([Fernet.generate_key().decode()]), secrets.token_bytes(32))
    token = seal.seal(KEPT)
    told: tuple[tuple[str, Callable[[], object]], ...] = (
        ("encrypting one request", lambda: seal.seal(KEPT)),
        ("decrypting one request", lambda: seal.open(token)),
        ("the keyed hashes of one request", lambda: [seal.index("caller", "+221770000001") for _ in range(HASHES)]),
    )
    figures = [
        Figure(name=name, value=median(_micros(work) for _ in range(bench.rounds)), unit="µs") for name, work in told
    ]
    return [*figures, Figure(name="what is kept of one request", value=len(token), unit="bytes", beside=len(KEPT))]


def _micros(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - begun) / CALLS * 1e6
