"""Everything in the settings that `serve` would refuse, in one list: each part is asked about what is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bridge.errors import SetupError
from bridge.gateways import GATEWAYS
from bridge.gateways.protection import guard
from bridge.settings import Settings, faults_for_serving
from bridge.signature import Secret
from bridge.store.seal import fernet


def require(settings: Settings) -> None:
    """Raises `SetupError` with all of it, a line each."""
    faults = unfit(settings)
    if faults:
        raise SetupError("\n".join(faults))


def unfit(settings: Settings) -> list[str]:
    """What is missing, misshapen or weak; no value is repeated."""
    told = [*faults_for_serving(settings)]
    for attempt in _attempts(settings):
        told += [fault for fault in complaints(attempt) if fault not in told]
    return told


def complaints(attempt: Callable[[], object]) -> list[str]:
    """The lines of the `SetupError` that `attempt` raises; none where it works."""
    try:
        attempt()
    except SetupError as error:
        return str(error).splitlines()
    return []


def _attempts(settings: Settings) -> Iterator[Callable[[], object]]:
    for setting, secrets in (
        ("TELERIVET_USSD_SECRET", settings.telerivet_secrets),
        ("LOOKUP_SECRET", settings.lookup_secrets),
    ):
        for text in secrets:
            yield lambda text=text, setting=setting: Secret.parse(text, setting)  # type: ignore[misc]
    for name, given in settings.gateways.items():
        if name in GATEWAYS:
            yield lambda name=name, given=given: guard(name, given)  # type: ignore[misc]
    if settings.data_keys:
        yield lambda: fernet(settings.data_keys)
