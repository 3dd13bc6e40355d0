"""Passkeys by WebAuthn: nothing that is kept here signs anybody in."""

from dataclasses import dataclass
from typing import Any, Final

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from people.authorize import Actor, Role
from web.accounts.challenges import Challenges
from web.accounts.sign_in_file import SignInFile

_NAME: Final = "kindstep"


class NotProved(ValueError):
    """A passkey's answer does not prove what it should."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where these pages are, as a browser sees it: a passkey is bound to that."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """One that somebody made."""

    handle: str
    made_us: int
    browser: str  # that it was made in


class Passkeys:
    """Lets devices be registered, and knows whose key it is that signed."""

    def __init__(self, file: SignInFile) -> None:
        self._file = file
        self._challenges = Challenges()

    def offer(self, person: str, name: str, here: Here, now_us: int) -> str:
        """Return, as JSON for a browser, what a new passkey has to sign."""
        known = [
            PublicKeyCredentialDescriptor(id=bytes.fromhex(each.handle))
            for each in self.of_person(person)
        ]
        return options_to_json(
            webauthn.generate_registration_options(
                rp_id=here.host,
                rp_name=_NAME,
                user_id=person.encode(),
                user_name=name,
                challenge=self._challenges.new(now_us),
                exclude_credentials=known,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
            )
        )

    def keep(
        self, actor: Actor, credential: dict[str, Any], here: Here, now_us: int, browser: str
    ) -> None:
        """Keep the public half of a new passkey; raise NotProved if it is not what we asked."""
        try:
            made = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=self._challenge(credential, now_us),
                expected_rp_id=here.host,
                expected_origin=here.origin,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise NotProved(str(error)) from error
        row = (
            made.credential_id,
            actor.person,
            actor.role.value,
            made.credential_public_key,
            made.sign_count,
            now_us,
            browser,
        )
        with self._file.opened() as db:
            db.execute("INSERT OR REPLACE INTO passkeys VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def ask(self, here: Here, now_us: int) -> str:
        """Return, as JSON for a browser, what a known passkey has to sign."""
        return options_to_json(
            webauthn.generate_authentication_options(
                rp_id=here.host,
                challenge=self._challenges.new(now_us),
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def verify(self, credential: dict[str, Any], here: Here, now_us: int) -> Actor:
        """Return whose passkey signed; raise NotProved if none of ours did."""
        key_id, actor, key, count = self._known(credential)
        try:
            signed = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=self._challenge(credential, now_us),
                expected_rp_id=here.host,
                expected_origin=here.origin,
                credential_public_key=key,
                credential_current_sign_count=count,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise NotProved(str(error)) from error
        with self._file.opened() as db:
            update = "UPDATE passkeys SET sign_count = ? WHERE id = ?"
            db.execute(update, (signed.new_sign_count, key_id))
        return actor

    def of_person(self, person: str) -> list[Passkey]:
        """Return somebody's passkeys, the latest first."""
        query = (
            "SELECT id, made_us, browser FROM passkeys WHERE person = ? ORDER BY made_us DESC"
        )
        with self._file.opened() as db:
            return [Passkey(row[0].hex(), *row[1:]) for row in db.execute(query, (person,))]

    def forget(self, person: str, handle: str) -> None:
        """Let one of somebody's passkeys sign nobody in any more."""
        query = "DELETE FROM passkeys WHERE id = ? AND person = ?"
        with self._file.opened() as db:
            db.execute(query, (bytes.fromhex(handle), person))

    def _known(self, credential: dict[str, Any]) -> tuple[bytes, Actor, bytes, int]:
        query = "SELECT person, role, key, sign_count FROM passkeys WHERE id = ?"
        try:
            key_id = base64url_to_bytes(str(credential.get("id", "")))
        except ValueError as error:
            raise NotProved("no passkey of ours") from error
        with self._file.opened() as db:
            row = db.execute(query, (key_id,)).fetchone()
        if row is None:
            raise NotProved("no passkey of ours")
        return key_id, Actor(row[0], Role(row[1])), row[2], row[3]

    def _challenge(self, credential: dict[str, Any], now_us: int) -> bytes:
        challenge = self._challenges.use(credential, now_us)
        if challenge is None:
            raise NotProved("that took too long, or was asked by somebody else")
        return challenge
