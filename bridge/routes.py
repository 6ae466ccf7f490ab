"""Which menu and which workflow a dialled code means: `routes.yaml`, or one default route without it.

default: {menu: support, workflow: WW…}
routes:
  - {gateway: telerivet, service_code: "*384*123#", menu: support, workflow: WW…, country: SN}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bridge.errors import Fault, FileRefused

TWO_WEEKS = 1_209_600  # the longest TaskRouter keeps a task (Task resource, Timeout)


@dataclass(frozen=True, slots=True)
class Route:
    """What one dialled code means. `gateway` and `service_code` are "" in the default route, which takes any.

    `timeout` is in seconds. `menu` "" leaves the choice to the submission, else `support`.
    `simulated` says whether a test call makes a task; `direct_dial` what digits after the code do.
    """

    gateway: str = ""
    service_code: str = ""
    menu: str = ""
    workflow: str = ""
    channel: str = "ussd"
    priority: int = 0
    country: str | None = None
    timeout: int = TWO_WEEKS
    simulated: str = "store"
    direct_dial: str = "ignore"


class Routes:
    """All routes, found by gateway and service code."""

    def __init__(self, default: Route, routes: Sequence[Route] = ()) -> None:
        self.default = default
        self.routes = tuple(routes)
        self._by_code = {(route.gateway, _bare(route.service_code)): route for route in routes}

    def find(self, gateway: str, service_code: str) -> Route:
        """The route of a dialled code: its own, else the one for all of the gateway, else the default."""
        for key in ((gateway, _bare(service_code)), (gateway, "")):
            if route := self._by_code.get(key):
                return route
        return self.default

    def all(self) -> tuple[Route, ...]:
        """Every route, the default last."""
        return (*self.routes, self.default)

    def check_menus(self, menus: Collection[str], file: str) -> None:
        """Raises `FileRefused` naming each route whose menu is not among `menus`."""
        faults = [
            Fault(
                _place(route), f"menu {route.menu}", f"one of: {', '.join(sorted(menus)) or 'none is there'}"
            )
            for route in self.all()
            if route.menu and route.menu not in menus
        ]
        if faults:
            raise FileRefused(file, faults)


class _RouteSchema(Schema):
    class Meta:
        unknown = RAISE

    menu = fields.String(validate=validate.Length(1, 64))
    workflow = fields.String(
        validate=validate.Regexp(r"WW[0-9a-f]{32}\Z", error="Expected WW and 32 hex digits.")
    )
    channel = fields.String(validate=validate.Length(1, 64))
    priority = fields.Integer(strict=True, validate=validate.Range(0, 2**31 - 1))
    country = fields.String(validate=validate.Regexp(r"[A-Z]{2}\Z", error="Expected two capitals, like SN."))
    timeout = fields.Integer(strict=True, validate=validate.Range(1, TWO_WEEKS))
    simulated = fields.String(validate=validate.OneOf(["store", "task"]))
    direct_dial = fields.String(validate=validate.OneOf(["ignore", "prefill"]))


class _CodeRouteSchema(_RouteSchema):
    gateway = fields.String(required=True, validate=validate.Length(1, 32))
    service_code = fields.String(load_default="", validate=validate.Length(0, 64))


class _FileSchema(Schema):
    class Meta:
        unknown = RAISE

    default = fields.Nested(_RouteSchema, load_default=dict)
    routes = fields.List(fields.Nested(_CodeRouteSchema), load_default=list)


def load_routes(file: Path | None, base: Route) -> Routes:
    """The routes of `file`, what a route leaves out taken from the file's default and then from `base`.

    Without a file, `base` is the one route. Raises `FileRefused` with every fault.
    """
    if file is None:
        return Routes(base)
    document = _checked(file, _parsed(file))
    default = replace(base, **document["default"])
    routes = [replace(default, **route) for route in document["routes"]]
    _refuse_repeats(file, routes)
    return Routes(default, routes)


def _parsed(file: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(file.read_bytes()) or {}
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise FileRefused(str(file), [Fault("file", "no valid YAML", str(error.problem), line)]) from None
    except (YAMLError, UnicodeDecodeError, ValueError):
        raise FileRefused(str(file), [Fault("file", "no valid YAML", "YAML 1.2 in UTF-8")]) from None
    except OSError as error:
        raise FileRefused(
            str(file), [Fault("file", error.strerror or "no file", "a readable file")]
        ) from None


def _checked(file: Path, document: Any) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise FileRefused(str(file), [Fault("file", "something else", "`default:` and `routes:`")])
    try:
        loaded: Mapping[str, Any] = _FileSchema().load(document)
    except ValidationError as error:
        raise FileRefused(str(file), list(_faults("", error.messages))) from None
    return loaded


def _faults(path: str, messages: Any) -> list[Fault]:
    if isinstance(messages, dict):
        return [
            fault
            for key, inner in messages.items()
            for fault in _faults(
                f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip("."), inner
            )
        ]
    return [Fault(path, "something else", str(message)) for message in messages]


def _refuse_repeats(file: Path, routes: Sequence[Route]) -> None:
    seen: set[tuple[str, str]] = set()
    faults = []
    for route in routes:
        key = (route.gateway, _bare(route.service_code))
        if key in seen:
            faults.append(Fault(_place(route), "the same gateway and code twice", "one route for each"))
        seen.add(key)
    if faults:
        raise FileRefused(str(file), faults)


def _bare(service_code: str) -> str:
    """Providers write one code in several ways: `*149*46*7# ` with a space, or without its star and hash."""
    return service_code.strip().strip("*#")


def _place(route: Route) -> str:
    return f"route {route.gateway} {route.service_code}".strip() if route.gateway else "default route"
