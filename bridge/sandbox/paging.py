"""Lists in pages, with the `meta` object that the SDK walks along."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from flask import Response, jsonify, request

from bridge.sandbox import form


def page(key: str, rows: Sequence[sqlite3.Row], body: Callable[[sqlite3.Row], object]) -> Response:
    """The page that the request asks for: `PageSize` (50 unless said, at most 1000), `Page` from 0."""
    size = form.whole_number(request.args, "PageSize", 1, 1000, 50)
    number = form.whole_number(request.args, "Page", 0, 2**31, 0)
    shown = rows[number * size : (number + 1) * size]
    more = len(rows) > (number + 1) * size
    meta = {
        "key": key,
        "page": number,
        "page_size": size,
        "url": _url(number, size),
        "first_page_url": _url(0, size),
        "previous_page_url": _url(number - 1, size) if number else None,
        "next_page_url": _url(number + 1, size) if more else None,
    }
    return jsonify({key: [body(row) for row in shown], "meta": meta})


def _url(number: int, size: int) -> str:
    fields = [(name, value) for name, value in request.args.items(multi=True) if name not in ("Page", "PageSize")]
    return f"{request.base_url}?{urlencode([*fields, ('PageSize', size), ('Page', number)])}"
