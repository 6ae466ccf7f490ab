"""Writes `.env.sample` from the settings, so that neither can be ahead of the other (`make env-sample`)."""

from __future__ import annotations

import textwrap

from bridge.gateways import GATEWAYS
from bridge.settings import SETTINGS, Setting

HEAD = """\
# Copy this file to .env and fill in what your set-up needs. `python -m bridge doctor` tries every value.
# Each secret may stand in a file instead: NAME_FILE=/run/secrets/name. Values here that look like secrets are refused.
"""
TOKENS = """\

# Server-run gateways (docs/gateways.md). Each is mounted only where its token is set; `python -m bridge secret --token`
# makes one; several, comma-separated, while you rotate. Beside NAME_TOKEN there may be NAME_BASIC (user:password) and
# NAME_ALLOW_IPS (addresses or networks that may ask).
"""


def text() -> str:
    """The whole file."""
    tokens = "".join(f"# {name.upper()}_TOKEN=\n" for name in GATEWAYS)
    return HEAD + "".join(map(_lines, SETTINGS)) + TOKENS + tokens


def _lines(setting: Setting) -> str:
    help_lines = textwrap.fill(setting.help, 110, initial_indent="# ", subsequent_indent="# ")
    required = bool(setting.sample)
    return f"\n{help_lines}\n{'' if required else '# '}{setting.name}={setting.sample or setting.default}\n"
