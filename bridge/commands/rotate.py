"""`python -m bridge rotate`: encrypt everything anew with the first of DATA_KEYS, so that an old key can go."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TextIO

from bridge.commands import environment
from bridge.commands.beside import store_beside
from bridge.store import Store, audit
from bridge.store.rotation import left_over, rotate

NEXT = (
    "Where DATA_KEYS has others: take them out, start every process again, and run this once more before they are "
    "destroyed."
)
EPILOG = """\
1. `python -m bridge secret --data-key` makes a new key: put it first in DATA_KEYS, before the old one.
2. Start every process of the bridge again, so that all of them seal with the new key.
3. python -m bridge rotate
4. Take the old key out of DATA_KEYS and start every process again.
5. python -m bridge rotate, once more: it finds what a process that was forgotten in step 2 sealed with the old
   key since. Only when this exits with 0 destroy the old key. Old backups still need it: keep it with them, or
   destroy both.

Exit codes: 0 every row is sealed with the first key; 1 something is still sealed with another one; 2 could not
start, or a row needs a key that is not in DATA_KEYS (the line says what to do)."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    with store_beside(settings) as store:
        return perform(store, settings.data_keys[0], sys.stdout)


def perform(store: Store, first_key: str, out: TextIO) -> int:
    """The command on an open store; its exit code."""
    try:
        count = rotate(store)
    finally:
        store.empty_log()
    store.write(lambda connection: audit.note(connection, "rotate", who=audit.person(), at=time.time(), count=count))
    if left := left_over(store, first_key):
        _say_why(out, left)
        return 1
    print(f"{count} rows are encrypted with the first key. {NEXT}", file=out)
    return 0


def _say_why(out: TextIO, left: int) -> None:
    """Somebody sealed with an old key while we rotated."""
    print(
        f"{left} rows were sealed with an older key meanwhile: a process of the bridge still has that one first. "
        "Start it again with the new DATA_KEYS, then run this again.",
        file=out,
    )
