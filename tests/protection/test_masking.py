"""Whatever a process writes down by itself, numbers and secrets are not in it."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bridge import masking
from bridge.masking import know, masked
from bridge.settings import SETTINGS, read

NUMBER = "+221770000001"
TOKEN = "Zx8-Qp3_Lm7vTd2RkYb5wA"
KEY = Fernet.generate_key().decode()
SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXM="


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a handler of the root logger writes while masking is installed."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    factory = logging.getLogRecordFactory()
    hooks = (sys.excepthook, sys.unraisablehook, threading.excepthook)
    monkeypatch.setattr(masking, "_known", masking._Known())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        masking.install()
        yield out
    finally:
        root.removeHandler(handler)
        logging.setLogRecordFactory(factory)
        logging.captureWarnings(False)
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


@pytest.mark.parametrize(
    ("said", "written"),
    [
        pytest.param(f"caller={NUMBER}", "caller=[number]", id="E.164"),
        pytest.param("221770000001", "[number]", id="digits"),
        pytest.param("77 000 00 01", "77 000 00 01", id="a short national number in groups is let through"),
        pytest.param("+221 77 000-00 01.", "[number].", id="in groups"),
        pytest.param("x%2B221770000001&y", "x%2B[number]&y", id="in a query"),
        pytest.param("SM221770000001", "SM[number]", id="within a session id"),
        pytest.param("٢٢١٧٧٠٠٠٠٠٠١", "[number]", id="in Arabic digits"),
        pytest.param("status=503 try=2 port 8080", "status=503 try=2 port 8080", id="small figures stay"),
        pytest.param("WT" + "0a" * 16, "WT" + "0a" * 16, id="a SID stays"),
        pytest.param("a" * 20 + "0123456789ab", "a" * 20 + "0123456789ab", id="an external id stays"),
        pytest.param("1" * 32, "[number]", id="an id of digits alone could be numbers"),
        pytest.param(f"key {SECRET}!", "key whsec_…!", id="a signing secret"),
        pytest.param(f'"POST /ussd/hubtel/{TOKEN} HTTP/1.1"', '"POST /ussd/hubtel/… HTTP/1.1"', id="a path's token"),
        pytest.param(f"/ussd/infobip/{TOKEN}/7c/start", "/ussd/infobip/…/7c/start", id="a token within a path"),
        pytest.param(f"DATA_KEYS={KEY}", "DATA_KEYS=[key]", id="a data key"),
        pytest.param(Fernet(KEY).encrypt(b"x").decode(), "[sealed]", id="what is sealed"),
        pytest.param("postgresql://u:pass@h/d", "postgresql://…@h/d", id="a password in an address"),
        pytest.param("Authorization: Basic dTpwYXNz", "Authorization: Basic …", id="HTTP Basic"),
        pytest.param("authorization: basic dTpwYXNz", "authorization: basic …", id="HTTP Basic in small letters"),
        pytest.param("Bearer abc.def-ghi", "Bearer …", id="a bearer token"),
    ],
)
def test_what_is_written(said: str, written: str) -> None:
    assert masked(said) == written


def test_every_secret_of_the_settings_is_masked_wherever_it_stands(lines: io.StringIO) -> None:
    values = {s.name: f"value-of-{s.name.lower()}" for s in SETTINGS if s.secret and s.name != "DATABASE_URL"}
    values |= {"DATABASE_URL": "postgresql://bridge:value-of-database@h/d", "HUBTEL_BASIC": "user:value-of-basic-user"}
    know(read({**values, "HUBTEL_TOKEN": "value-of-token-1,value-of-token-2"}))
    for value in ["value-of-database", "value-of-basic-user", "value-of-token-2", *values.values()]:
        logging.getLogger("urllib3.connectionpool").warning("found %s here", value)
    assert "value-of" not in lines.getvalue()
    assert "bridge@h" not in lines.getvalue()


def test_a_secret_without_its_prefix_is_masked_too(lines: io.StringIO) -> None:
    know(read({"TELERIVET_USSD_SECRET": SECRET}))
    assert masked(f"key={SECRET.removeprefix('whsec_')}") == "key=[secret]"


@pytest.mark.parametrize(
    ("name", "secret", "met"),
    [
        pytest.param("DATABASE_URL", "postgresql://u:p%24%2Fword@h/d", "p%24%2Fword", id="a database's, as written"),
        pytest.param("DATABASE_URL", "postgresql://u:p%24%2Fword@h/d", "p$/word", id="a database's, as meant"),
        pytest.param("DATABASE_URL", "postgresql:///d?host=h&password=p%24-word", "p$-word", id="in the query"),
        pytest.param("HUBTEL_BASIC", "user:pass/w+rd of mine", "pass/w%2Brd%20of%20mine", id="quoted in a path"),
        pytest.param("HUBTEL_BASIC", "user:pass/w+rd of mine", "pass%2Fw%2Brd%20of%20mine", id="quoted in a query"),
        pytest.param("TELERIVET_USSD_SECRET", SECRET, SECRET.replace("=", "%3D"), id="a signing secret in a query"),
    ],
)
def test_a_secret_is_known_however_it_is_spelt(name: str, secret: str, met: str, lines: io.StringIO) -> None:
    know(read({"HUBTEL_TOKEN": TOKEN, name: secret}))
    assert met not in masked(f"<{met}>")
    assert masked("nothing else").startswith("nothing else")


@pytest.mark.parametrize(
    "name", ["", "bridge.intake", "twilio.http_client", "urllib3", "requests", "sqlalchemy", "asyncio"]
)
def test_every_logger_masks_words_and_arguments(name: str, lines: io.StringIO) -> None:
    logger = logging.getLogger(name)
    logger.warning("for %s", NUMBER)
    logger.warning("for %(caller)s", {"caller": NUMBER})
    logger.warning(f"for {NUMBER}")
    assert lines.getvalue() == "for [number]\n" * 3


def test_tracebacks_are_masked_with_their_causes(lines: io.StringIO) -> None:
    try:
        try:
            raise ValueError(f"no route to {NUMBER}")
        except ValueError as error:
            raise RuntimeError(f"failed with {SECRET}") from error
    except RuntimeError:
        logging.getLogger("bridge").exception("event=failed number=%s", NUMBER, stack_info=True)
    told = lines.getvalue()
    assert "ValueError: no route to [number]" in told
    assert "RuntimeError: failed with whsec_…" in told
    assert "Stack (most recent call last)" in told
    assert "221770000001" not in told


def test_a_line_whose_words_do_not_fit_shows_neither(lines: io.StringIO) -> None:
    logging.getLogger("bridge").warning("one %d", NUMBER)
    assert lines.getvalue().startswith("event=unreadable_log_line at=test_masking.py:")


def test_warnings_are_masked(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd number {NUMBER}", stacklevel=1)
    assert "odd number [number]" in lines.getvalue()
    assert "221770000001" not in lines.getvalue()


def test_a_thread_that_dies_says_so_without_numbers(lines: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    def dies() -> None:
        raise LookupError(NUMBER)

    thread = threading.Thread(target=dies)
    thread.start()
    thread.join()
    assert "LookupError: [number]" in capsys.readouterr().err


DYING = """
import sys, runpy
from bridge.commands import secret
def run(arguments):
    raise LookupError("+221770000001 whsec_abcdefgh")
secret.run = run
sys.argv = ["bridge", "secret"]
runpy.run_module("bridge", run_name="__main__")
"""


def test_a_command_that_dies_says_so_without_numbers_and_secrets() -> None:
    died = subprocess.run(
        [sys.executable, "-c", DYING], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert died.returncode == 1
    assert "LookupError: [number] whsec_…" in died.stderr
    assert "221770000001" not in died.stderr
