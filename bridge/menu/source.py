"""The bytes of a file that an admin wrote, or a refusal in the admin's words."""

from __future__ import annotations

import errno
from pathlib import Path

from bridge.errors import Fault, FileRefused

MAX_BYTES = 256 * 1024
_UNOPENED = {
    errno.ENOENT: "no file of this name",
    errno.EISDIR: "a folder",
    errno.EACCES: "a file that this user may not read",
}
# How files begin that are not plain text: ZIP (every newer office document), OLE (every older one), PDF.
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AGAIN = "a text file in UTF-8; your editor's “Save as” has it"


def source_of(path: Path) -> bytes:
    """What stands in the file, at most `MAX_BYTES` and one more. Raises FileRefused where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        found = _UNOPENED.get(error.errno or 0, error.strerror or type(error).__name__)
        raise FileRefused(str(path), [Fault("the file", found, "a file that can be read")]) from None


def undecoded(source: bytes, place: int) -> Fault:
    """The fault of a file that is not UTF-8 from its byte `place` on."""
    if source.startswith(_PACKED):
        return Fault("the file", "a spreadsheet, an office document or an archive", "a text file, written in an editor")
    if source.startswith(_UTF_16):
        return Fault("the file", "text in UTF-16, which some editors call “Unicode”", _SAVE_AGAIN)
    return Fault("the file", "a byte that is not UTF-8", _SAVE_AGAIN, source[:place].count(b"\n") + 1)
