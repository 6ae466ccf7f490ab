"""`python -m bench.flask_alone`: a Flask application of one line on the server that Flask brings."""

from __future__ import annotations

import os

from flask import Flask

app = Flask("alone")


@app.get("/healthz")
def healthz() -> str:
    return "alive"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
