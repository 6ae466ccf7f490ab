"""The reference that a caller hears and an agent types: six characters that people can read aloud.

The last character is a check character. With 31 characters (a prime) and the weights 6 to 1, every single
wrong character and every swap of two characters changes the sum, so neither passes for another reference.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # neither 0 and O, nor 1, I and L
LENGTH = 6
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_DRAWN = LENGTH - 1
_REMAINDER = 18  # of every valid reference; makes K7QM4X one, which stands in examples


def draw() -> str:
    """One of 28,629,151 (31 to the 5th) references. Whoever keeps it makes sure that it is not taken."""
    number, body = secrets.randbelow(len(ALPHABET) ** _DRAWN), ""
    for _ in range(_DRAWN):
        number, value = divmod(number, len(ALPHABET))
        body += ALPHABET[value]
    return body + ALPHABET[(_REMAINDER - _weighted(body)) % len(ALPHABET)]


def is_valid(text: str) -> bool:
    """Whether `text` is a reference exactly as `draw` writes them, with the right check character."""
    if len(text) != LENGTH or any(character not in _VALUE for character in text):
        return False
    return _weighted(text) % len(ALPHABET) == _REMAINDER


def tidy(text: str) -> str | None:
    """What a person typed or pasted, as `draw` would have written it; None where it is no reference.

    Small letters, spaces, dashes and full-width forms are understood. The characters that references leave
    out (0, O, 1, I, L) are refused: what they were meant to be cannot be told.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Pd")
    return plain if is_valid(plain) else None


def _weighted(text: str) -> int:
    return sum((LENGTH - place) * _VALUE[character] for place, character in enumerate(text))
