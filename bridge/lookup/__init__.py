"""Look-ups: words and values that a service of the organisation gives during a session (docs/lookups.md)."""

from __future__ import annotations

from bridge.lookup.setup import complaints, lookups_of

__all__ = ["complaints", "lookups_of"]
