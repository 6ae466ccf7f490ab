"""What a command makes up at its first start and keeps for the next: a small file that only its user can read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bridge.errors import SetupError

T = TypeVar("T")


def kept(file: Path, kind: Callable[..., T], anew: str) -> T | None:
    """What `keep` wrote, made into `kind`; None where there is no file. Raises `SetupError`.

    `anew` tells what to delete where the file is damaged. Never a folder: an admin's own database may lie in it too.
    """
    try:
        return kind(**json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SetupError(f"{file} cannot be read ({error.strerror}): name another place with --data") from None
    except (ValueError, TypeError):
        raise SetupError(f"{file} is damaged: to begin anew, delete {anew}") from None


def keep(file: Path, values: Mapping[str, object]) -> None:
    """Write it down. Raises `SetupError`."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(values, out, indent=1)
    except OSError as error:
        raise SetupError(f"{file} cannot be written ({error.strerror}): name another place with --data") from None
