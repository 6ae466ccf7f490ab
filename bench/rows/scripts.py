"""What others run of ours: the weight of the Flex plugin, the time of Telerivet's script without a compiler."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench.figures import Bench, Figure
from bench.processes import PROJECT, BenchError


def scripts(bench: Bench) -> list[Figure]:
    """Each by the script that its own folder measures it with."""
    signing = json.loads(_said("node", "--jitless", "test/sign_bench.js", folder=PROJECT / "telerivet_script"))
    figures = [
        Figure(name="signing a submission in Telerivet's script, --jitless", value=signing["sign_ms"], unit="ms"),
        Figure(name="a turn of Telerivet's script, --jitless", value=signing["turn_ms"], unit="ms"),
    ]
    plugin = PROJECT / "flex_plugin"
    if (plugin / "node_modules").is_dir() and (plugin / "build").is_dir():
        figures += _plugin(_said("npm", "run", "-s", "size", folder=plugin))
    return figures


def _plugin(said: str) -> list[Figure]:
    found = json.loads(said.strip().splitlines()[-1])
    click = found["click_to_panel_ms"]
    return [
        Figure(name="Flex plugin, gzipped", value=found["plugin_gzip_kB"], unit="kB"),
        Figure(name="Flex plugin, click to panel", value=click["median"], unit="ms", note=f"p95 {click['p95']} ms"),
    ]


def _said(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise BenchError(f"{command[0]} failed in {folder.name}: {done.stderr[-300:]}")
    return done.stdout
