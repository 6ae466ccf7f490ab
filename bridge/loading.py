"""What is loaded at the start, or a moment later: nobody looks for garbage in it; what is missing is told early."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from bridge.errors import SetupError

INSTALL = "install what requirements.txt names (`make run` does)"


@contextmanager
def without_collection() -> Iterator[None]:
    """Nobody looks for garbage in what is loaded here, neither meanwhile nor later: it stays until the end.

    To look meanwhile, time and again, takes a fifth of a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def require(*packages: str) -> None:
    """Raises `SetupError` where one of them is not installed. Loads none."""
    for name in packages:
        if find_spec(name) is None:
            raise SetupError(f"the Python package {name} is missing: {INSTALL}")
