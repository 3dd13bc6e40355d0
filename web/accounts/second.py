"""A second factor: codes of an authenticator app, each good for a while and once (RFC 6238).

The seed has to be kept as it is; without the password it signs nobody in.
"""

import hmac
from typing import Final

from pyotp import random_base32
from pyotp.totp import TOTP

from web.accounts.sign_in_file import SignInFile

_PERIOD_US: Final = 30_000_000
_DRIFT: Final = (-1, 0, 1)  # periods that two clocks may differ by
_ISSUER: Final = "kindstep"


class SecondFactors:
    """Keeps one seed a person at most."""

    def __init__(self, file: SignInFile) -> None:
        self._file = file

    def new_seed(self) -> str:
        """Return a seed that nobody has yet."""
        return random_base32()

    def keep(self, person: str, seed: str, code: str, now_us: int) -> bool:
        """Ask for codes of this seed from now on, if the code is one of it."""
        step = _step(seed, code, now_us, 0)
        if step is None:
            return False
        with self._file.opened() as db:
            row = (person, seed, step)
            db.execute("INSERT OR REPLACE INTO second_factors VALUES (?, ?, ?)", row)
        return True

    def is_kept(self, person: str) -> bool:
        """Tell whether somebody is asked for codes."""
        query = "SELECT 1 FROM second_factors WHERE person = ?"
        with self._file.opened() as db:
            return db.execute(query, (person,)).fetchone() is not None

    def verify(self, person: str, code: str, now_us: int) -> bool:
        """Use a code up, and tell whether it was good."""
        query = "SELECT seed, step FROM second_factors WHERE person = ?"
        spend = "UPDATE second_factors SET step = ? WHERE person = ? AND step < ?"
        with self._file.opened() as db:
            row = db.execute(query, (person,)).fetchone()
            step = row and _step(row[0], code, now_us, row[1] + 1)
            return bool(step) and db.execute(spend, (step, person, step)).rowcount > 0

    def forget(self, person: str) -> None:
        """Ask somebody for codes no longer."""
        with self._file.opened() as db:
            db.execute("DELETE FROM second_factors WHERE person = ?", (person,))


def address(seed: str, name: str) -> str:
    """Return what an authenticator app reads from a picture."""
    return TOTP(seed).provisioning_uri(name=name, issuer_name=_ISSUER)


def _step(seed: str, code: str, now_us: int, first: int) -> int | None:
    """Return of which period from a first one on a code is."""
    totp, typed = TOTP(seed), code.replace(" ", "").encode()
    for step in (now_us // _PERIOD_US + drift for drift in _DRIFT):
        expected = totp.generate_otp(step).encode()
        if step >= first and hmac.compare_digest(expected, typed):
            return step
    return None
