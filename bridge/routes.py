"""Which menu and which workflow a dialled code means: `routes.yaml`, or one default route without it.

default: {menu: support, workflow: WW…}
routes:
  - {gateway: telerivet, service_code: "*384*123#", menu: support, workflow: WW…, country: SN}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, fields, validate
from msgspec import Struct

from bridge.errors import Fault, FileRefused, SetupError
from bridge.menu.document import Document, read_document
from bridge.menu.shape import A_MAPPING, NO_SUCH_KEY, checked
from bridge.menu.source import source_of
from bridge.value import replace

F = TypeVar("F", bound=fields.Field[Any])

_GATEWAY = "the name of a gateway, like telerivet, or a list of names"
GATEWAY_NAME = "[a-z0-9_]{1,32}"
LONGEST_TIMEOUT = 1_209_600  # seconds; two weeks, the longest that TaskRouter keeps a task (Task resource, Timeout)
HIGHEST_PRIORITY = 2**31 - 1
FALLBACK_MENU = "support"  # what is shown where a route names no menu
MISSING = (
    "MENUS_DIR has no menu named {menu}, which {what} shows: name one of yours ({there}) in a file, like "
    '"default: {{menu: {one}}}", and that file in ROUTES_FILE (docs/routes.md)'
)


class Route(Struct, frozen=True):
    """What one dialled code means. `gateway` and `service_code` are "" in the default route, which takes any.

    A `queue` takes its tasks past the workflow's filters; "" leaves it to them. `timeout` is in seconds.
    `menu` "" leaves the choice to the submission, else `support`.
    `simulated` says whether a test call makes a task; `direct_dial` what digits after the code do.
    """

    gateway: str = ""
    service_code: str = ""
    menu: str = ""
    workflow: str = ""
    queue: str = ""
    channel: str = "ussd"
    priority: int = 0
    country: str | None = None
    timeout: int = LONGEST_TIMEOUT
    simulated: str = "store"
    direct_dial: str = "ignore"


class Routes:
    """All routes, found by gateway and service code."""

    def __init__(self, default: Route, routes: Sequence[Route] = ()) -> None:
        self.default = default
        self.routes = tuple(routes)
        self._by_code = {(route.gateway, bare(route.service_code)): route for route in routes}

    def find(self, gateway: str, service_code: str) -> Route:
        """The route of a dialled code: its own, else the one for all of the gateway, else the default."""
        for key in ((gateway, bare(service_code)), (gateway, "")):
            if route := self._by_code.get(key):
                return route
        return self.default

    def all(self) -> tuple[Route, ...]:
        """Every route, the default last."""
        return (*self.routes, self.default)

    def require_menus(self, menus: Collection[str], gateways: Collection[str]) -> None:
        """Raises `SetupError` where a caller at one of these gateways would see a menu that is not among `menus`."""
        own = sorted(menus)
        for route in self._of(gateways):
            menu = route.menu or FALLBACK_MENU
            if menu not in menus:
                raise SetupError(MISSING.format(menu=menu, what=_code(route), there=", ".join(own), one=own[0]))

    def _of(self, gateways: Collection[str]) -> Iterator[Route]:
        """Every route that somebody who dials at one of these can take."""
        yield from (route for route in self.routes if route.gateway in gateways)
        if any((gateway, "") not in self._by_code for gateway in gateways):
            yield self.default

    def check_menus(self, menus: Collection[str], file: str) -> None:
        """Raises `FileRefused` naming each route whose menu is not among `menus`."""
        faults = [
            Fault(_place(route), f"menu {route.menu}", f"one of: {', '.join(sorted(menus)) or 'none is there'}")
            for route in self.all()
            if route.menu and route.menu not in menus
        ]
        if faults:
            raise FileRefused(file, faults)


def _text(expected: str, pattern: str, **options: Any) -> fields.String:
    return _said(fields.String, expected, validate.Regexp(rf"(?:{pattern})\Z", error=expected), **options)


def _number(least: int, most: int) -> fields.Integer:
    expected = f"a whole number from {least:,} to {most:,}"
    return _said(fields.Integer, expected, validate.Range(least, most, error=expected))


def _one_of(*words: str) -> fields.String:
    expected = " or ".join(words)
    return _said(fields.String, expected, validate.OneOf(words, error=expected))


def _said(kind: type[F], expected: str, check: Callable[[Any], Any], **options: Any) -> F:
    messages: dict[str, Any] = dict.fromkeys(("required", "null", "invalid", "too_large"), expected)
    return kind(validate=check, error_messages=messages, **options)


class _Strict(Schema):
    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow declares it as an instance attribute
        "unknown": f"{NO_SUCH_KEY} (docs/routes.md lists them)",
        "type": A_MAPPING,
    }


class _RouteSchema(_Strict):
    menu = _text("the name of a menu", ".{1,64}")
    workflow = _text("WW and 32 hexadecimal digits", r"WW[0-9a-f]{32}")
    queue = _text("WQ and 32 hexadecimal digits", r"WQ[0-9a-f]{32}")
    channel = _text("the unique name of a task channel", ".{1,64}")
    priority = _number(0, HIGHEST_PRIORITY)
    country = _text("two capital letters, like SN", "[A-Z]{2}")
    timeout = _number(1, LONGEST_TIMEOUT)
    simulated = _one_of("store", "task")
    direct_dial = _one_of("ignore", "prefill")


class _Gateways(fields.List[str]):
    """One name stands for a list of one."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[str | None]:
        if not isinstance(value, list):
            return [self.inner.deserialize(value)]
        return super()._deserialize(value, attr, data, **kwargs)


