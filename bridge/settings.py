"""The settings as the rest of the house sees them: read once from an environment, refused loudly.

`read` turns an environment into `Settings`, or refuses with every fault at once (`SetupError`). What there is to
set stands in `bridge.setting_list`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bridge import setting_readers
from bridge.errors import SetupError
from bridge.setting_list import BY_NAME, SETTINGS, SEVERAL, Setting
from bridge.setting_readers import ShareNumber

__all__ = [
    "BY_NAME",
    "SETTINGS",
    "Gateway",
    "Setting",
    "Settings",
    "faults_for_serving",
    "read",
]

TOKEN_CHARACTERS = 22  # 128 bits in URL-safe base64
GATEWAY_SETTING = re.compile(r"([A-Z][A-Z0-9_]*)_(TOKEN|BASIC|ALLOW_IPS)")


SIDS = {"ACCOUNT_SID": "AC", "API_KEY_SID": "SK", "TASK_WORKSPACE_ID": "WS", "TASK_WORKFLOW_ID": "WW"}
MADE_BY_SECRET = {  # with the option that makes it
    "TELERIVET_USSD_SECRET": "",
    "DATA_KEYS": " --data-key",
    "LOOKUP_SECRET": "",
    "METRICS_TOKEN": " --token",
}
FOUND = {
    "ACCOUNT_SID": "console.twilio.com shows it",
    "API_KEY_SID": "Console > Account > API keys & tokens",
    "TASK_WORKSPACE_ID": "Console > TaskRouter > Workspaces",
    "TASK_WORKFLOW_ID": "Console > TaskRouter > Workspaces > Workflows",
}


@dataclass(frozen=True, slots=True)
class Gateway:
    """What `.env` says of one server-run gateway: `HUBTEL_TOKEN`, `HUBTEL_BASIC`, `HUBTEL_ALLOW_IPS`."""

    tokens: tuple[str, ...] = field(default=(), repr=False)
    basic: tuple[str, ...] = field(default=(), repr=False)
    allow_ips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as values. Secrets are kept out of `repr`."""

    telerivet_secrets: tuple[str, ...] = field(default=(), repr=False)
    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    api_key_sid: str = ""
    api_key_secret: str = field(default="", repr=False)
    workspace_sid: str = ""
    workflow_sid: str = ""
    task_channel: str = "ussd"
    taskrouter_url: str = "https://taskrouter.twilio.com"
    database_url: str = field(default="sqlite:///instance/bridge.db", repr=False)
    data_keys: tuple[str, ...] = field(default=(), repr=False)
    routes_file: Path | None = None
    menus_dir: tuple[Path, ...] = (Path("menus"),)
    default_country: str | None = None
    share_number: ShareNumber = "callback"
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    lookup_url: str = ""
    lookup_secrets: tuple[str, ...] = field(default=(), repr=False)
    lookup_seconds: float = 2.5
    metrics_token: str = field(default="", repr=False)
    trusted_proxies: int = 0
    give_up_after: float = 259_200.0
    keep_content_days: int = 7
    keep_undelivered_days: int = 30
    keep_ids_days: int = 30
    keep_attempts_days: int = 30
    keep_audit_days: int = 365
    keep_counters_months: int = 12
    log_level: str = "INFO"
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    test_calls_make_tasks: bool = False  # in the demo, whatever the routes say


def read(environ: Mapping[str, str] = os.environ, gateways: Collection[str] | None = None) -> Settings:
    """The settings of an environment. Raises `SetupError` naming every setting that is wrong.

    Of the `<NAME>_TOKEN`s only those of `gateways` are taken, where they are given.
    """
    faults: list[str] = []
    found = {setting.field: setting.read(_text(environ, faults, setting), faults) for setting in SETTINGS}
    mounted = _gateways(environ, faults, gateways)
    if faults:
        raise SetupError("\n".join(faults))
    return Settings(**found, gateways=mounted)


def faults_for_serving(settings: Settings) -> list[str]:
    """What is missing, still the sample's or misshapen, a sentence each that says where the right value is found.

    Whether a secret is strong is for the part that uses it to say (`bridge.intake`, `bridge.gateways`, `bridge.store`).
    """
    return [
        *_missing(settings),
        *_sample_secrets(settings),
        *_wrong_sids(settings),
        *_weak_metrics_token(settings),
    ]


