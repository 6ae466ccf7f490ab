"""The stage of these tests."""

from __future__ import annotations

from tests.sandbox.stage import stage as stage
