"""`/desk`: the tasks as TaskRouter returns them over HTTP, for whoever plays the agent.

It knows the tasks only through TaskRouter's API, as Flex does, so it works with any TaskRouter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import requests
from flask import Blueprint, Response, jsonify, render_template, request

from bridge.sandbox.card import card
from bridge.settings import Settings
from bridge.taskrouter.transport import is_loopback

SID = re.compile(r"WT[0-9a-f]{32}")
TIMEOUT = (3, 10)  # seconds to connect, and of silence
OURS = "X-Desk"  # another site's page cannot send this header without asking first (Fetch, "CORS-safelisted")
ENDINGS = {"complete": ("completed", "Completed at the desk"), "cancel": ("canceled", "Cancelled at the desk")}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_desk(settings: Settings, *, simulator: str = "/simulator", service_code: str = "*123#") -> Blueprint:
    """The page below `/desk`. `simulator` is the address of the phone; "" where there is none."""
    access = Access(settings)
    desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static")

    @desk.get("", endpoint="page")
    def page() -> str:
        return render_template("desk.html", simulator=simulator, service_code=service_code)

    @desk.get("/tasks", endpoint="tasks")
    def tasks() -> tuple[Response, int]:
        return _cards(access)

    @desk.post("/tasks/<sid>/<any(complete, cancel):ending>", endpoint="end")
    def end(sid: str, ending: str) -> tuple[Response, int]:
        if OURS not in request.headers or not SID.fullmatch(sid):
            return jsonify(error="This is for the desk's own page."), 403
        return _end(access, sid, ending)

    desk.after_request(_protected)
    return desk


class Access:
    """The tasks of the workspace in the settings, over HTTP."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.taskrouter_url.rstrip('/')}/v1/Workspaces/{settings.workspace_sid}/Tasks"
        key = (settings.api_key_sid, settings.api_key_secret)
        self._auth = key if settings.api_key_sid else (settings.account_sid, settings.auth_token)

    def call(self, method: str, path: str, fields: Mapping[str, str | int]) -> requests.Response:
        """One request: `fields` go into the query of a GET, else into the form."""
        place = "params" if method == "GET" else "data"
        with requests.Session() as session:
            session.trust_env = not is_loopback(self._url)  # a proxy cannot reach this machine
            session.auth = self._auth
            return session.request(method, self._url + path, timeout=TIMEOUT, **{place: fields})  # type: ignore[arg-type]


def _cards(access: Access) -> tuple[Response, int]:
    try:
        answer = access.call("GET", "", {"PageSize": 200, "Ordering": "DateCreated:desc"})
        answer.raise_for_status()
        found = answer.json()["tasks"]
    except (requests.RequestException, ValueError, KeyError):
        return jsonify(error="TaskRouter does not answer."), 502
    return jsonify(tasks=[card(task) for task in found]), 200


def _end(access: Access, sid: str, ending: str) -> tuple[Response, int]:
    status, reason = ENDINGS[ending]
    try:
        answer = access.call("POST", f"/{sid}", {"AssignmentStatus": status, "Reason": reason})
    except requests.RequestException:
        return jsonify(error="TaskRouter does not answer."), 502
    if not answer.ok:
        return jsonify(error="TaskRouter did not take that: the task may have ended already."), 409
    return jsonify(status=status), 200


def _protected(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers["Cache-Control"] = "no-store"
    return response
