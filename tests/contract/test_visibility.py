"""Who sees what of Maya: every kind of data, every relation, on page, API and live frame."""

import contextlib
import re

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
from people.sentence import Sentence
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
    "friend of before": ("p-old", Role.PARTICIPANT, NOBODY),
    "coach of before": ("c-old", Role.COACH, NOBODY),
}
MORE = {"s-lux": Role.SPONSOR, "o-omar": Role.OPERATOR, "r-eli": Role.RESEARCHER}
MORE |= {"p-old": Role.PARTICIPANT, "c-old": Role.COACH}

#: What the feed tells of Maya, by the topic that lets it be seen.
TOLD = {
    Topic.ACTIVITY: "reached a goal of hers",
    Topic.GIVING: "gave a pair of glasses",
    Topic.CIRCLE: "won a trophy",
}
#: What programs read of her, the topic it is of, and what the answer then holds.
READ = {
    "epochs": (Topic.ACTIVITY, '"items":[{'),
    "epochs?limit=1": (Topic.HEART_RATE, '"withheld":[]'),
    "scores": (Topic.ACTIVITY, ""),
    "goals": (Topic.ACTIVITY, ""),
    "accounts": (Topic.ACTIVITY, ""),
    "decisions": (Topic.PROMPTS, ""),
    "vital-signs": (Topic.VITAL_SIGNS, ""),
}
#: What people read of her: where, the topic it is of, and what stands there then.
SHOWN = {
    (f"/coach/{MAYA}", Topic.ACTIVITY): '<table class="history">',
    (f"/coach/{MAYA}", Topic.HEART_RATE): r'<h2>Heart rate</h2>\s*<p class="big">',
    (f"/coach/{MAYA}", Topic.VITAL_SIGNS): "<h2>Measured at home</h2>",
    (f"/coach/{MAYA}", Topic.PROMPTS): '<ol class="prompts">',
    (f"/coach/{MAYA}", Topic.MESSAGES): f'hx-get="/coach/{MAYA}/message"',
    (f"/coach/{MAYA}/message", Topic.MESSAGES): "<form",
    (f"/decisions/{MAYA}/0", Topic.PROMPTS): "<h1>",
    (f"/measured/{MAYA}", Topic.VITAL_SIGNS): "121",
    ("/cards/circle", Topic.ACTIVITY): r"Maya L\.</bdi></b><small[^>]*>(?!steps not shared)",
    ("/cards/feed", Topic.ACTIVITY): TOLD[Topic.ACTIVITY],
    ("/cards/feed", Topic.GIVING): TOLD[Topic.GIVING],
    ("/cards/feed", Topic.CIRCLE): TOLD[Topic.CIRCLE],
}
#: Who reads of her on which pages, while every topic is shared.
READERS = {
    "self": ("/decisions/", "/measured/", "/cards/feed"),
    "friend": ("/cards/",),
    "team": ("/cards/",),
    "coach": ("/coach/", "/decisions/", "/measured/"),
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
    for who, role in MORE.items():
        if registry.find_person(db, who) is None:
            registry.add_person(db, Person(who, role), now_us)
    for who in (MAYA, FARID, OLGA):
        registry.relate(db, Relation(RelationKind.TEAM, who, "Owls"), now_us)
    for who in (AMARA, OLGA):
        face.engine.act(
            db, Actor(MAYA, Role.PARTICIPANT), Block(participant=MAYA, to=who), now_us
        )
    for kind, pair in (
        (RelationKind.FRIEND, (MAYA, "p-old")),
        (RelationKind.FRIEND, ("p-old", MAYA)),
        (RelationKind.COACH, (MAYA, "c-old")),
    ):
        registry.relate(db, Relation(kind, *pair), now_us - 2)
        registry.end_relation(db, Relation(kind, *pair), now_us - 1)
    registry.set_zone(db, "p-old", "UTC", 0)
    cuff = {"participant": MAYA, "stream": "blood_pressure", "device": "cuff-1"}
    cuff |= {"at_us": now_us - 1, "received_us": now_us, "quality": 0}
    db.execute(insert(readings).values(cuff | {"value": 121.0, "second": 79.0}))
    news = [News(MAYA, "told", topic, topic, Sentence(says)) for topic, says in TOLD.items()]
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


def withheld(topics):
    """Give what to withdraw in turn; who sees nothing at all sees no less."""
    return (None, *Topic) if topics else (None,)


def may(relation, topics, topic):
    """Give what is to be seen while one topic is withdrawn: one's own always is."""
    return topics if relation == "self" else topics - {topic}


@pytest.mark.parametrize("relation", RELATIONS)
def test_live_frames_hold_what_may_be_seen(face, relation):
    person, role, topics = RELATIONS[relation]
    scope = Scope(Actor(person, role), MAYA)
    for topic in withheld(topics):
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
    for topic in withheld(topics):
        with withdrawn(face, topic):
            got = {what for what in READ if _reads(browser, secret, what)}
        seen = may(relation, topics, topic)
        if Topic.ACTIVITY not in seen:  # a heart rate is part of a minute
            seen -= {Topic.HEART_RATE}
        assert got == {what for what, (needs, _) in READ.items() if needs in seen}, topic


def _reads(browser, secret, what):
    heads = {"authorization": f"Bearer {secret}"}
    answer = browser.get(f"/api/v1/people/{MAYA}/{what}", headers=heads)
    return answer.status_code == 200 and READ[what][1] in answer.text


@pytest.mark.parametrize("relation", RELATIONS)
def test_pages_show_what_may_be_seen(face, browser, relation):
    _, _, topics = sign_in(face, browser, relation)
    pages = READERS.get(relation, ("no page",))
    for topic in withheld(topics):
        with withdrawn(face, topic):
            got = {path: browser.get(path) for path, _ in SHOWN}
        texts = {path: each.text for path, each in got.items() if each.status_code == 200}
        found = {
            (path, what)
            for (path, what), mark in SHOWN.items()
            if re.search(mark, texts.get(path, ""))
        }
        seen = may(relation, topics, topic)
        assert found == {
            (path, what) for path, what in SHOWN if path.startswith(pages) and what in seen
        }, topic


@pytest.mark.parametrize("relation", RELATIONS)
def test_pages_name_her_to_whom_she_is_known(face, browser, relation):
    sign_in(face, browser, relation)
    named = {path for path in PAGES if "Maya L." in browser.get(path).text}
    if relation != "self":
        assert bool(named) is (relation in {"friend", "team", "coach"}), named

    for path in OF_HER:
        assert (browser.get(path).status_code == 200) is (relation == "coach"), path