class _CodeRouteSchema(_RouteSchema):
    gateway = _Gateways(
        _text(_GATEWAY, GATEWAY_NAME),
        required=True,
        validate=validate.Length(1, error=_GATEWAY),
        error_messages=dict.fromkeys(("required", "null"), _GATEWAY),
    )
    service_code = _text("the dialled code, in quotes", ".{0,64}", load_default="")


_KEYS = frozenset({"default", "routes", *_CodeRouteSchema().fields})


class _FileSchema(_Strict):
    default = fields.Nested(_RouteSchema, load_default=dict)
    routes = fields.List(
        fields.Nested(_CodeRouteSchema), load_default=list, error_messages={"invalid": "a list of routes"}
    )


def load_routes(file: Path | None, base: Route, gateways: Collection[str] | None = None) -> Routes:
    """The routes of `file`. What a code's route leaves out is taken from the route of its gateway alone, then from the
    file's default, then from `base`.

    Without a file, `base` is the one route. Raises `FileRefused` with every fault; a gateway that is not among
    `gateways`, where they are given, is one.
    """
    if file is None:
        return Routes(base)
    document = read_document(source_of(file))
    content = {"default": {}, "routes": []} | checked(document, _FileSchema(), "routes", _KEYS)
    if gateways is not None:
        _refuse_strangers(document, gateways)
    if document.faults:
        raise FileRefused(str(file), sorted(document.faults, key=lambda fault: fault.line or 0))
    default = replace(base, **content["default"])
    routes = _completed(content["routes"], default)
    _refuse_repeats(file, routes)
    return Routes(default, routes)


def _completed(written: Sequence[dict[str, Any]], default: Route) -> list[Route]:
    """One route for each gateway of each entry, in the order of the file."""
    single = [route | {"gateway": name} for route in written for name in route["gateway"]]
    of_gateway = {route["gateway"]: replace(default, **route) for route in single if not bare(route["service_code"])}
    return [replace(of_gateway.get(route["gateway"], default), **route) for route in single]


def _refuse_strangers(document: Document, gateways: Collection[str]) -> None:
    """Note each gateway that nobody here knows; a misspelt one would never be dialled."""
    written = document.data.get("routes") if isinstance(document.data, dict) else None
    for place, route in enumerate(written if isinstance(written, list) else []):
        named = route.get("gateway") if isinstance(route, dict) else None
        for name in named if isinstance(named, list) else [named]:
            if isinstance(name, str) and re.fullmatch(GATEWAY_NAME, name) and name not in gateways:
                document.refuse(("routes", place, "gateway"), name, known_gateway(name, gateways))


def known_gateway(name: str, gateways: Collection[str]) -> str:
    """What should stand for a name that no gateway has: the nearest one, and where all of them are listed."""
    nearest = get_close_matches(name, sorted(gateways), 1)
    meant = f"{nearest[0]}, or another" if nearest else "telerivet, or a"
    return f"{meant} name that `python -m bridge gateways` lists"


def _refuse_repeats(file: Path, routes: Sequence[Route]) -> None:
    seen: set[tuple[str, str]] = set()
    faults = []
    for route in routes:
        key = (route.gateway, bare(route.service_code))
        if key in seen:
            faults.append(Fault(_place(route), "the same gateway and code twice", "one route for each"))
        seen.add(key)
    if faults:
        raise FileRefused(str(file), faults)


def bare(service_code: str) -> str:
    """A code without its star and hash: providers write one in several ways, `*149*46*7# ` with a space too."""
    return service_code.strip().strip("*#")


def _code(route: Route) -> str:
    if not route.gateway:
        return "every code without a route of its own"
    return f"{f'*{bare(route.service_code)}#' if route.service_code else 'every other code'} at {route.gateway}"


def _place(route: Route) -> str:
    return f"route {route.gateway} {route.service_code}".strip() if route.gateway else "default route"
