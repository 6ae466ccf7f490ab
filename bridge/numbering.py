"""How numbers are read, by the rules of every country (`phonenumbers` has Google's). Pure; never raises."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

MAX_RAW = 64  # characters looked at; E.164 has 15 digits, the rest is room for how people write them

_PLAIN = re.compile(r"\+[1-9][0-9]{6,14}")
_DIGITS = re.compile(r"\+?[0-9]{3,20}")
_SEPARATORS = frozenset("-./()\u2010\u2011\u2012\u2013\u2014\u2212")
_PLUS = frozenset("+\uff0b")


def read(raw: str, country: str | None, international_first: bool) -> str | None:
    """What `bridge.e164.read_number` promises."""
    if _PLAIN.fullmatch(raw) and _surely_as_written(raw):
        return raw
    digits = _clean(raw)
    if digits is None:
        return None
    return _best(_readings(digits, _region(country), international_first))


def _clean(raw: str) -> str | None:
    """ASCII digits, and `+` where it was written; None where anything else stands in it (a name, say)."""
    if len(raw) > MAX_RAW:
        return None
    digits = "".join(_plain(char) for char in raw)
    return digits if _DIGITS.fullmatch(digits) else None


def _plain(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in _PLUS:
        return "+"
    invisible = char in _SEPARATORS or char.isspace() or unicodedata.category(char) == "Cf"
    return "" if invisible else char


def _region(country: str | None) -> str | None:
    region = country.upper() if country else None
    return region if region in SUPPORTED_REGIONS else None


def _readings(digits: str, region: str | None, international_first: bool) -> list[PhoneNumber]:
    if digits.startswith("+"):
        found = [_parse(digits, None)]
    else:
        found = [_parse(digits, region), _parse("+" + digits.removeprefix("00"), None)]
        if international_first:
            found.reverse()
    return [number for number in found if number is not None]


def _parse(digits: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(digits, region)
    except NumberParseException:
        return None


def _best(numbers: list[PhoneNumber]) -> str | None:
    for fits in (is_valid_number, is_possible_number):
        for number in numbers:
            if fits(number):
                return format_number(number, PhoneNumberFormat.E164)
    return None


def _surely_as_written(plain: str) -> bool:
    """Whether the library returns `+<digits>` unchanged: its own rules, without its parse (15 times slower).

    A number whose leading digits a country's rules might strip or rewrite is left to the library.
    """
    for length in (1, 2, 3):
        code = plain[1 : 1 + length]
        if int(code) in COUNTRY_CODE_TO_REGION_CODE:
            rules = _rules(int(code))
            national = plain[1 + length :]
            return rules is not None and len(national) in rules[0] and not rules[1].match(national)
    return False


@cache
def _rules(code: int) -> tuple[frozenset[int], re.Pattern[str]] | None:
    """Possible lengths of a country code's national numbers, and what its national prefix looks like."""
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None or metadata.general_desc is None:
        return None
    prefix = metadata.national_prefix_for_parsing or r"(?!)"
    return frozenset(metadata.general_desc.possible_length), re.compile(prefix)
