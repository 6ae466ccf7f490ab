"""Where the commands read their settings: the environment, and under it `.env` in the current folder."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from bridge import masking
from bridge.errors import SetupError
from bridge.gateways import GATEWAYS
from bridge.settings import Settings, read


def environment(file: Path = Path(".env")) -> Mapping[str, str]:
    """`.env` with the real environment laid over it, so that `PORT=9000 make run` does what it says."""
    try:
        values = dotenv_values(file, interpolate=False) if file.exists() else {}
    except (OSError, UnicodeDecodeError):
        raise SetupError(f"{file} cannot be read: it must be a text file in UTF-8 that you may read") from None
    return {name: value for name, value in values.items() if value is not None} | dict(os.environ)


def settings() -> Settings:
    """The settings of this environment, whose secrets no line will show. Raises `SetupError`."""
    found = read(environment(), GATEWAYS)
    masking.know(found)
    return found


def log_to_stderr(level: str) -> None:
    """One line an event, with its time in UTC, without numbers and secrets."""
    masking.install()
    line = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    line.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(line)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(level=level, handlers=[handler], force=True)
