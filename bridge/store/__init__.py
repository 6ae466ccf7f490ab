"""Where submissions are kept, so that a 2xx survives a kill and a power cut. Durable from here on."""

from __future__ import annotations

from bridge.store import audit, daily
from bridge.store.opening import is_new, open_store
from bridge.store.sessions import Session
from bridge.store.store import Store
from bridge.store.submissions import StoredSubmission

__all__ = ["Session", "Store", "StoredSubmission", "audit", "daily", "is_new", "open_store"]
