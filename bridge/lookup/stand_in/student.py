"""`menus/examples/student.yaml`: two students, 10001 with the code 1111 and 10002 with the code 2222."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from bridge.lookup.stand_in.asked import Answer, Answers, Asked, text, value
from bridge.lookup.stand_in.signed_in import SignedIn


@dataclass(frozen=True, slots=True)
class Student:
    """What the university knows. A real one keeps a code as the stand-in for wallets does, not as it is."""

    code: str
    marks: tuple[str, ...]
    missed: tuple[str, ...]
    owed: str


STUDENTS = {
    "10001": Student("1111", ("Algebra 14/20", "Physics 11/20", "History 16/20"), ("Chemistry, 12 May",), "45 000"),
    "10002": Student("2222", ("Biology 12/20", "Law 15/20"), (), "0"),
}
WRONG = text(
    en="Number or code is wrong. Go back and try again.",
    fr="Numéro ou code faux. Revenez et réessayez.",
    pt="Número ou código errado. Volte e tente de novo.",
)


class Students:
    """What a student may read who showed number and code."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._signed_in = SignedIn(now)
        self.answers: Answers = {
            ("student", "student"): self._student,
            ("student", "results"): lambda asked: self._told(asked, _results),
            ("student", "missed"): lambda asked: self._told(asked, _missed),
            ("student", "fees"): lambda asked: self._told(asked, _fees),
        }

    def _student(self, asked: Asked) -> Answer:
        number = asked.answers["student_number"]
        student, code = STUDENTS.get(number), asked.secrets.get("code", "")
        if student is None or not hmac.compare_digest(student.code.encode(), code.encode()):
            self._signed_in.drop(asked.session)
            return WRONG
        self._signed_in.add(asked.session, number)
        return value("known")

    def _told(self, asked: Asked, tell: Callable[[Student], Answer]) -> Answer:
        """By who has signed in, not by what is asked: the session alone says for whom."""
        number = self._signed_in.who(asked.session)
        return tell(STUDENTS[number]) if number else WRONG


def _results(student: Student) -> Answer:
    marks = "\n".join(student.marks)
    return text(en=marks, fr=marks, pt=marks)


def _missed(student: Student) -> Answer:
    if not student.missed:
        return text(en="None.", fr="Aucun.", pt="Nenhum.")
    missed = "\n".join(student.missed)
    return text(en=missed, fr=missed, pt=missed)


def _fees(student: Student) -> Answer:
    owed = f"{student.owed} CFA"
    return text(en=f"To pay: {owed}.", fr=f"À payer : {owed}.", pt=f"A pagar: {owed}.")
