"""Whose program asks: every route of the API names here what it lets a token do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from people import registry
from people.authorize import Action, Actor, Role, Topic, authorize
from web.accounts import Scope, Token
from web.api.problems import Problem, not_there
from web.parts import Parts, parts_of

_WHO: Final = {"WWW-Authenticate": "Bearer"}
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in."""

    token: Token
    subject: str
    now_us: int

    @property
    def actor(self) -> Actor:
        """Whoever made the token."""
        return self.token.actor


@dataclass(frozen=True, slots=True)
class Bears:
    """Lets in a token made for this, of somebody who may see this of whom the path names."""

    scope: Scope | None = None  # none: any token will do
    topic: Topic | None = None  # none: the route asks for each person itself
    role: Role | None = None

    def __call__(self, request: Request) -> Call:
        parts = parts_of(request)
        now_us = parts.now_us()
        token = _token(request, parts, now_us)
        if self.scope is not None and self.scope not in token.scopes:
            raise Problem(403, f"The token was not made for {self.scope.value}.")
        if self.role not in (None, token.actor.role):
            raise Problem(403, f"This is for a {self.role}.")
        subject = request.path_params.get("participant", token.actor.person)
        if not _NAME.fullmatch(subject):  # a database would stumble over some letters
            raise not_there()
        if self.topic is not None:
            with parts.store.reading() as db:
                authorize(db, token.actor, Action.SEE, subject, self.topic, now_us=now_us)
            saw(parts, token.actor, [subject], request)
        return Call(token, subject, now_us)


def saw(parts: Parts, actor: Actor, people: Iterable[str], request: Request) -> None:
    """Note of whom staff are told something."""
    if actor.role is not Role.PARTICIPANT:
        where = f"API {request.scope['route'].path}"
        parts.trail.saw(actor, people, where, now_us=parts.now_us())


def _token(request: Request, parts: Parts, now_us: int) -> Token:
    address = f"program at {request.client.host if request.client else ''}"
    if held_s := parts.attempts.wait_s(address, now_us):
        raise Problem(429, "Too many tokens that are none.", (), {"Retry-After": str(held_s)})
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise Problem(401, "There is no bearer token.", (), _WHO)
    token = parts.accounts.tokens.use(secret.strip(), now_us)
    if token is None:
        parts.attempts.note_failure(address, now_us)
    if token is None or not _is_known(parts, token.actor):
        raise Problem(401, "The token is not good, or not any more.", (), _WHO)
    wait_s = parts.pace.wait_s(token.handle, now_us)
    if wait_s:
        raise Problem(429, "Too many requests by one token.", (), {"Retry-After": str(wait_s)})
    return token


def _is_known(parts: Parts, actor: Actor) -> bool:
    with parts.store.reading() as db:
        person = registry.find_person(db, actor.person)
    return person is not None and person.role is actor.role
