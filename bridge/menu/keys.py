"""What a caller typed, made plain: digits of any script, blanks around, a `#` or `.` behind.

The tables spell everything out, so that the ES5 engine reads the very same keys.
"""

from __future__ import annotations

BACK, MORE = "0", "9"

# The zero of each row of ten decimal digits (Unicode 15, category Nd): ASCII, Arabic-Indic, Devanagari …
# The characters above U+FFFF (Hanifi Rohingya, Adlam …) are surrogate pairs in JavaScript.
DIGIT_ZEROS = (
    *(0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50),
    *(0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40),
    *(0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066),
    *(0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950),
    *(0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC),
    *(0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0),
)
# First and last of each run: controls, spaces of all widths, marks without width, direction marks.
BLANK_RANGES = (
    *((0x00, 0x20), (0x7F, 0xA0), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200F), (0x2028, 0x202F)),
    *((0x205F, 0x206F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
# Characters that become a space wherever they stand in a text: a typed answer is one line.
CONTROL_RANGES = ((0x00, 0x1F), (0x7F, 0x9F), (0x2028, 0x2029))

_DIGITS = {zero + value: str(value) for zero in DIGIT_ZEROS for value in range(10)}
_BLANKS = "".join(chr(code) for first, last in BLANK_RANGES for code in range(first, last + 1))
_LINE = {code: " " for first, last in CONTROL_RANGES for code in range(first, last + 1)}
_LINE |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # half a surrogate pair cannot be written as UTF-8


def key_of(text: str) -> str:
    """The key that was meant: `" ٣# "` is `"3"`. Anything else comes back trimmed, digits in ASCII."""
    return text.translate(_DIGITS).strip(_BLANKS).rstrip(_BLANKS + "#.")


def line_of(text: str) -> str:
    """The text that was typed, as one trimmed line. Digits stay as they were written."""
    return text.translate(_LINE).strip(_BLANKS)
