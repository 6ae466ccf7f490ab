"""The signed webhook: `POST /v1/submissions` (Standard Webhooks 1.0 in front of one JSON body)."""

from __future__ import annotations

from bridge.intake.signature import Secret, sign
from bridge.intake.view import blueprint

__all__ = ["Secret", "blueprint", "sign"]
