"""Phone numbers as E.164, read from whatever a gateway or a provider's script sends. Pure; never raises."""

from __future__ import annotations


def read_number(raw: str, country: str | None, international_first: bool = False) -> str | None:
    """E.164 of `raw`, or None where no reading gives a number of possible length.

    Without `+` it is read as a national number of `country` (ISO 3166, two letters), then as international
    digits; the other way round with `international_first`. A reading that is valid in its country beats one
    that is only possible.
    """
    from bridge.numbering import read  # here: the rules of every country take a start 12 ms

    return read(raw, country, international_first)


def load() -> None:
    """Load the rules, so that no number need wait for them."""
    import bridge.numbering  # noqa: F401
