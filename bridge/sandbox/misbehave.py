"""Carries out what the plan says: before a call has its effect, and after."""

from __future__ import annotations

from flask import Response, g, request

from bridge.sandbox.drop import dropped
from bridge.sandbox.faults import OPERATIONS, Fault
from bridge.sandbox.refusal import too_many, unavailable
from bridge.sandbox.world import World

Faults = dict[str, Fault]


def before(world: World) -> Response | None:
    """Wait, refuse or drop before anything happens. The control endpoint itself never misbehaves."""
    operation = (request.endpoint or "").rpartition(".")[2]
    if operation == "faults":
        return None
    g.faults = faults = world.faults.take(operation if operation in OPERATIONS else "other")
    for kind in ("slow", "late_create"):
        if kind in faults:
            world.sleep(faults[kind].delay)
    if "drop_before" in faults:
        return dropped(request.environ)
    if "limit" in faults:
        raise too_many(faults["limit"].retry_after)
    if "unavailable" in faults:
        raise unavailable(faults["unavailable"].status)
    return None


def after(world: World, response: Response) -> Response:
    """Answer late, or not at all, once the effect is there."""
    faults = _of_this_call()
    if "late_answer" in faults:
        world.sleep(faults["late_answer"].delay)
    if "drop_after" in faults:
        return dropped(request.environ)
    return response


def lag() -> float:
    """How far behind a list is, in seconds."""
    fault = _of_this_call().get("lag")
    return fault.delay if fault else 0.0


def attributes_are_null() -> bool:
    """Whether a list is to show its tasks without attributes: one of the faults that a plan may name."""
    return "null_attributes" in _of_this_call()


def _of_this_call() -> Faults:
    found: Faults = g.get("faults", {})
    return found
