"""Who gets what: each role, towards whom, at every route there is, pages and API."""

import re
from typing import Final

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import Person, ViewerKind
from tests import pages, web_study
from tests.routes import requests_of
from tests.web_study import COACH, JON, MAYA, OPERATOR, OTHER_COACH, STRANGER
from web.accounts import Scope
from web.guard import PUBLIC

#: Who asks about Maya, each under one letter.
WHO = {
    "m": (MAYA, "participant"),
    "f": (JON, "participant"),  # a friend of hers
    "s": (STRANGER, "participant"),
    "c": (COACH, "coach"),  # hers
    "d": (OTHER_COACH, "coach"),
    "r": ("r-lin", "researcher"),  # with whom she shares her activity
    "o": (OPERATOR, "operator"),
    "g": ("s-lux", "sponsor"),
}
#: By whom a route lets in, towards Maya where it names somebody. What is public is in `PUBLIC`.
MAY: Final = {
    # whoever is signed in, to what is theirs
    "mfscdrog": """
        GET /account
        POST /account/language
        POST /account/password
        POST /account/passkeys/options
        POST /account/passkeys
        POST /account/passkeys/forget
        POST /account/sessions/end
        POST /account/sessions/end-others
        GET /account/second-factor
        POST /account/second-factor
        POST /account/second-factor/forget
        POST /account/provider/forget
        POST /account/tokens
        POST /account/tokens/end
        POST /account/tokens/webhooks/end
        GET /api/v1/people
        POST /api/v1/measurements
        POST /api/v1/webhooks
        GET /api/v1/webhooks
        GET /api/v1/webhooks/{webhook}/deliveries
        DELETE /api/v1/webhooks/{webhook}
    """,
    # participants, each to what is theirs
    "mfs": """
        GET /
        POST /prompts/{message_id}/answer
        POST /prompts/{message_id}/reply
        POST /prompts/{message_id}/undo
        POST /prompts/{message_id}/snooze
        POST /prompts/{message_id}/decline
        POST /prompts/{message_id}/shown
        POST /giving/cause
        POST /giving/together
        POST /circle/cheer
        POST /challenges/start
        POST /challenges/join
        POST /challenges/leave
        GET /cards/hero
        GET /cards/prompt
        GET /cards/giving
        GET /cards/circle
        GET /cards/challenges
        GET /cards/feed
        GET /cards/week
        GET /cards/night
        POST /circle/friends/{deed}
        POST /circle/quiet/{deed}
        POST /circle/teams
        POST /circle/teams/leave
        POST /feed/like
        POST /feed/comment
        POST /feed/report
        POST /circle/invite
        POST /circle/accept
        GET /trends
        GET /me
        POST /me/consent
        POST /me/quiet-hours
        POST /me/frequency
        POST /me/band
        POST /me/profile
        POST /me/zone
        POST /me/pause
        POST /me/resume
        GET /me/devices
        POST /me/devices/find
        GET /me/devices/new
        POST /me/devices/new
        GET /me/devices/new/near
        POST /me/devices/new/find
        POST /me/devices/new/pair
        GET /me/data
        GET /me/seen
        GET /alike
        GET /measure
        GET /measure/steps
        POST /me/push
        POST /me/buzz
        POST /me/reach/{address_id}/stop
        POST /push/{key}/received
        GET /questions
        POST /questions/{asked_id}
        POST /questions/{asked_id}/skip
        GET /directory
        POST /directory/rate
        GET /cards/rate
        POST /rate
        GET /me/leave
        POST /me/leave
    """,
    # who knows her: a friend sees what friends are shown
    "mfc": """
        GET /live/{participant}
    """,
    # whom she shares it with
    "mfcr": """
        GET /api/v1/people/{participant}
        GET /api/v1/people/{participant}/epochs
        GET /api/v1/people/{participant}/scores
        GET /api/v1/people/{participant}/goals
        GET /api/v1/people/{participant}/accounts
    """,
    # herself and her coach
    "mc": """
        GET /decisions/{participant}/{counter}
        GET /measured/{participant}
        GET /api/v1/people/{participant}/vital-signs
        GET /api/v1/people/{participant}/decisions
    """,
    # her coach
    "c": """
        GET /coach/{participant}
        POST /coach/{participant}/flags/{ticket_id}/take
        POST /coach/{participant}/flags/{ticket_id}/resolve
        GET /coach/{participant}/row
        GET /coach/{participant}/message
        POST /coach/{participant}/message
        POST /coach/{participant}/flags/{ticket_id}/assign
        POST /coach/{participant}/flags/{ticket_id}/release
        POST /coach/{participant}/flags/{ticket_id}/reopen
        GET /coach/{participant}/deal
        POST /coach/{participant}/deal
        POST /coach/{participant}/deal/{deal_id}/undo
        POST /coach/{participant}/drafts/{message_id}
        POST /coach/{participant}/looked
        POST /coach/{participant}/notes
        POST /coach/{participant}/notes/{note_id}/strike
        GET /coach/{participant}/summary
        POST /coach/{participant}/supervise
    """,
    # coaches, each to their own panel
    "cd": """
        GET /coach
        GET /coach/panel/effect
        GET /coach/panel/contact
        GET /coach/panel/challenges
        POST /coach/panel/challenges
        GET /coaching
        POST /coaching/answer
        POST /coaching/describe
        POST /coaching/hand-over
        POST /coaching/take-back
        GET /coach/panel/drafts
        GET /coach/panel/red-flags
        POST /coaching/hand-over
        POST /coaching/take-back
        GET /coach/panel/drafts
        GET /coach/panel/red-flags
        GET /live
        GET /api/v1/tickets
    """,
    # research, of those who share with it
    "r": """
        GET /research/decision
        GET /research/trail
        GET /research/stored
        GET /research/effect
        GET /research/wear
        GET /research/contact
        GET /research
        GET /api/research/preview
        POST /research/package
    """,
    # who runs the hub
    "o": """
        GET /operator
        GET /operator/state
        GET /operator/unclaimed
        GET /operator/trail
        GET /operator/trail.csv
        GET /operator/trail.json
        POST /operator/people
        POST /operator/people/shut-out
        POST /operator/links
        POST /operator/devices/give
        POST /operator/devices/command
        POST /operator/letters/retry
        POST /operator/gateways/invite
        POST /operator/gateways/renew
        POST /operator/gateways/revoke
        POST /operator/pledges
        POST /operator/coaches/verify
        POST /operator/coaches/assign
        POST /operator/moderate
        GET /operator/study
        POST /operator/study/load
        POST /operator/study/use
        GET /operator/study/begun
        POST /operator/study/try
        GET /operator/study/errands
        POST /operator/study/lock
        POST /operator/study/close
        POST /operator/study/archive
        GET /operator/gifts
        POST /operator/gifts/redeem
        POST /operator/gifts/deliver
    """,
    # nobody, at a hub without an organisation's accounts
    "": """
        GET /account/provider
    """,
    # sponsors
    "g": """
        GET /sponsor
        POST /sponsor/redeem
        POST /sponsor/deliver
    """,
}
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    face.store.write(lambda db: _more(db, face.clock()))
    face.consent(MAYA, Topic.ACTIVITY, granted=True, viewer=ViewerKind.RESEARCH)
    yield face
    face.store.close()


