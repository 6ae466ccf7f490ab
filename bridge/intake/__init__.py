"""The signed webhook: `POST /v1/submissions` (Standard Webhooks 1.0 in front of one JSON body)."""

from __future__ import annotations

from bridge.intake.view import Intake
from bridge.signature import Secret, sign

__all__ = ["Intake", "Secret", "sign"]
