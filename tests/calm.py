"""What a test changes of the whole process is put back after it: logging, hooks, warnings."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Commands run in the tests' own process set up logging for a process of their own."""
    root, level = logging.getLogger(), logging.getLogger().level
    handlers, factory = root.handlers[:], logging.getLogRecordFactory()
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    shows = warnings.showwarning
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    logging.setLogRecordFactory(factory)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    logging.captureWarnings(False)
    warnings.showwarning = shows
