"""The store for a command that runs beside the service: it takes no lock, makes no database and changes no tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from bridge.settings import Settings
from bridge.store import Store, open_store


@contextmanager
def store_beside(settings: Settings) -> Iterator[Store]:
    """The store of these settings, closed in the end. Raises `SetupError` where it does not open."""
    with closing(open_store(settings.database_url, settings.data_keys, shared=True)) as store:
        yield store
