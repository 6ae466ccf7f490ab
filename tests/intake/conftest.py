"""The signed webhook as an application of its own, on a real store on SQLite."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge import intake, problem
from bridge.store import Store
from tests.intake.signing import NOW, SECRET


@pytest.fixture
def kept(opened: Callable[[str], Store], sqlite_url: str) -> Store:
    """Where the submissions land."""
    return opened(sqlite_url)


def application(store: Store) -> Flask:
    """The webhook's route, and errors as problem+json; it is always NOW, and every code is dialled in Senegal."""
    app = Flask("test")
    problem.register(app)
    intake.Intake([SECRET], store.accept, lambda gateway, service_code: "SN", lambda: NOW).mount(app)
    return app


@pytest.fixture
def client(kept: Store) -> FlaskClient:
    """Somebody who may or may not know the secret."""
    return application(kept).test_client()
