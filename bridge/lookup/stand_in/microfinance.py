"""`menus/examples/microfinance.yaml`: members are known by their number, and become so at their first dial."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.lookup.stand_in.asked import Answer, Answers, Asked, text, value

FIRST_NUMBER = 1001
SAVINGS = "25 000"  # what everybody has here, in CFA


@dataclass(frozen=True, slots=True)
class Member:
    """One of the bank's members."""

    name: str = field(repr=False)
    city: str = field(repr=False)
    account: int


class Microfinance:
    """The bank's members, by telephone number."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self.answers: Answers = {
            ("microfinance", "member"): self._member,
            ("microfinance", "registered"): self._registered,
            ("microfinance", "balance"): self._balance,
        }

    def _member(self, asked: Asked) -> Answer:
        return value("yes" if asked.caller in self._members else "no")

    def _registered(self, asked: Asked) -> Answer:
        """Asked again (after a wrong key, or because an answer was lost) it registers nobody twice."""
        known = self._members.get(asked.caller)
        account = known.account if known else FIRST_NUMBER + len(self._members)
        self._members[asked.caller] = Member(asked.answers["full_name"], asked.answers["city"], account)
        return text(
            en=f"Welcome! Your account is {account}.",
            fr=f"Bienvenue ! Votre compte est le {account}.",
            sw=f"Karibu! Akaunti yako ni {account}.",
        )

    def _balance(self, asked: Asked) -> Answer:
        if asked.caller not in self._members:
            return text(en="You have no account yet.", fr="Vous n'avez pas encore de compte.", sw="Bado huna akaunti.")
        account = self._members[asked.caller].account
        return text(
            en=f"Account {account}: {SAVINGS} CFA.",
            fr=f"Compte {account} : {SAVINGS} CFA.",
            sw=f"Akaunti {account}: CFA {SAVINGS}.",
        )
