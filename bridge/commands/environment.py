"""Where the commands read their settings: the environment, and under it `.env` in the current folder."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

from bridge import masking
from bridge.commands.misspelt import misspelt
from bridge.errors import SetupError
from bridge.gateways import GATEWAYS
from bridge.settings import Settings, read

FILE = Path(".env")


def environment(file: Path = FILE) -> Mapping[str, str]:
    """`.env` with the real environment laid over it, so that `PORT=9000 make run` does what it says."""
    values = _written(file)
    return {name: value for name, value in values.items() if value is not None} | dict(os.environ)


def no_settings(file: Path = FILE) -> list[str]:
    """A sentence for each name in `.env` that is no setting. The environment holds much that is not ours."""
    return misspelt(_written(file))


def _written(file: Path) -> Mapping[str, str | None]:
    try:
        if not file.exists():
            return {}
        from dotenv import dotenv_values  # here: who sets the environment itself does without

        return dotenv_values(file, interpolate=False)
    except (OSError, UnicodeDecodeError):
        raise SetupError(f"{file} cannot be read: it must be a text file in UTF-8 that you may read") from None


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
