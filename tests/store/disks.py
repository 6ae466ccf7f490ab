"""A small disk of its own, to fill and to write-protect. Needs root, as in the container that CI runs in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

KILOBYTES = 2048


class SmallDisk:
    """A tmpfs at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave no free byte."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"x" * 4096)
            except OSError:
                return

    def empty(self) -> None:
        """Free what `fill` took."""
        (self.folder / "ballast").unlink()

    def protect(self, *, read_only: bool) -> None:
        """Make it read-only, or writable again; files that are open stay open (a dying disk, not a clean remount)."""
        how = "ro" if read_only else "rw"
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


class NoSmallDiskError(Exception):
    """A small disk cannot be mounted here; the text says why."""


@contextmanager
def mounted(folder: Path, kilobytes: int = KILOBYTES) -> Iterator[SmallDisk]:
    """A small disk at `folder`, which is made. Raises `NoSmallDiskError`."""
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0700", "bridge-test", str(folder)]
    if os.geteuid() != 0:
        raise NoSmallDiskError("needs root to mount a small disk")
    made = subprocess.run(mounting, check=False, capture_output=True, text=True)
    if made.returncode != 0:
        raise NoSmallDiskError(f"cannot mount a small disk here: {made.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    try:
        with mounted(tmp_path / "disk") as disk:
            yield disk
    except NoSmallDiskError as reason:
        pytest.skip(str(reason))
