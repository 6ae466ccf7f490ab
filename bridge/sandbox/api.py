"""Twilio's paths over one world: https://www.twilio.com/docs/taskrouter/api, version v1."""

from __future__ import annotations

import sqlite3
from functools import partial

from flask import Blueprint, Response, jsonify, request

from bridge.sandbox import misbehave
from bridge.sandbox.bodies import PLURALS, Bodies
from bridge.sandbox.paging import page
from bridge.sandbox.refusal import Refusal, not_authentic, not_found
from bridge.sandbox.tasks import etag
from bridge.sandbox.world import World

KINDS = {plural: kind for kind, plural in PLURALS.items()}


def create_blueprint(world: World, name: str = "taskrouter_sandbox") -> Blueprint:
    """Everything under `/v1`, and `/sandbox/faults`; may be mounted below any prefix."""
    blueprint = Blueprint(name, __name__)
    blueprint.before_request(partial(_authenticate, world))
    blueprint.before_request(partial(misbehave.before, world))
    blueprint.after_request(partial(misbehave.after, world))
    blueprint.register_error_handler(Refusal, Refusal.response)
    _workspaces(blueprint, world)
    _tasks(blueprint, world)
    _events(blueprint, world)
    _resources(blueprint, world)
    _faults(blueprint, world)
    return blueprint


def _authenticate(world: World) -> None:
    given = request.authorization
    if given is None or given.type != "basic" or not world.knows(given.username or "", given.password or ""):
        raise not_authentic()
    workspace = (request.view_args or {}).get("workspace_sid", world.seeds.workspace_sid)
    if workspace != world.seeds.workspace_sid:
        raise not_found("workspace")


def _workspaces(blueprint: Blueprint, world: World) -> None:
    bodies = Bodies(world.seeds, world.resources)

    @blueprint.get("/v1/Workspaces", endpoint="workspaces")
    def workspaces() -> Response:
        return page("workspaces", world.resources.all("workspace"), bodies.resource)

    @blueprint.get("/v1/Workspaces/<workspace_sid>", endpoint="workspace")
    def workspace(workspace_sid: str) -> Response:
        return jsonify(bodies.resource(world.resources.all("workspace")[0]))


def _tasks(blueprint: Blueprint, world: World) -> None:
    bodies, path = Bodies(world.seeds, world.resources), "/v1/Workspaces/<workspace_sid>/Tasks"

    def answer(task: sqlite3.Row, status: int = 200) -> Response:
        response = jsonify(bodies.task(task, world.now()))
        response.status_code = status
        response.headers["ETag"] = etag(task)
        return response

    @blueprint.post(path, endpoint="create")
    def create(workspace_sid: str) -> Response:
        return answer(world.tasks.create(request.form), 201)

    @blueprint.get(path, endpoint="list")
    def search(workspace_sid: str) -> Response:
        statuses = [one for one in ",".join(request.args.getlist("AssignmentStatus")).split(",") if one]
        rows = world.tasks.search(request.args, statuses, misbehave.lag())
        shown = partial(bodies.task, now=world.now(), attributes=not misbehave.attributes_are_null())
        return page("tasks", rows, shown)

    @blueprint.get(f"{path}/<sid>", endpoint="fetch")
    def fetch(workspace_sid: str, sid: str) -> Response:
        return answer(world.tasks.fetch(sid))

    @blueprint.post(f"{path}/<sid>", endpoint="update")
    def update(workspace_sid: str, sid: str) -> Response:
        return answer(world.tasks.update(sid, request.form, request.headers.get("If-Match")))

    @blueprint.delete(f"{path}/<sid>", endpoint="delete")
    def delete(workspace_sid: str, sid: str) -> Response:
        world.tasks.delete(sid, request.headers.get("If-Match"))
        return Response(status=204)


def _events(blueprint: Blueprint, world: World) -> None:
    bodies, path = Bodies(world.seeds, world.resources), "/v1/Workspaces/<workspace_sid>/Events"

    @blueprint.get(path, endpoint="events")
    def events(workspace_sid: str) -> Response:
        return page("events", world.events.search(request.args), bodies.event)

    @blueprint.get(f"{path}/<sid>", endpoint="event")
    def event(workspace_sid: str, sid: str) -> Response:
        return jsonify(bodies.event(world.events.fetch(sid)))


def _resources(blueprint: Blueprint, world: World) -> None:
    bodies = Bodies(world.seeds, world.resources)
    path = f"/v1/Workspaces/<workspace_sid>/<any({', '.join(KINDS)}):plural>"

    @blueprint.get(path, endpoint="resources")
    def resources(workspace_sid: str, plural: str) -> Response:
        rows = world.resources.all(KINDS[plural])
        wanted = request.args.get("FriendlyName", request.args.get("UniqueName"))
        key = {"activity": "activities"}.get(KINDS[plural], KINDS[plural] + "s")
        key = {"task_channels": "channels"}.get(key, key)
        return page(key, [row for row in rows if wanted in (None, row["name"])], bodies.resource)

    @blueprint.get(f"{path}/<sid>", endpoint="resource")
    def resource(workspace_sid: str, plural: str, sid: str) -> Response:
        row = world.resources.find(KINDS[plural], sid)
        if row is None or (plural != "TaskChannels" and row["sid"] != sid):
            raise not_found("resource")
        return jsonify(bodies.resource(row))

    @blueprint.post(path, endpoint="add")
    def add(workspace_sid: str, plural: str) -> Response:
        kind, fields = KINDS[plural], request.form
        name = fields.get("UniqueName" if kind == "task_channel" else "FriendlyName", "")
        row = world.resources.add(kind, name, _kept(kind, world, fields.to_dict()), world.now())
        response = jsonify(bodies.resource(row))
        response.status_code = 201
        return response


def _kept(kind: str, world: World, fields: dict[str, str]) -> dict[str, object]:
    """The fields of a new resource that are remembered beside its name."""
    if kind == "workflow":
        return {"configuration": fields.get("Configuration", "{}"), "task_reservation_timeout": 120}
    if kind == "task_queue":
        return {"target_workers": fields.get("TargetWorkers", "1==1")}
    if kind == "worker":
        return {"activity_sid": world.seeds.offline_sid, "attributes": fields.get("Attributes", "{}")}
    if kind == "activity":
        return {"available": fields.get("Available", "").lower() == "true"}
    return {"friendly_name": fields.get("FriendlyName", fields.get("UniqueName", ""))}


def _faults(blueprint: Blueprint, world: World) -> None:
    @blueprint.route("/sandbox/faults", endpoint="faults", methods=["GET", "PUT"])
    def faults() -> Response:
        if request.method == "PUT":
            world.faults.replace((request.get_json(silent=True) or {}).get("faults", []))
        return jsonify(world.faults.report())
