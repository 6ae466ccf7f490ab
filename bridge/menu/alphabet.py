"""What the networks carry: GSM 03.38 (3GPP TS 23.038, 6.2.1) and UCS-2, and how both are counted.

The tables are plain data because the ES5 engine gets the same ones through `Menu.as_data()`.
"""

from __future__ import annotations

# 127 characters; the 128th place of the table (0x1B) is the escape to the extension table.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"  # an escape and a character: two septets each

_GSM = frozenset(BASIC + EXTENSION)


def septets(text: str) -> int:
    """Septets that `text` takes in GSM 03.38. Characters outside the alphabet are counted as one each."""
    return len(text) + sum(text.count(character) for character in EXTENSION)


def units(text: str) -> int:
    """UTF-16 code units of `text`: what UCS-2 carries. Characters above U+FFFF take two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_gsm(character: str) -> bool:
    """Whether GSM 03.38 can carry this character, in one septet or in two."""
    return character in _GSM


def outside_gsm(text: str) -> list[str]:
    """The characters of `text` that would switch the whole screen to UCS-2, each once, in order."""
    return list(dict.fromkeys(character for character in text if character not in _GSM))
