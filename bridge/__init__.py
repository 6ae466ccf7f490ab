"""From a dialled USSD menu to a Twilio Flex task; docs/developer.md walks through the house."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from bridge.settings import Settings

__version__ = "0.1.0"


def create_app(settings: Settings, now: Callable[[], float] = time.time) -> Flask:
    """The bridge as a WSGI application; `app.extensions["bridge"]` starts and stops what runs behind it.

    Opens the store. Raises `SetupError` where a setting, a menu, a route or the database is not fit to serve.
    """
    # Imported here so that `import bridge.menu` does not load a web framework and a database driver.
    from bridge.front import open_lanes
    from bridge.pages import pages
    from bridge.service import Service

    service = Service(settings, now)
    app = pages(service)
    open_lanes(app, service)
    return app
