"""Who is at the door: every route names here what it lets people do.

A route without one of these is found by a test, unless it is listed as public with a reason.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from people import registry
from people.authorize import Action, Actor, Refused, Role, Topic, authorize
from web import cookie
from web.accounts import Lack
from web.parts import Parts, parts_of
from web.reader import language_for

#: Routes that ask nobody who they are, and why.
PUBLIC: Final = {
    "/sign-in": "asks for a user name and a password; both are the authority",
    "/sign-in/passkey": "asks for a passkey's signature, which is the authority",
    "/sign-in/passkey/options": "gives a number to sign, and tells of nobody",
    "/sign-in/code": "asks who has given a password for the code of their second factor",
    "/sign-in/provider": "leads to where an organisation asks who somebody is; it names nobody",
    "/sign-in/provider/back": "brings an organisation's word, which is the authority",
    "/sign-in/recover": "asks for a user name and a recovery code; both are the authority",
    "/in/{token}": "a link signs in who has no session yet; the token is the authority",
    "/join/{secret}": "an invitation is for people who are not in the study; it names nobody",
    "/out": "ends whatever session the cookie names, and nothing else",
    "/api/v1/openapi.json": "what the API offers, the same for everyone; it names nobody",
    "/api/v1/gateways/enrol": "asks for an enrolment code, which is the authority",
    "/api/v1/gateways/token": "asks for a gateway's own token, which is the authority",
    "/static": "style, script, fonts and icons, the same for everyone",
}


FRESH_US: Final = 15 * 60_000_000


class NotFresh(Exception):
    """Somebody has to prove again that it is them before this is done."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that was let in."""

    actor: Actor
    session_id: str
    subject: str
    now_us: int
    reads: str  # the language that their browser asks for


def note(request: Request, visit: Visit, what: str, detail: str = "") -> None:
    """Note in the trail what somebody does with their own way in, before it is done."""
    trail = parts_of(request).trail
    trail.note(visit.actor, what, visit.actor.person, detail, now_us=visit.now_us)


@dataclass(frozen=True, slots=True)
class Needs:
    """Lets in who may do this with the participant named in the path, or with themselves."""

    action: Action
    topic: Topic | None = None
    role: Role | None = None  # the page is made for

    def __call__(self, request: Request) -> Visit:
        parts = parts_of(request)
        now_us = parts.now_us()
        actor, session_id = signed_in(request, self.action, now_us)
        subject = request.path_params.get("participant", actor.person)
        if self.role not in (None, actor.role):
            raise Refused(actor, self.action, subject, f"not a {self.role}")
        with parts.store.reading() as db:
            authorize(db, actor, self.action, subject, self.topic, now_us=now_us)
        if actor.role is not Role.PARTICIPANT:
            where = request.scope["route"].path
            parts.trail.saw(actor, [subject], where, now_us=now_us)
        return Visit(actor, session_id, subject, now_us, language_for(request, actor))


@dataclass(frozen=True, slots=True)
class NeedsRole:
    """Lets in who is known in this role; what they see of others is asked one by one."""

    role: Role
    fresh: bool = False  # they proved who they are just now: data leaves

    def __call__(self, request: Request) -> Visit:
        parts = parts_of(request)
        now_us = parts.now_us()
        actor, session_id = signed_in(request, Action.SEE, now_us)
        with parts.store.reading() as db:
            person = registry.find_person(db, actor.person)
        if person is None or not person.role is actor.role is self.role:
            raise Refused(actor, Action.SEE, actor.person, f"not a {self.role}")
        if self.fresh:
            check_fresh(parts, session_id, now_us)
        return Visit(actor, session_id, actor.person, now_us, language_for(request, actor))


@dataclass(frozen=True, slots=True)
class IsSignedIn:
    """Lets in whoever is signed in, to what is about their own signing in."""

    may_lack: Lack = Lack.NOTHING

    def __call__(self, request: Request) -> Visit:
        parts = parts_of(request)
        now_us = parts.now_us()
        actor, session_id = signed_in(request, Action.SET, now_us, self.may_lack)
        with parts.store.reading() as db:
            person = registry.find_person(db, actor.person)
        if person is None or person.role is not actor.role:
            raise Refused(actor, Action.SET, actor.person, "not known in that role")
        return Visit(actor, session_id, actor.person, now_us, language_for(request, actor))


@dataclass(frozen=True, slots=True)
class Operates:
    """Lets in who runs the hub."""

    fresh: bool = False  # they proved who they are just now: data leaves

    def __call__(self, request: Request) -> Visit:
        parts = parts_of(request)
        now_us = parts.now_us()
        actor, session_id = signed_in(request, Action.OPERATE, now_us)
        with parts.store.reading() as db:
            authorize(db, actor, Action.OPERATE, "hub", now_us=now_us)
        if self.fresh:
            check_fresh(parts, session_id, now_us)
        return Visit(actor, session_id, actor.person, now_us, language_for(request, actor))


#: Whoever runs the hub.
Runs = Annotated[Visit, Depends(Operates())]


def check_fresh(parts: Parts, session_id: str, now_us: int) -> None:
    """Raise NotFresh for a session that began too long ago to let data leave."""
    if now_us - parts.accounts.begun_us(session_id) > FRESH_US:
        raise NotFresh


def signed_in(
    request: Request, action: Action, now_us: int, may_lack: Lack = Lack.NOTHING
) -> tuple[Actor, str]:
    """Return who asks, and by which session; raise Refused for a stranger."""
    session_id = cookie.read(request)
    actor = session_id and parts_of(request).accounts.session(session_id, now_us, may_lack)
    if not session_id or not actor:
        raise Refused(None, action, "", "not signed in")
    return actor, session_id
