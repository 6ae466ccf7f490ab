"""The headers that every answer carries, so that a page of ours can load nothing that is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
ALL = (*HEADERS.items(), ("Cache-Control", "no-store"))
_BY_KEY = {name.lower(): (name, value) for name, value in ALL}


def register(app: Flask) -> None:
    """Add them to all answers of `app`, errors included, where the answer has no word of its own on it."""

    @app.after_request
    def add(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        for key, (name, value) in _BY_KEY.items():
            if key not in given:
                response.headers.add(name, value)
        return response
