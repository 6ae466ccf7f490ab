"""`.env.sample` holds every setting there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from bridge.commands.env_sample import text
from bridge.gateways import GATEWAYS
from bridge.settings import SETTINGS, read

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / ".env.sample").read_text("utf-8")
NAMES = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", SAMPLE, re.MULTILINE)


OF_WSGI = (
    "HTTP_",
    "CONTENT_",
    "REQUEST_",
    "PATH_",
    "QUERY_",
    "REMOTE_",
    "SERVER_",
)  # of a request (PEP 3333), not of ours
DEFINING = ("settings.py", "setting_list.py")


def test_the_file_is_what_the_settings_say() -> None:
    assert text() == SAMPLE, "run: make env-sample"


def test_every_setting_and_every_gateways_token_stands_in_it_once() -> None:
    wanted = [setting.name for setting in SETTINGS] + [f"{name.upper()}_TOKEN" for name in GATEWAYS]
    assert wanted == NAMES


def test_the_code_reads_no_environment_variable_that_is_not_in_it() -> None:
    read_there = {
        name
        for file in (ROOT / "bridge").rglob("*.py")
        for name in re.findall(r"""environ(?:\.get\(|\[)["']([A-Z][A-Z0-9_]*)["']""", file.read_text("utf-8"))
    }
    of_wsgi = {name for name in read_there if name.startswith(OF_WSGI)}
    assert read_there - of_wsgi <= set(NAMES)


def test_every_setting_is_used() -> None:
    code = "".join(file.read_text("utf-8") for file in (ROOT / "bridge").rglob("*.py") if file.name not in DEFINING)
    fields = read({}).__dataclass_fields__
    assert not [name for name in fields if f".{name}" not in code]
