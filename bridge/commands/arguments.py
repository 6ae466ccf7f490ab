"""What is typed behind a command's options, and the words that refuse it: they say what is wanted instead."""

from __future__ import annotations

from argparse import ArgumentTypeError

MOST_LINES = 1_000_000
NO_REFERENCE = "This is no reference: one has six letters and digits, like K7QM4X. Look at each of them again."


def count(text: str) -> int:
    """How many lines at most. Raises `ArgumentTypeError`."""
    return _whole_number(text, MOST_LINES)


def port(text: str) -> int:
    """A port to listen on. Raises `ArgumentTypeError`."""
    return _whole_number(text, 65_535)


def _whole_number(text: str, most: int) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text[:12]) <= most:
        return int(text)
    raise ArgumentTypeError(f"expected a whole number from 1 to {most:,}")
