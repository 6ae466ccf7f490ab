"""What a process remembers of its sessions is what was written, without the secrets, and never too much."""

from __future__ import annotations

import pytest

from bridge.gateways.memory import Latest, Memory
from bridge.gateways.moves import Known
from bridge.gateways.talk import Talk
from bridge.menu import State
from bridge.store.sessions import OPEN, Session
from bridge.value import replace

NOW = 1_000.0
ROW = Session(
    id=b"\x01" * 32,
    turn=3,
    status=OPEN,
    gateway="africastalking",
    service_code="384*123",
    menu="support",
    question="location",
    caller_key=b"\x02" * 32,
    began_at=NOW - 20,
    touched_at=NOW - 5,
    expires_at=NOW + 600,
    content={},
)
TALK = Talk(
    session_id="ATUid_1",
    service_code="*384*123#",
    caller="+221770000001",
    received="221770000001",
    simulated=False,
    menu_version="d4aa385a20ecd079",
    state=State((("language", "fr"), ("location", "dakar")), page=1, wrong=2),
    origin="africastalking:ATUid_1:1000.0:66",
    started_at=NOW - 20,
    text="Êtes-vous en sécurité ?",
    ends=False,
    heard=2,
    digest="dc66",
)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.mark.parametrize(
    "known",
    [
        Known(ROW, TALK),
        Known(replace(ROW, caller_key=None), replace(TALK, caller=None, received="")),
        Known(ROW, replace(TALK, state=State(), offering=True, partial_kept=True, stamp="7")),
    ],
    ids=["in the middle", "without a number", "an offer to go on"],
)
def test_a_session_comes_back_as_it_was_written(memory: Memory, known: Known) -> None:
    memory.remember(known, "fr")
    assert memory.session(ROW.id, NOW) == known


def test_a_secret_answer_is_not_remembered(memory: Memory) -> None:
    state = State((("pin", ""),), secrets=(("pin", "4711"),))
    memory.remember(Known(ROW, replace(TALK, state=state)), "fr")
    remembered = memory.session(ROW.id, NOW)
    assert remembered is not None
    assert remembered.talk.state.secrets == ()
    assert remembered.talk.state.answers == (("pin", ""),)


def test_the_rows_own_copy_of_what_was_said_is_not_kept_beside_it(memory: Memory) -> None:
    memory.remember(Known(replace(ROW, content=TALK.to_data()), TALK), "fr")
    remembered = memory.session(ROW.id, NOW)
    assert remembered == Known(ROW, TALK)


def test_a_session_with_text_that_cannot_be_packed_is_left_to_the_store(memory: Memory) -> None:
    memory.remember(Known(ROW, TALK), "fr")
    memory.remember(Known(ROW.next(), replace(TALK, received="\ud83d")), "fr")
    assert memory.session(ROW.id, NOW) is None


def test_a_session_whose_time_is_over_is_not_gone_on_with(memory: Memory) -> None:
    memory.remember(Known(ROW, TALK), "fr")
    assert memory.session(ROW.id, ROW.expires_at) is None


def test_of_a_session_that_ended_only_the_language_is_remembered(memory: Memory) -> None:
    memory.remember(Known(ROW, TALK), "fr")
    memory.remember(Known(ROW.next(), replace(TALK, ends=True)), "fr")
    assert memory.session(ROW.id, NOW) is None
    spoken = memory.spoken.get(ROW.id)
    assert spoken is not None
    assert (spoken.menu, spoken.language) == ("support", "fr")


def test_the_oldest_are_forgotten() -> None:
    latest: Latest[int] = Latest(4)
    for value, key in enumerate((b"a", b"b", b"c", b"a", b"d")):
        latest.put(key, value)
    assert [latest.get(key) for key in (b"a", b"b", b"c", b"d")] == [3, None, 2, 4]


def test_half_of_them_are_always_there() -> None:
    latest: Latest[int] = Latest(10)
    for value in range(100):
        latest.put(b"%d" % value, value)
        kept = [number for number in range(value + 1) if latest.get(b"%d" % number) == number]
        assert kept == list(range(kept[0], value + 1))
        assert min(5, value + 1) <= len(kept) <= 10


def test_what_was_dropped_is_gone_with_all_its_earlier_values() -> None:
    latest: Latest[int] = Latest(4)
    for value, key in enumerate((b"a", b"b", b"a")):
        latest.put(key, value)
    latest.drop(b"a")
    assert latest.get(b"a") is None
