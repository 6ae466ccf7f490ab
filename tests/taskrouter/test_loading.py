"""Twilio's SDK is loaded late, and told of early."""

from __future__ import annotations

import logging
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge import loading
from bridge.errors import SetupError
from bridge.taskrouter import Account, TaskRouter, client
from bridge.value import replace
from tests.sandbox.stage import Stage


@pytest.fixture
def _unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that made no call yet."""
    monkeypatch.delitem(sys.modules, "bridge.taskrouter.calls", raising=False)
    monkeypatch.delattr("bridge.taskrouter.calls", raising=False)


@pytest.fixture
def _unloadable(_unloaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where half of an installation is gone."""
    monkeypatch.setitem(sys.modules, "bridge.taskrouter.calls", None)


@pytest.mark.parametrize("package", client.PACKAGES)
def test_a_package_that_is_not_installed_stops_the_start(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "find_spec", lambda name: None if name == package else object())
    with pytest.raises(SetupError, match=f"package {package} is missing: install what requirements.txt names"):
        TaskRouter(Account("AC", "AC", "token", "WS"))


@pytest.mark.usefixtures("_unloaded")
def test_threads_that_call_at_once_all_wait_until_it_is_loaded(stage: Stage) -> None:
    router = TaskRouter(replace(stage.account))
    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(lambda _: router.create(stage.order()), range(16)))
    assert [outcome.kind for outcome in made] == ["done"] * 16


@pytest.mark.usefixtures("_unloadable")
def test_a_package_that_cannot_be_loaded_is_a_fault_of_the_set_up_and_not_a_doubt_about_a_task(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    router = TaskRouter(stage.account)
    with caplog.at_level(logging.ERROR):
        router.load()
    assert "event=taskrouter_not_loaded" in caplog.text
    outcome = router.create(stage.order())
    assert outcome.kind == "fault"
    assert "Twilio's SDK cannot be loaded" in outcome.reason
    with pytest.raises(SetupError, match="cannot be loaded"):
        router.findings(["WW"], ["ussd"])