def _more(db, now_us):
    for letter in "rg":
        person, role = WHO[letter]
        registry.add_person(db, Person(person, Role(role)), now_us)


def rows():
    """Give (method, path) and the letters of whom it lets in."""
    return {
        tuple(line.split()): letters
        for letters, lines in MAY.items()
        for line in lines.strip().splitlines()
    }


def test_every_route_has_a_row_or_is_public(face):
    asked = {each for each in requests_of(face.app()) if each[1] not in PUBLIC}

    assert asked - rows().keys() == set(), "a new route: say in MAY whom it lets in"
    assert rows().keys() - asked == set(), "a row without a route"


def test_a_new_route_is_found(face):
    app = face.app()
    app.router.routes.append(APIRoute("/leak", lambda: None))

    assert ("GET", "/leak") in {*requests_of(app)} - rows().keys()


@pytest.fixture(scope="module")
def let_in(face):
    """Give the answers to whomever each route lets in."""
    app = face.app()
    return _let_in(face, app, [each for each in requests_of(app) if each in rows()])


def test_each_route_lets_in_whom_its_row_names_and_nobody_else(let_in):
    found = {each: "".join(answers) for each, answers in let_in.items()}

    wrong = {" ".join(each): (letters, rows()[each]) for each, letters in found.items()}
    assert {each: pair for each, pair in wrong.items() if pair[0] != pair[1]} == {}


def test_every_page_is_among_those_that_browsers_look_at(face, let_in):
    shown = {
        path
        for (method, path), answers in let_in.items()
        if method == "GET" and any(map(_is_page, answers.values()))
    }
    with TestClient(face.app(), base_url="http://localhost", follow_redirects=False) as browser:
        asked = {path for method, path in requests_of(face.app()) if method == "GET"}
        shown |= {at for at in asked & PUBLIC.keys() if _is_page(browser.get(_filled(at)))}

    assert {"/me", "/sign-in", "/operator/study"} <= shown
    assert pages.without_row(shown) == set(), "a new page: say in PAGES who looks at it"
    assert pages.without_row({"/leak"}) == {"/leak"}


def test_nobody_is_let_in_without_proof(face):
    with TestClient(face.app(), base_url="http://localhost", follow_redirects=False) as browser:
        for method, path in rows():
            answer = browser.request(method, _filled(path), headers=OURS)
            assert answer.status_code == 401, (method, path)
            assert "Maya" not in answer.text


def _let_in(face, app, requests):
    """Give what each who is let in is answered; others find nothing, or are told they may not.

    A webhook's number names none: its own test tells whose they are.
    """
    found = {each: {} for each in requests}
    app.state.parts.fan_out.close()  # a stream that is let in ends at once
    for letter, (person, role) in WHO.items():
        with TestClient(app, base_url="http://localhost", follow_redirects=False) as browser:
            heads = OURS | _bearer(face, person, role)
            for method, path in requests:
                browser.cookies.set("kindstep", face.session(person, role))
                answer = browser.request(method, _filled(path), headers=heads)
                if answer.status_code not in (401, 403, 404) and not _sent_home(path, answer):
                    found[method, path][letter] = answer
    return found


def _is_page(answer):
    return answer.is_success and answer.content[:15].lower() == b"<!doctype html>"


def _bearer(face, person, role):
    now_us = face.clock()
    tokens = face.accounts.tokens
    secret = tokens.make(Actor(person, Role(role)), "all", Scope, now_us, 2 * now_us)
    return {"authorization": f"Bearer {secret}"}


def _filled(path):
    names = {"{participant}": MAYA, "{coach}": COACH}
    for name, value in names.items():
        path = path.replace(name, value)
    return re.sub(r"\{\w+\}", "1", path)


def _sent_home(path, answer):
    return path == "/" and answer.status_code == 303
