"""What every test may use. Fixtures live in plugins, one idea each."""

from __future__ import annotations

pytest_plugins = ["tests.databases", "tests.browsers", "tests.calm", "tests.chance", "tests.demo"]
