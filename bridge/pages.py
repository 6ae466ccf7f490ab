"""The pages that Flask serves: all but what `bridge.front` answers before it."""

from __future__ import annotations

from flask import Flask

from bridge import headers, operations, problem
from bridge.service import Service


def pages(service: Service) -> Flask:
    """A Flask application with the pages of a service, which `app.extensions["bridge"]` is."""
    app = Flask("bridge", static_folder=None)
    app.extensions["bridge"] = service
    problem.register(app)
    headers.register(app)
    app.register_blueprint(
        operations.blueprint(
            problems=service.problems,
            metrics=service.metrics,
            metrics_token=service.settings.metrics_token,
            description=service.description,
        )
    )
    return app
