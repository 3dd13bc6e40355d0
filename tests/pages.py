"""Every page there is, by who looks at it: the list for pictures, for axe and for every width.

Whatever the app answers with a page needs a row here; `test_who_may` finds those without.
"""

from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace
from starlette.routing import compile_path

from coaching.acts.challenges import ProposeChallenge, StartChallenge
from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import Person, Relation, RelationKind, ViewerKind
from tests.web_study import COACH, FARID, GLASSES, HALL, JON, MAYA, OPERATOR

SPONSOR, RESEARCHER = "s-lux", "r-lin"

#: The first page of each is their own. A coach comes first: what they look at is seen.
PAGES: Final = {
    (COACH, "coach"): {
        "triage": "/coach",
        "person": f"/coach/{FARID}",
        "week-sheet": f"/coach/{FARID}/summary",
        "readings": f"/measured/{FARID}",
        "decision": f"/decisions/{FARID}/1",
        "in-touch": "/coach/panel/contact",
        "challenges": "/coach/panel/challenges",
        "standing": "/coaching",
        "signing-in": "/account",
        "second-factor": "/account/second-factor",
    },
    (MAYA, "participant"): {
        "today": "/",
        "trends-day": "/trends?span=day",
        "trends-week": "/trends?span=week",
        "trends-month": "/trends?span=month",
        "me": "/me",
        "tracker": "/me/devices/new?pair=strap-new7f2a",
        "seen": "/me/seen",
        "measure": "/measure",
        "measuring": "/measure?since_us=0",
        "readings": f"/measured/{MAYA}",
        "decision": f"/decisions/{MAYA}/1",
        "coaches": "/directory",
        "progress": "/alike",
        "questions": "/questions",
        "signing-in": "/account",
        "leaving": "/me/leave",
        "nothing": "/nowhere",
    },
    (OPERATOR, "operator"): {
        "operation": "/operator",
        "study": "/operator/study",
        "gifts": "/operator/gifts",
        "trail": "/operator/trail",
    },
    (RESEARCHER, "researcher"): {
        "research": "/research",
        "in-touch": "/research/contact",
        "stored": "/research/stored",
        "packages": "/research/trail",
    },
    (SPONSOR, "sponsor"): {"sponsor": "/sponsor"},
    (None, "visitor"): {
        "sign-in": "/sign-in",
        "code": "/sign-in/code",
        "link": "/in/any",
        "invitation": "/join/any",
        "stranger": "/me",
    },
}


def without_row(routes):
    """Give the routes, as the app has them, that no row here leads to."""
    paths = [at.partition("?")[0] for rows in PAGES.values() for at in rows.values()]
    return {
        route for route in routes if not any(compile_path(route)[0].match(at) for at in paths)
    }


def prepare(face):
    """Let there be something on every page."""
    speak(face)
    face.store.write(lambda db: _know_staff(db, face.clock()))
    today = datetime.fromtimestamp(face.clock() / 1e6, UTC).date()
    for who, offer, friend in ((MAYA, "streak", None), (JON, "duel", MAYA)):
        act = StartChallenge(participant=who, offer=offer, first_day=today, to=friend)
        face.perform(Actor(who, Role.PARTICIPANT), act)
    proposal = ProposeChallenge(
        participant=COACH, offer="fortnight", first_day=today, teams=("Harbour",)
    )
    face.perform(Actor(COACH, Role.COACH), proposal)


def speak(face):
    """Let a gateway tell what it hears now; silent for a minute it is told as gone."""
    strap = replace(GLASSES, device="strap-new7f2a", state="paused", rssi_dbm=-72)
    new = replace(GLASSES, device="glasses-new41c0", rssi_dbm=-48)
    face.gateways.spoke(replace(HALL, devices=(GLASSES, new, strap)), face.clock())


def _know_staff(db, now_us):
    registry.add_person(db, Person(SPONSOR, Role.SPONSOR), now_us)
    registry.set_name(db, SPONSOR, "Lux Vision")
    registry.add_person(db, Person(RESEARCHER, Role.RESEARCHER), now_us)
    registry.set_name(db, RESEARCHER, "Lin Wei")
    for who in (MAYA, JON):
        registry.relate(db, Relation(RelationKind.TEAM, who, "Harbour"), now_us)
    for who in registry.persons_of(db, Role.PARTICIPANT):
        for topic in Topic:
            registry.consent(db, who, topic, ViewerKind.RESEARCH, True, now_us)
