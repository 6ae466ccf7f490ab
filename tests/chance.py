"""Properties are tried on ever new values here, and on the same ones in CI: what fails there is what a change broke."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
