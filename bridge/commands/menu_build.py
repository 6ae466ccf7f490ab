"""`python -m bridge menu build --gateway telerivet`: one file to paste or push, made from a menu and our ES5 sources.

Building needs Python alone. The same menu and sources give the same bytes, so that a stale build can be found.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bridge.errors import SetupError
from bridge.menu import Budget, Menu

SOURCES = Path(__file__).parents[2] / "telerivet_script" / "src"
ORDER = (
    *("sha256", "base64", "signature"),
    *("alphabet", "keys", "folding", "screen", "state", "path", "reading", "layout", "showing", "farewell", "engine"),
    *("telerivet", "pieces", "memory", "settings", "post", "outbox", "partial", "submission", "turns"),
)
MAX_BYTES = 95_000  # Telerivet takes 100 KB in its editor; larger code must be a module
BUDGET = Budget()

_BANNER = """\
/* USSD bridge for Twilio Flex: the menu "{name}" for Telerivet.
   menu_version {version}

   Made by `python -m bridge menu build --gateway telerivet --menu {name}`. Do not edit: change the menu, build again.
   Deploy: paste all of it into a Cloud Script API service of the type "USSD session" (or push it as a module, or send
   it through Telerivet's API), and set the custom variables bridge_url and bridge_secret of the service or the project.
   No address and no secret stands in this file. Every step: docs/telerivet.md */
"""
_HEAD = """\
function main() {
  USSD_BRIDGE.run();
}

var USSD_BRIDGE = (function () {
"use strict";
"""
_FOOT = """\
return {run: runMain};
}());

// In a Cloud Script module nothing is global by itself.
if (typeof global === "object" && global) global.main = main;
"""


def run(menu: Menu, out: str | Path) -> int:
    """Write the script for `menu` to the file `out`, or to standard output where that is `-`. Returns the exit code.

    Raises SetupError where the file cannot be written.
    """
    script = script_for(menu)
    if str(out) == "-":
        sys.stdout.write(script)
        return 0
    try:
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        Path(out).write_text(script, encoding="ascii", newline="\n")
    except OSError as error:
        raise SetupError(f"{out} cannot be written ({error.strerror}): name another file with -o") from None
    print(f"{out}: menu {menu.name}, version {menu.version}, {len(script):,} of {MAX_BYTES:,} bytes", file=sys.stderr)
    return 0


def script_for(menu: Menu) -> str:
    """The whole script, in ASCII. SetupError where it is larger than Telerivet takes."""
    parts = [
        _BANNER.format(name=menu.name, version=menu.version),
        _HEAD,
        menu_source(menu.as_data()),
        *_sources(),
        _FOOT,
    ]
    script = "\n".join(parts)
    if len(script) > MAX_BYTES:
        raise SetupError(
            f"the script for the menu {menu.name} has {len(script):,} bytes; Telerivet takes {MAX_BYTES:,}: "
            "shorten the menu's labels or split the menu"
        )
    return script


def menu_source(data: dict[str, Any]) -> str:
    """The compiled menu and the screen's budget as JavaScript, one line for each of the menu's keys."""
    lines = ",\n".join(f"  {_literal(key)}: {_literal(value)}" for key, value in data.items())
    budget = {"septets": BUDGET.septets, "units": BUDGET.units, "alphabet": BUDGET.alphabet}
    return f"var MENU = {{\n{lines}\n}};\nvar MENU_BUDGET = {_literal(budget)};\n"


def _literal(value: Any) -> str:
    """JSON in ASCII is JavaScript; `</` is broken so that a page that shows the script cannot be closed by a label."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("</", "<\\/")


def _sources() -> list[str]:
    return [(SOURCES / f"{name}.js").read_text(encoding="ascii") for name in ORDER]
