"""What the demo sees to, so that an admin's own menus and routes run in it as they would with Twilio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.routes import FALLBACK_MENU, Route, Routes, bare
from bridge.sandbox import World
from bridge.service import KNOWN_GATEWAYS, Service

ANY_CODE = "*123#"  # what to dial where every code does the same


def require_menus(service: Service) -> None:
    """Refuse routes that show no menu: here the phone is every provider's. Raises `SetupError`."""
    service.routes.require_menus(service.menus, KNOWN_GATEWAYS)


def menu_of(route: Route) -> str:
    """The name of the menu that a route shows."""
    return route.menu or FALLBACK_MENU


def codes(routes: Routes, gateway: str) -> Mapping[str, str]:
    """What can be dialled at a gateway, and the menu that it shows, in the order of the routes."""
    own = {dialled(one): menu_of(one) for one in routes.routes if one.gateway == gateway and one.service_code}
    return own or {ANY_CODE: menu_of(routes.find(gateway, ANY_CODE))}


def dialled(route: Route) -> str:
    """A route's code as it is typed on a phone, however the file writes it."""
    return f"*{bare(route.service_code)}#" if route.service_code else "every code"


def tell_taskrouter(world: World, service: Service) -> None:
    """Have TaskRouter know every workflow, queue and channel that routes and answers name."""
    routes, answers = service.routes.all(), list(_named_by_answers(service))
    world.has(
        workflows={route.workflow for route in routes} | {one["workflow"] for one in answers if "workflow" in one},
        queues={route.queue for route in routes if route.queue} | {one["queue"] for one in answers if "queue" in one},
        channels={route.channel for route in routes},
    )


def _named_by_answers(service: Service) -> Iterator[Mapping[str, Any]]:
    for menu in service.menus.values():
        for question in menu.questions:
            yield from question.route_when.values()
