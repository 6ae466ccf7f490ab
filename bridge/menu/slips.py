"""What a YAML reader says of a slip of the pen, in the words of somebody who does not read YAML's specification.

The problems are those of ruamel.yaml's scanner and parser. One that is not in the table is passed on as it is.
"""

from __future__ import annotations

from bridge.errors import Fault

_QUOTES = 'words that hold ": " or begin with { [ * & # % @ in quotes'
# A piece of the reader's sentence: what was found, what should be there.
_SLIPS = (
    ("'\\t'", "a tab", "spaces before the first word of a line"),
    ("cannot start any token", "words that begin with a sign of YAML's own", _QUOTES),
    (
        "mapping values are not allowed",
        'a second ": " in one line, or a line that is indented too far',
        f"{_QUOTES}, and as many spaces before a key as before its neighbours",
    ),
    ("found '<scalar>'", "words behind a closing } or ] or quote", "all words of a label within one pair of quotes"),
    (
        "expected <block end>",
        "a line that is indented otherwise than its neighbours",
        "as many spaces before a key (or before its -) as before the keys beside it",
    ),
    ("expected ',' or", 'a { or [ without its end, or a ": " within it', f"a closing }} or ], and {_QUOTES}"),
    ("unexpected end of stream", "a quote or bracket that is opened here and never closed", "its end"),
    ("could not find expected ':'", "a line that is no key with its value", 'key: value, with a blank behind the ":"'),
)


def told(problem: str, line: int | None) -> Fault:
    """The fault of a file that YAML cannot read."""
    for piece, found, expected in _SLIPS:
        if piece in problem:
            return Fault("the file", f"broken YAML: {found}", expected, line)
    return Fault("the file", f"broken YAML ({problem})", "YAML 1.2", line)
