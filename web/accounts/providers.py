"""Signing in by an organisation's own accounts: OpenID Connect's code flow with PKCE.

Nobody gets in by it who did not link their account there while they were signed in here.
"""

import base64
import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from people.authorize import Actor, Role
from web.accounts.sign_in_file import SignInFile

_TIMEOUT_S: Final = 10
_VALID_US: Final = 600_000_000
_KEPT: Final = 10_000
_ALGORITHMS: Final = ["RS256", "PS256", "ES256"]


class Unproved(Exception):
    """The provider does not say who this is; the message tells why."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A way to the provider that somebody set out on."""

    nonce: str
    verifier: str
    back: str  # where they come back to
    links: Actor | None  # whose account it will be; none: they sign in
    until_us: int


class Provider:
    """One organisation's accounts."""

    def __init__(self, issuer: str, client: str, secret: str, name: str) -> None:
        self.issuer, self.name = issuer, name
        self._client, self._secret = client, secret
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, back: str, links: Actor | None, now_us: int) -> tuple[str, str]:
        """Return the address to go to, and the state that has to come back from there."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._client,
            "redirect_uri": back,
            "state": state,
            "nonce": nonce,
            "code_challenge": hashed.decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        where = self._described()["authorization_endpoint"]
        with self._lock:
            self._begun[state] = Begun(nonce, verifier, back, links, now_us + _VALID_US)
            if len(self._begun) > _KEPT:
                self._begun.popitem(last=False)
        return f"{where}?{urlencode(asked)}", state

    def proved(self, state: str, code: str, now_us: int) -> tuple[str, Actor | None]:
        """Return who came back, by the provider's name for them, and to whom to link that."""
        with self._lock:
            begun = self._begun.pop(state, None)
        if begun is None or now_us >= begun.until_us:
            raise Unproved("that took too long")
        described = self._described()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.back,
            "code_verifier": begun.verifier,
        }
        answer = _asked("POST", described["token_endpoint"], form, (self._client, self._secret))
        keys = _asked("GET", described["jwks_uri"])
        return self._subject(str(answer.get("id_token")), keys, begun.nonce), begun.links

    def _subject(self, token: str, keys: dict[str, Any], nonce: str) -> str:
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), _ALGORITHMS)  # pyright: ignore[reportArgumentType] - read from JSON
            rules.validate(read.claims)
        except (JoseError, ValueError) as error:
            raise Unproved(f"its word does not hold: {error}") from error
        return str(read.claims["sub"])

    def _described(self) -> dict[str, Any]:
        found = _asked("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise Unproved("it goes by another name")
        return found


class Linked:
    """Which accounts there are whose here."""

    def __init__(self, file: SignInFile) -> None:
        self._file = file

    def link(self, actor: Actor, issuer: str, subject: str) -> None:
        """Let an account there sign somebody in from now on."""
        row = (issuer, subject, actor.person, actor.role.value)
        with self._file.opened() as db:
            db.execute("INSERT OR REPLACE INTO linked VALUES (?, ?, ?, ?)", row)

    def find(self, issuer: str, subject: str) -> Actor | None:
        """Return whose an account there is."""
        query = "SELECT person, role FROM linked WHERE issuer = ? AND subject = ?"
        with self._file.opened() as db:
            row = db.execute(query, (issuer, subject)).fetchone()
        return None if row is None else Actor(row[0], Role(row[1]))

    def is_linked(self, person: str) -> bool:
        """Tell whether somebody can sign in by an account elsewhere."""
        with self._file.opened() as db:
            query = "SELECT 1 FROM linked WHERE person = ?"
            return db.execute(query, (person,)).fetchone() is not None

    def forget(self, person: str) -> None:
        """Let no account elsewhere sign somebody in any more."""
        with self._file.opened() as db:
            db.execute("DELETE FROM linked WHERE person = ?", (person,))


def _asked(
    method: str,
    url: str,
    form: dict[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> dict[str, Any]:
    try:
        answer = requests.request(
            method, url, data=form, auth=auth, timeout=_TIMEOUT_S, allow_redirects=False
        )
        answer.raise_for_status()
        return answer.json()
    except requests.RequestException as error:
        raise Unproved(f"it does not answer: {type(error).__name__}") from error
