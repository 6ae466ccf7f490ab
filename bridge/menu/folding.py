"""Characters that GSM 03.38 lacks, and what stands for them: our own small table, made to be reviewed by eye.

Folding is visible: `menu check` lists every character it touched. What is not in the table is never guessed:
in a menu file it is a fault, and in words that come in during a session (a caller's name, say) it becomes `?`.
"""

from __future__ import annotations

from bridge.menu.alphabet import in_gsm

# What stands for them → the characters: letters of Latin-1, Latin Extended-A and the languages of West Africa
# (Hausa, Fulfulde, Bambara, Ewe, Lingala, Wolof, Yoruba), then the marks that word processors put in.
_GROUPS = {
    "A": "ÀÁÂÃĀĂĄǍ",
    "a": "áâãāăąǎ",
    "B": "Ɓ",
    "b": "ɓ",
    "C": "ĆĈĊČƇ",
    "c": "çćĉċčƈ",
    "D": "ĎĐÐƊḌ",
    "d": "ďđðɗɖḍ",
    "E": "ÈÊËĒĔĖĘĚƐẸẼ",
    "e": "êëēĕėęěɛẹẽ",
    "F": "Ƒ",
    "f": "ƒ",
    "G": "ĜĞĠĢǦƓ",
    "g": "ĝğġģǧɠ",
    "H": "ĤĦḤ",
    "h": "ĥħḥ",
    "I": "ÌÍÎÏĨĪĬĮİỊƖ",
    "i": "íîïĩīĭįıịɩ",
    "J": "Ĵ",
    "j": "ĵ",
    "K": "ĶƘ",
    "k": "ķƙ",
    "L": "ĹĻĽĿŁ",
    "l": "ĺļľŀł",
    "N": "ŃŅŇ",
    "n": "ńņňŉ",
    "NG": "Ŋ",
    "ng": "ŋ",
    "NY": "Ɲ",
    "ny": "ɲ",
    "O": "ÒÓÔÕŌŎŐƆỌǑ",
    "o": "óôõōŏőɔọǒ",
    "OE": "Œ",
    "oe": "œ",
    "P": "Ƥ",
    "p": "ƥ",
    "R": "ŔŖŘ",
    "r": "ŕŗř",
    "S": "ŚŜŞŠȘṢ",
    "s": "śŝşšșṣ",
    "T": "ŢŤŦȚƬṬ",
    "t": "ţťŧțƭṭ",
    "TH": "Þ",
    "th": "þ",
    "U": "ÙÚÛŨŪŬŮŰŲỤǓƱ",
    "u": "úûũūŭůűųụǔʊ",
    "V": "Ʋ",
    "v": "ʋ",
    "W": "Ŵ",
    "w": "ŵ",
    "Y": "ÝŶŸƳ",
    "y": "ýÿŷƴ",
    "Z": "ŹŻŽẒ",
    "z": "źżžẓ",
    "'": "‘’‚‛`´ʼʻˈ′",
    '"': "“”„«»″",
    "<": "‹",
    ">": "›",
    "-": "‐‑‒–—―−",
    "...": "…",
    ".": "·",
    "*": "•",
    " ": "\t\u00a0\u2007\u2009\u202f",
    "o.": "º°",
    "a.": "ª",
    "1": "¹",
    "2": "²",
    "3": "³",
    "1/2": "½",
    "1/4": "¼",
    "3/4": "¾",
    "x": "×",
    "(c)": "©",
    "(R)": "®",
    "TM": "™",
    "No": "№",
    "": "\r\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff",
}
FOLDS: dict[str, str] = {character: to for to, characters in _GROUPS.items() for character in characters}

# For gateways that carry plain ASCII only: what stands for the rest of GSM 03.38.
_ASCII_GROUPS = {
    "A": "ÅÄ",
    "a": "åäà",
    "AE": "Æ",
    "ae": "æ",
    "C": "Ç",
    "E": "É",
    "e": "èé",
    "i": "ì",
    "N": "Ñ",
    "n": "ñ",
    "O": "ØÖ",
    "o": "øöò",
    "ss": "ß",
    "U": "Ü",
    "u": "ùü",
    "D": "Δ",
    "F": "Φ",
    "G": "Γ",
    "L": "Λ£",
    "OM": "Ω",
    "P": "Π",
    "PS": "Ψ",
    "S": "Σ§",
    "TH": "Θ",
    "X": "Ξ",
    "Y": "¥",
    "EUR": "€",
    "*": "¤",
    "!": "¡",
    "?": "¿",
    "": "\r",
    "\n": "\f",
}
ASCII: dict[str, str] = {character: to for to, characters in _ASCII_GROUPS.items() for character in characters}

DROPPED_RANGES = ((0x300, 0x36F),)  # combining accents fall off their letter

_TO_GSM = str.maketrans(FOLDS)
_TO_GSM |= {code: "" for first, last in DROPPED_RANGES for code in range(first, last + 1)}
_TO_ASCII = str.maketrans(ASCII)


def fold(text: str) -> str:
    """`text` with every character of the table replaced. What is not in the table stays as it is."""
    return text.translate(_TO_GSM)


def fold_whatever_comes(text: str) -> str:
    """Like `fold`, for words that come in during a session: what cannot be folded becomes one `?`."""
    return "".join(character if in_gsm(character) else "?" for character in fold(text))


def to_ascii(text: str) -> str:
    """GSM 03.38 text for a gateway that carries plain ASCII only."""
    return text.translate(_TO_ASCII)
