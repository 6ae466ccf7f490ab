"""What one turn makes of a session: decided from what was read, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.gateways.asking import GO_ON, START_AGAIN, Desk, choice, first_step, next_step, offer, same_step
from bridge.gateways.listening import ContradictionError, Digest, is_repeat, new_inputs
from bridge.gateways.talk import Talk
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.menu import State, Step, is_far_enough
from bridge.routes import bare
from bridge.store.sessions import DONE, DROPPED, MOVED, OPEN, Session
from bridge.value import Value, replace


class Known(Value, frozen=True, array_like=True):
    """A session that was read: its row, and what it remembers."""

    row: Session
    talk: Talk

    def is_over(self, now: float) -> bool:
        """Whether its time has passed, so that its id may mean a new dialling."""
        return self.row.expires_at <= now

    def reply(self) -> Reply:
        """What was answered last."""
        return Reply(self.talk.text, self.talk.ends)


class Arrival(Value, frozen=True):
    """A turn, when it arrived and when it is decided (both by our clock), and what is known of its dialling.

    `key` and `caller_key` are where the session and its number are found. `prefill` are dialled inputs that count.
    `known` is the session itself, `broken_off` an earlier one of the same number on the same code that may go on.
    `clashed` says that another turn of this session was written while this one was being decided, `is_foreign` that
    `known` belongs to another number.
    """

    turn: Turn
    at: float
    now: float
    key: bytes
    caller: str | None
    caller_key: bytes | None
    service_code: str
    prefill: tuple[str, ...] = ()
    reuses_ids: bool = False
    known: Known | None = None
    broken_off: Known | None = None
    clashed: bool = False
    is_foreign: bool = False


class Move(Value, frozen=True):
    """What is to be written: the session as it will be, over the turn that was `seen` (None: a new row).

    `completes`: the answers become a submission, and its reference the last screen. `partial` is kept as far as it
    got; `lost` is the question at which an earlier session under this key was given up; `goes_on_from` is the
    session that this one continues. `answers` is False where nobody waits for a screen.
    """

    row: Session
    talk: Talk
    seen: int | None
    completes: bool = False
    partial: Known | None = None
    lost: Session | None = None
    goes_on_from: Session | None = None
    answers: bool = True


def decide(arrival: Arrival, desk: Desk, digest: Digest) -> Move | Reply:
    """A begin or an input: the move it makes, or the last answer once more where it is a repetition."""
    known = arrival.known
    if known is None or _is_new_dialling(arrival, known, digest):
        return _open(arrival, desk, digest)
    if known.talk.ends or known.row.status == MOVED or arrival.turn.kind is Kind.BEGIN:
        return known.reply()
    inputs = _inputs(arrival, known, digest)
    return _advance(arrival, known, inputs, desk, digest) if inputs else known.reply()


def drop(known: Known, desk: Desk) -> Move:
    """The gateway says that an open session is over."""
    row = known.row.next(status=DROPPED)
    keeps = keeps_partial(known.talk, desk)
    talk = replace(known.talk, partial_kept=known.talk.partial_kept or keeps)
    return Move(row, talk, known.row.turn, partial=known if keeps else None, answers=False)


def _is_new_dialling(arrival: Arrival, known: Known, digest: Digest) -> bool:
    if known.is_over(arrival.now) or arrival.is_foreign:
        return True
    if arrival.turn.kind is not Kind.BEGIN or not arrival.reuses_ids or arrival.clashed:
        return False
    return not is_repeat(known.talk, arrival.turn, digest, arrival.at - known.row.touched_at)


def _inputs(arrival: Arrival, known: Known, digest: Digest) -> Sequence[str]:
    """What is new; nothing in a repetition, in a contradiction, and in an input meant for an earlier screen."""
    turn = arrival.turn
    if turn.transcript is None:
        since_answer = arrival.at - known.row.touched_at
        stale = arrival.clashed or since_answer < 0 or is_repeat(known.talk, turn, digest, since_answer)
        return () if stale else (turn.input,)
    try:
        return new_inputs(known.talk, turn.transcript, digest)
    except ContradictionError:
        return ()


def _open(arrival: Arrival, desk: Desk, digest: Digest) -> Move:
    """A new dialling: from the first screen, or with the offer to go on where an earlier one broke off."""
    earlier = _to_go_on_from(arrival, desk)
    if earlier is not None:
        row = _new_row(arrival, desk, earlier.row.question)
        move = Move(row, _going_on(arrival, earlier, desk), None, goes_on_from=earlier.row)
    else:
        talk = _from_the_start(arrival)
        step = first_step(desk, talk, arrival.prefill)
        move = _stepped(_new_row(arrival, desk, ""), talk, step, desk)
    return _over(arrival, replace(move, talk=_heard(move.talk, arrival.turn, digest)), desk)


def _over(arrival: Arrival, move: Move, desk: Desk) -> Move:
    """`move`, written over the session that had the same key before, whose own end is settled with it."""
    old = arrival.known
    if old is None:
        return move
    row = replace(move.row, turn=old.row.turn + 1)
    if move.goes_on_from is not None and move.goes_on_from.id == old.row.id:
        return replace(move, row=row, seen=old.row.turn, goes_on_from=None)
    lost = old.row if old.row.status in (OPEN, DROPPED) else None
    keeps = old.row.status == OPEN and keeps_partial(old.talk, desk)
    return replace(move, row=row, seen=old.row.turn, lost=lost, partial=old if keeps else move.partial)


def _to_go_on_from(arrival: Arrival, desk: Desk) -> Known | None:
    """The session that the caller may go on from: recent, broken off, and with more than a language chosen."""
    if not desk.menu.resume or arrival.prefill or arrival.caller_key is None:
        return None
    earlier = arrival.broken_off
    if earlier is None or earlier.is_over(arrival.now) or earlier.row.menu != desk.menu.name:
        return None
    language = desk.menu.questions[0].name if desk.menu.questions[0].type == "language" else None
    return earlier if any(name != language for name, _ in earlier.talk.state.answers) else None


def _from_the_start(arrival: Arrival) -> Talk:
    turn = arrival.turn
    return Talk(
        session_id=turn.session_id,
        service_code=arrival.service_code,
        caller=arrival.caller,
        received=turn.caller,
        simulated=turn.simulated,
        menu_version="",
        state=State(),
        origin=_origin(arrival),
        started_at=arrival.now,
        text="",
        ends=False,
    )


def _origin(arrival: Arrival) -> str:
    """The key of what this dialling submits. Two numbers may have one session id at the same moment, hence the end."""
    turn = arrival.turn
    return f"{turn.gateway}:{turn.session_id}:{arrival.now:.3f}:{arrival.key.hex()[:12]}"


def _going_on(arrival: Arrival, earlier: Known, desk: Desk) -> Talk:
    talk = earlier.talk
    return replace(
        _from_the_start(arrival),
        menu_version=desk.menu.version,
        state=State(talk.state.answers, talk.state.page),
        origin=talk.origin,
        started_at=talk.started_at,
        partial_kept=talk.partial_kept,
        text=offer(desk, talk.state),
        offering=True,
    )


def _new_row(arrival: Arrival, desk: Desk, question: str) -> Session:
    return Session(
        id=arrival.key,
        turn=0,
        status=OPEN,
        gateway=arrival.turn.gateway,
        service_code=bare(arrival.service_code),
        menu=desk.menu.name,
        question=question,
        caller_key=arrival.caller_key,
        began_at=arrival.now,
        touched_at=arrival.now,
        expires_at=arrival.now + desk.menu.session_ttl,
        content={},
    )


def _advance(arrival: Arrival, known: Known, inputs: Sequence[str], desk: Desk, digest: Digest) -> Move:
    talk, rest, step = known.talk, list(inputs), None
    if talk.offering:
        talk, step = _chosen(arrival, talk, rest.pop(0), desk)
    if rest and not talk.offering:
        step = next_step(desk, talk, rest)
    row = known.row.next(
        status=OPEN,
        menu=desk.menu.name,
        touched_at=arrival.now,
        expires_at=arrival.now + desk.menu.session_ttl,
    )
    talk = _heard(talk, arrival.turn, digest)
    return replace(_stepped(row, talk, step, desk), seen=known.row.turn)


def _chosen(arrival: Arrival, talk: Talk, text: str, desk: Desk) -> tuple[Talk, Step | None]:
    """The answer to the offer. Anything else asks the same again.

    Who starts again after a partial submission was made stays under its origin, so that one person is one task.
    """
    key = choice(text)
    if key == GO_ON:
        return replace(talk, offering=False), same_step(desk, talk)
    if key != START_AGAIN:
        return talk, None
    fresh = replace(_from_the_start(arrival), stamp=talk.stamp)
    if talk.partial_kept:
        fresh = replace(fresh, origin=talk.origin, started_at=talk.started_at, partial_kept=True)
    return fresh, first_step(desk, fresh)


def _stepped(row: Session, talk: Talk, step: Step | None, desk: Desk) -> Move:
    """The session after `step`; None leaves it where it is, at its offer."""
    if step is None:
        return Move(row, talk, None)
    talk = replace(talk, state=step.state, menu_version=desk.menu.version, offering=False)
    if step.outcome == "complete" or step.screen is None:
        return Move(replace(row, status=DONE, question=""), replace(talk, ends=True), None, completes=True)
    talk = replace(talk, text=step.screen.text, ends=step.screen.ends)
    row = replace(row, question=step.question or "")
    if step.outcome == "gave_up":
        keeps = keeps_partial(talk, desk)
        row, kept = replace(row, status=DROPPED), replace(talk, partial_kept=talk.partial_kept or keeps)
        return Move(row, kept, None, partial=Known(row, talk) if keeps else None)
    return Move(replace(row, status=DONE) if step.outcome == "ended" else row, talk, None)


def keeps_partial(talk: Talk, desk: Desk) -> bool:
    """Whether a session that breaks off here becomes a partial submission, the first of its dialling."""
    return not talk.partial_kept and is_far_enough(desk.menu, talk.state)


def _heard(talk: Talk, turn: Turn, digest: Digest) -> Talk:
    """`talk`, remembering what the gateway has said up to this turn."""
    if turn.transcript is None:
        return replace(talk, digest=digest(turn.input), stamp=turn.stamp)
    return replace(talk, heard=len(turn.transcript), digest=digest("*".join(turn.transcript)), stamp=turn.stamp)
