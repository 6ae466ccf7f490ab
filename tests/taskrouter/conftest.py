"""The stage of the sandbox's tests serves these as well."""

from __future__ import annotations

from tests.sandbox.stage import stage as stage
