"""The headers that every answer carries, so that a page of ours can load nothing that is not ours."""

from __future__ import annotations

from flask import Flask, Response

# https://www.w3.org/TR/CSP3/: everything comes from this address, nothing is inline, nothing may frame us.
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def register(app: Flask) -> None:
    """Add them to all answers of `app`, errors included, where the answer has no word of its own on it."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
