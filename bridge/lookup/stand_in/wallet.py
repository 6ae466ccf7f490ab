"""`menus/examples/wallet.yaml`: every number has a wallet, and every wallet begins with the PIN 1234."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bridge.lookup.stand_in.asked import Answer, Answers, Asked, text, value
from bridge.lookup.stand_in.signed_in import SignedIn

FIRST_PIN = "1234"
BALANCE = "12 500"
WRONG_PINS = 3

AGAIN = text(
    en="Wrong PIN. Go back and try again.",
    fr="Code PIN faux. Revenez et réessayez.",
    sw="PIN si sahihi. Rudi ujaribu tena.",
)
SIGN_IN = text(
    en="Please enter your PIN first.", fr="Donnez d'abord votre code PIN.", sw="Tafadhali weka PIN yako kwanza."
)
NOT_DIGITS = text(
    en="Only digits. Go back and try again.",
    fr="Seulement des chiffres. Revenez et réessayez.",
    sw="Tarakimu tu. Rudi ujaribu tena.",
)
DIFFER = text(
    en="That was not the same. Your PIN stays as it was.",
    fr="Ce n'était pas le même. Votre code PIN reste.",
    sw="Hazifanani. PIN yako haijabadilika.",
)
CHANGED = text(en="It is changed.", fr="Il est changé.", sw="Imebadilishwa.")


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN as a service keeps it: four digits are soon guessed, so only slowly and with a salt."""

    salt: bytes = field(repr=False)
    hashed: bytes = field(repr=False)

    @classmethod
    def of(cls, pin: str) -> Pin:
        """What to keep of a new one."""
        salt = secrets.token_bytes(16)
        return cls(salt, _hash(pin, salt))

    def is_(self, pin: str) -> bool:
        """Whether this was it."""
        return hmac.compare_digest(self.hashed, _hash(pin, self.salt))


@dataclass(slots=True)
class Wallet:
    """`wrong` holds the ids of wrong tries: the same try, sent again, is one."""

    pin: Pin
    wrong: set[str] = field(default_factory=set)
    new_pin: Pin | None = None


class Wallets:
    """The wallets by number, and the sessions that showed the PIN."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._wallets: dict[str, Wallet] = {}
        self._signed_in = SignedIn(now)
        self.answers: Answers = {
            ("wallet", "sign_in"): self._sign_in,
            ("wallet", "balance"): self._balance,
            ("wallet", "new_pin_heard"): self._heard,
            ("wallet", "pin_changed"): self._changed,
        }

    def _sign_in(self, asked: Asked) -> Answer:
        wallet = self._wallets.setdefault(asked.caller, Wallet(Pin.of(FIRST_PIN)))
        pin = asked.secrets.get("pin")
        if len(wallet.wrong) >= WRONG_PINS:
            return value("blocked")
        if pin is None:  # the same screen once more: the PIN was for its own turn
            return AGAIN
        if wallet.pin.is_(pin):
            wallet.wrong.clear()
            self._signed_in.add(asked.session, asked.caller)
            return value("ok")
        wallet.wrong.add(asked.id)
        self._signed_in.drop(asked.session)
        return value("blocked") if len(wallet.wrong) >= WRONG_PINS else AGAIN

    def _balance(self, asked: Asked) -> Answer:
        if self._mine(asked) is None:
            return SIGN_IN
        return text(en=f"{BALANCE} CFA.", fr=f"{BALANCE} CFA.", sw=f"CFA {BALANCE}.")

    def _heard(self, asked: Asked) -> Answer:
        wallet, pin = self._mine(asked), asked.secrets.get("new_pin", "")
        if wallet is None:
            return SIGN_IN
        if not (pin.isascii() and pin.isdigit()):
            return NOT_DIGITS
        wallet.new_pin = Pin.of(pin)
        return value("heard")

    def _changed(self, asked: Asked) -> Answer:
        wallet, pin = self._mine(asked), asked.secrets.get("new_pin_again")
        if wallet is None:
            return SIGN_IN
        if pin is not None and wallet.pin.is_(pin) and wallet.new_pin is None:
            return CHANGED  # the answer to the first asking was lost
        if pin is None or wallet.new_pin is None or not wallet.new_pin.is_(pin):
            return DIFFER
        wallet.pin, wallet.new_pin = wallet.new_pin, None
        return CHANGED

    def _mine(self, asked: Asked) -> Wallet | None:
        """The caller's wallet, once this session has shown its PIN."""
        return self._wallets[asked.caller] if self._signed_in.who(asked.session) == asked.caller else None


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**12, r=8, p=1)
