"""Where the commands read their settings: the environment, and under it `.env` in the current folder."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bridge import masking
from bridge.commands.misspelt import misspelt
from bridge.errors import SetupError
from bridge.gateways import GATEWAYS
from bridge.settings import Settings, read

if TYPE_CHECKING:
    from dotenv.parser import Binding

FILE = Path(".env")
BROKEN = "line {} sets nothing: write NAME=value, and end a quote on the line that it begins on"


def environment(file: Path = FILE) -> Mapping[str, str]:
    """`.env` with the real environment laid over it, so that `PORT=9000 make run` does what it says."""
    values = _written(file)
    return {name: value for name, value in values.items() if value is not None} | dict(os.environ)


def no_settings(file: Path = FILE) -> list[str]:
    """A sentence for each line of `.env` that sets nothing. The environment holds much that is not ours."""
    broken = [BROKEN.format(line.original.line) for line in _lines(file) if line.error]
    return [*broken, *misspelt(_written(file))]


def _written(file: Path) -> Mapping[str, str | None]:
    return {line.key: line.value for line in _lines(file) if line.key is not None and not line.error}


def _lines(file: Path) -> Sequence[Binding]:
    """The file as python-dotenv reads it. Its own warnings of broken lines are in a developer's words."""
    try:
        if not file.exists():
            return ()
        from dotenv.parser import parse_stream  # here: who sets the environment itself does without

        with file.open(encoding="utf-8-sig") as text:
            return tuple(parse_stream(text))
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
