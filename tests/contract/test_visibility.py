"""Who sees what of Maya: every kind of data, every relation, on page, API and live frame."""

import contextlib

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from analytics.tables import readings
from coaching.acts.circle import Block
from coaching.circles import feed
from coaching.circles.feed import News
from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import Person, Relation, RelationKind, ViewerKind
from tests import web_study
from tests.web_study import AMARA, COACH, FARID, JON, MAYA, OLGA, OTHER_COACH, STRANGER
from web.accounts import Scope as TokenScope
from web.sight import Scope, keys_of

ALL = frozenset(Topic)
CIRCLE = frozenset({Topic.ACTIVITY, Topic.GIVING, Topic.CIRCLE})
NOBODY = frozenset()

#: Who looks, in which role, and which topics they may see at most.
RELATIONS = {
    "self": (MAYA, Role.PARTICIPANT, ALL),
    "friend": (JON, Role.PARTICIPANT, CIRCLE),
    "team": (FARID, Role.PARTICIPANT, CIRCLE),
    "blocked friend": (AMARA, Role.PARTICIPANT, NOBODY),
    "blocked team mate": (OLGA, Role.PARTICIPANT, NOBODY),
    "stranger": (STRANGER, Role.PARTICIPANT, NOBODY),
    "coach": (COACH, Role.COACH, ALL),
    "other coach": (OTHER_COACH, Role.COACH, NOBODY),
    "sponsor": ("s-lux", Role.SPONSOR, NOBODY),
    "operator": ("o-omar", Role.OPERATOR, NOBODY),
    "researcher, no consent": ("r-eli", Role.RESEARCHER, NOBODY),
    "friend, in a coach's role": (JON, Role.COACH, NOBODY),
}
STAFF = {"s-lux": Role.SPONSOR, "o-omar": Role.OPERATOR, "r-eli": Role.RESEARCHER}

#: What the feed tells of Maya, by the topic that lets it be seen.
TOLD = {
    Topic.ACTIVITY: "reached a goal of hers",
    Topic.GIVING: "gave a pair of glasses",
    Topic.CIRCLE: "won a trophy",
}
#: What programs read of her, and the topic it is of.
READ = {
    "epochs": Topic.ACTIVITY,
    "scores": Topic.ACTIVITY,
    "goals": Topic.ACTIVITY,
    "accounts": Topic.ACTIVITY,
    "decisions": Topic.PROMPTS,
    "vital-signs": Topic.VITAL_SIGNS,
}
#: Pages on which others could come upon her, besides those under her own name.
PAGES = ("/", "/cards/circle", "/cards/feed", "/cards/challenges", "/coach", "/sponsor")
OF_HER = (f"/coach/{MAYA}", f"/coach/{MAYA}/row", f"/coach/{MAYA}/message")


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    face.store.write(lambda db: _people(db, face))
    yield face
    face.store.close()


def _people(db, face):
    now_us = face.clock()
    for who, role in STAFF.items():
        if registry.find_person(db, who) is None:
            registry.add_person(db, Person(who, role), now_us)
    for who in (MAYA, FARID, OLGA):
        registry.relate(db, Relation(RelationKind.TEAM, who, "Owls"), now_us)
    for who in (AMARA, OLGA):
        face.engine.act(
            db, Actor(MAYA, Role.PARTICIPANT), Block(participant=MAYA, to=who), now_us
        )
    cuff = {"participant": MAYA, "stream": "blood_pressure", "device": "cuff-1"}
    cuff |= {"at_us": now_us - 1, "received_us": now_us, "quality": 0}
    db.execute(insert(readings).values(cuff | {"value": 121.0, "second": 79.0}))
    news = [News(MAYA, "told", topic, topic, says) for topic, says in TOLD.items()]
    feed.share(db, news, now_us)


@pytest.fixture(scope="module")
def browser(face):
    with TestClient(face.app(), base_url="http://localhost", follow_redirects=False) as browser:
        yield browser


@contextlib.contextmanager
def withdrawn(face, topic):
    kinds = [ViewerKind.COACH, ViewerKind.CIRCLE] if topic else []
    for kind in kinds:
        face.consent(MAYA, topic, granted=False, viewer=kind)
    try:
        yield
    finally:
        for kind in kinds:
            face.consent(MAYA, topic, granted=True, viewer=kind)


def sign_in(face, browser, relation):
    person, role, topics = RELATIONS[relation]
    browser.cookies.clear()
    address = f"/in/{face.link(person, role)}"
    browser.post(address, headers={"sec-fetch-site": "same-origin"})
    return person, role, topics


def may(relation, topics, topic):
    """Give what is to be seen while one topic is withdrawn: one's own always is."""
    return topics if relation == "self" else topics - {topic}


@pytest.mark.parametrize("relation", RELATIONS)
def test_live_frames_hold_what_may_be_seen(face, relation):
    person, role, topics = RELATIONS[relation]
    scope = Scope(Actor(person, role), MAYA)
    for topic in (None, *Topic):
        with withdrawn(face, topic), face.store.reading() as db:
            keys = keys_of(db, scope, face.clock())
        assert {each for who, each in keys if who == MAYA} == may(relation, topics, topic)


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_api_answers_to_whom_it_may_be_told(face, browser, relation):
    person, role, topics = RELATIONS[relation]
    now_us = face.clock()
    secret = face.accounts.tokens.make(
        Actor(person, role), relation, TokenScope, now_us, 2 * now_us
    )
    for topic in (None, *Topic):
        with withdrawn(face, topic):
            got = {what for what in READ if _reads(browser, secret, what)}
        seen = may(relation, topics, topic)
        assert got == {what for what, needs in READ.items() if needs in seen}, topic


def _reads(browser, secret, what):
    heads = {"authorization": f"Bearer {secret}"}
    return browser.get(f"/api/v1/people/{MAYA}/{what}", headers=heads).status_code == 200


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_feed_tells_what_may_be_seen(face, browser, relation):
    _, _, topics = sign_in(face, browser, relation)
    for topic in (None, *TOLD):
        with withdrawn(face, topic):
            text = browser.get("/cards/feed").text
        shown = {each for each, says in TOLD.items() if says in text}
        feeds = topics if relation in {"self", "friend", "team"} else NOBODY
        assert shown == may(relation, feeds, topic) & TOLD.keys(), (relation, topic)


@pytest.mark.parametrize("relation", RELATIONS)
def test_pages_name_her_to_whom_she_is_known(face, browser, relation):
    sign_in(face, browser, relation)
    named = {path for path in PAGES if "Maya L." in browser.get(path).text}
    if relation != "self":
        assert bool(named) is (relation in {"friend", "team", "coach"}), named

    for path in OF_HER:
        assert (browser.get(path).status_code == 200) is (relation == "coach"), path


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_she_measured_at_home_stands_under_a_consent_of_its_own(face, browser, relation):
    _, _, topics = sign_in(face, browser, relation)
    for topic in (None, Topic.HEART_RATE, Topic.VITAL_SIGNS):
        with withdrawn(face, topic):
            sheet = browser.get(f"/measured/{MAYA}")
            person = browser.get(f"/coach/{MAYA}").text
        is_shown = Topic.VITAL_SIGNS in may(relation, topics, topic)
        assert (sheet.status_code == 200 and "121" in sheet.text) is is_shown, topic
        assert ("Measured at home" in person) is (is_shown and relation == "coach"), topic