def _missing(settings: Settings) -> list[str]:
    api_key = settings.api_key_sid and settings.api_key_secret
    wanted = (
        (
            settings.telerivet_secrets or settings.gateways,
            "TELERIVET_USSD_SECRET (or a gateway's token, like AFRICASTALKING_TOKEN)",
            "`python -m bridge secret` makes one",
        ),
        (settings.account_sid, "ACCOUNT_SID", FOUND["ACCOUNT_SID"]),
        (
            settings.auth_token or api_key,
            "AUTH_TOKEN (or API_KEY_SID with API_KEY_SECRET)",
            "console.twilio.com shows it",
        ),
        (settings.workspace_sid, "TASK_WORKSPACE_ID", FOUND["TASK_WORKSPACE_ID"]),
        (settings.workflow_sid, "TASK_WORKFLOW_ID", FOUND["TASK_WORKFLOW_ID"]),
        (settings.data_keys, "DATA_KEYS", "`python -m bridge secret --data-key` makes one"),
    )
    return [f"{name} is missing: {remedy}" for value, name, remedy in wanted if not value]


def _sample_secrets(settings: Settings) -> Iterator[str]:
    """Whoever reads our repository knows these, whatever setting they were copied into."""
    public = {setting.sample for setting in SETTINGS if setting.secret and setting.sample}
    for name, option in MADE_BY_SECRET.items():
        held: str | tuple[str, ...] = getattr(settings, BY_NAME[name].field)
        if public.intersection((held,) if isinstance(held, str) else held):
            yield f"{name} is the public value of .env.sample: `python -m bridge secret{option}` makes your own"


def _wrong_sids(settings: Settings) -> Iterator[str]:
    """Twilio's ids are two capitals and 32 hexadecimal digits (twilio.com/docs/glossary/what-is-a-sid)."""
    for name, letters in SIDS.items():
        sid = getattr(settings, BY_NAME[name].field)
        if sid and sid == BY_NAME[name].sample:
            yield f"{name} is still the sample value: {FOUND[name]}"
        elif sid and not re.fullmatch(rf"{letters}[0-9a-fA-F]{{32}}", sid):
            yield f"{name} must be {letters} and 32 hexadecimal digits: {FOUND[name]}"


def _weak_metrics_token(settings: Settings) -> list[str]:
    if not settings.metrics_token or len(settings.metrics_token) >= TOKEN_CHARACTERS:
        return []
    return [f"METRICS_TOKEN is too weak: {TOKEN_CHARACTERS} random characters; `python -m bridge secret --token`"]


def _text(environ: Mapping[str, str], faults: list[str], setting: Setting) -> str:
    text = _written(environ, setting.name, faults) if setting.secret else environ.get(setting.name, "").strip()
    if "\n" in text and setting.value is not setting_readers.listed:
        faults.append(f"{setting.name} must be one line")
    return text or setting.default


def _written(environ: Mapping[str, str], name: str, faults: list[str]) -> str:
    """What stands in a setting, or in the file that its twin names. Which of two holds, nobody should have to guess."""
    plain, file = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
    if plain and file:
        faults.append(f"{name} and {name}_FILE are both set: keep one of them")
    return _content(f"{name}_FILE", file, faults) if file else plain


def _content(name: str, path: str, faults: list[str]) -> str:
    """An empty file is a fault: a secret that did not arrive would switch off what it protects."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError):  # not UTF-8, or no name that a file can have
        faults.append(f"{name} names a file that cannot be read")
        return ""
    if not text:
        faults.append(f"{name} names a file that is empty")
    return text


def _gateways(environ: Mapping[str, str], faults: list[str], known: Collection[str] | None) -> dict[str, Gateway]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in sorted({variable.removesuffix("_FILE") for variable in environ}):
        match = GATEWAY_SETTING.fullmatch(name)
        if not match or name in BY_NAME:
            continue
        if known is not None and match[1].lower() not in known:
            continue  # every environment has tokens that belong to something else
        if text := _written(environ, name, faults):
            found.setdefault(match[1].lower(), {})[match[2].lower()] = _listed(name, text, faults)
    return {
        name: Gateway(parts.get("token", ()), parts.get("basic", ()), parts.get("allow_ips", ()))
        for name, parts in found.items()
        if parts.get("token")
    }


def _listed(name: str, text: str, faults: list[str]) -> tuple[str, ...]:
    try:
        return setting_readers.listed(text)
    except ValueError:
        faults.append(f"{name} must be {SEVERAL}")
        return ()
