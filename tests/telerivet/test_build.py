"""`python -m bridge menu build --gateway telerivet`: one file, the same every time, without an address or a secret."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.commands import menu_build
from bridge.commands.menu_build import MAX_BYTES, ORDER, SOURCES, run, script_for
from bridge.errors import SetupError
from bridge.menu import Menu, read_menu
from tests.telerivet.processes import ROOT, SCRIPT

COMMAND = ["-m", "bridge", "menu", "build", "--gateway", "telerivet"]


def build(*options: str) -> subprocess.CompletedProcess[bytes]:
    """The command as an admin runs it, with nothing but Python on the path."""
    return subprocess.run([sys.executable, *COMMAND, *options], cwd=ROOT, capture_output=True, env={"PATH": ""})


def test_the_build_that_ships_is_the_one_of_the_menu_that_ships(support: Menu) -> None:
    assert (SCRIPT / "dist" / "support.js").read_text() == script_for(support), "stale: run `make script`"


def test_the_command_writes_the_same_bytes_each_time_and_with_python_alone(tmp_path: Path) -> None:
    first, second = build("--menu", "support", "-o", str(tmp_path / "a.js")), build()
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert (tmp_path / "a.js").read_bytes() == second.stdout == (SCRIPT / "dist" / "support.js").read_bytes()


def test_a_menu_that_is_not_there_is_one_sentence() -> None:
    refused = build("--menu", "nowhere")
    assert refused.returncode == 2
    assert refused.stderr.count(b"\n") == 1
    assert b"nowhere" in refused.stderr


def test_the_banner_names_menu_version_and_how_to_deploy(support: Menu) -> None:
    banner = script_for(support).partition("*/")[0]
    assert support.name in banner
    assert support.version in banner
    assert "paste" in banner
    assert "docs/telerivet.md" in banner


def test_no_address_no_secret_and_no_number_stands_in_the_code(support: Menu) -> None:
    script = script_for(support)
    assert not re.search(r"https?://[a-z0-9]", script)
    assert not re.search(r"whsec_[A-Za-z0-9+/]{8}", script)
    assert not re.search(r"\+[0-9]{8}", script)


def test_every_source_is_built_in_and_stays_short() -> None:
    assert sorted(path.stem for path in SOURCES.glob("*.js")) == sorted(ORDER)
    for path in SOURCES.glob("*.js"):
        assert len(path.read_text().splitlines()) <= 300, path.name


def test_a_menu_too_large_for_telerivet_is_refused_with_its_size(
    support: Menu, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(script_for(support)) < MAX_BYTES
    monkeypatch.setattr(menu_build, "MAX_BYTES", 1000)
    with pytest.raises(SetupError, match=r"support has .* bytes; Telerivet takes 1,000"):
        script_for(support)


def test_another_label_is_another_version_and_another_file(support: Menu) -> None:
    source = (
        (ROOT / "menus" / "support.yaml")
        .read_bytes()
        .replace(b"name: dakar, label: Dakar", b"name: dakar, label: DAKAR")
    )
    other = read_menu(source, "support.yaml")
    assert other.version != support.version
    assert script_for(other) != script_for(support)


def test_a_label_cannot_break_out_of_the_page_that_shows_the_script(support: Menu) -> None:
    source = (ROOT / "menus" / "support.yaml").read_bytes().replace(b"label: Dakar}", b'label: "</script>"}')
    assert "</script" not in script_for(read_menu(source, "support.yaml"))


def test_it_goes_to_standard_output_without_a_word_more(support: Menu, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(support, "-") == 0
    assert capsys.readouterr().out == script_for(support)


def test_the_compiled_menu_stands_in_it_whole(support: Menu) -> None:
    source = menu_build.menu_source(support.as_data())
    literal = source.removeprefix("var MENU = ").partition("};\n")[0] + "}"
    assert json.loads(literal.replace("<\\/", "</")) == support.as_data()
