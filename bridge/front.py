"""What stands before Flask: what callers wait for, and whether we are alive. And Flask behind it, once it is needed.

A start does without Flask: to load it takes a third of the time until the first answer, and of those who wait for that
answer nobody asks for a page of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bridge import health, problem
from bridge.service import Service
from bridge.wsgi import Application, HttpAnswer, method_of, mount

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Front:
    """The bridge as `serve` shows it: a WSGI application that loads its pages when the first one is asked for.

    Or a moment after the start, whichever comes first.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._pages: WSGIApplication | None = None
        service.later.append(self.load)
        open_lanes(self, service)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.wsgi_app(environ, start_response)

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """A page."""
        return self.load()(environ, start_response)

    def load(self) -> WSGIApplication:
        """The pages. The first who asks loads them, the others wait."""
        with self._lock:
            if self._pages is None:
                from bridge.pages import pages

                self._pages = pages(self._service)
            return self._pages


def open_lanes(app: Application, service: Service) -> None:
    """Answer before `app` what needs no Flask. What comes last here is looked at first."""
    mount(app, "/healthz", lambda _: health.alive(), _is_plain)
    mount(app, "/readyz", lambda _: _ready(service), _is_plain)
    service.gateways.mount(app)
    service.intake.mount(app)


def _is_plain(environ: WSGIEnvironment) -> bool:
    """A question and nothing more; what else may come to an address, Flask knows."""
    return method_of(environ) in ("GET", "HEAD") and "HTTP_UPGRADE" not in environ


def _ready(service: Service) -> HttpAnswer:
    try:
        return health.ready(service.problems())
    except Exception as error:
        return problem.of(error, "readyz")
