"""A study of twelve that research asks for: days of walking, prompts, cheers and giving."""

import shutil
from datetime import timedelta
from itertools import pairwise

import msgspec
import numpy as np

from analytics.rescoring import Records
from coaching.acts.challenges import StartChallenge
from coaching.acts.circle import SendCheer
from coaching.acts.prompts import AnswerPrompt, AnswerQuestions, CoachMessage
from coaching.features import Feature
from coaching.questionnaires.instruments import Item
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from kindstep import stores
from people import registry
from people.authorize import Actor
from people.registry import Person, Profile, Relation, RelationKind, Role
from research.export import AccessLog, Desk, Wish
from research.export import Profile as Hiding
from tests.coached import CLEO, HOUR_US, MINUTE_US, MONDAY, Study, at, usc

PEOPLE = tuple(f"p-{n:03d}" for n in range(12))
ELI = Actor("eli", Role.RESEARCHER)
NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing")
SITE_SEED = 8_273_645_546_372_819
KEY = b"\x07" * 32
DAYS = 4
OFFER = "fortnight"
WORDS = "Ask Ada Lovelace, ada@home.example"
SAFE = Wish(profile=Hiding.SAFE_HARBOR)
COARSE = Wish(profile=Hiding.SAFE_HARBOR, coarsen=True)
EXPERT = Wish(profile=Hiding.EXPERT)


def protocol(first, **arms):
    """Give the study's protocol with an end, a question for own words, and other arms."""
    rules = usc()
    baseline = rules.questionnaires["baseline"]
    why = Item(id="why", text={"en": "Why are you here?"}, kind="text")
    asked = msgspec.structs.replace(baseline, items=(*baseline.items, why))
    return msgspec.structs.replace(
        rules,
        ends=first + timedelta(days=700),
        arms=rules.arms | arms,
        features={Feature.BOARD: 0.5, Feature.CHARITY: 0.25},
        questionnaires=rules.questionnaires | {"baseline": asked},
    )


class Exported:
    """The study, in a file, and the desk that hands out packages of it."""

    def __init__(self, folder, *, first=MONDAY, like=None, rules=None):
        self.folder = folder
        self.first = first
        folder.mkdir(exist_ok=True)
        path = folder / "study.db"
        if like is None:
            stores.in_file(path).close()  # with today's tables, and stamped
        else:
            shutil.copy(like.folder / "study.db", path)
        self.study = Study(
            rules or protocol(first), site_seed=SITE_SEED, url=f"sqlite:///{path}"
        )
        if like is None:
            self._enrol()
            self._live()
        self.study.db.commit()
        self.store = SqliteStore(path, read_only=True)
        self.log = AccessLog(folder / "exports.jsonl")
        self.samples = SqliteLog(folder / "log")
        self.archive = Archive(folder / "archive")
        records = Records(self.archive, self.samples)
        self.desk = Desk(self.store, records, KEY, self.log)
        self.now_us = at(first + timedelta(days=DAYS), "03:00")

    def close(self):
        self.samples.close()
        self.store.close()
        self.study.close()

    def change(self, change):
        """Change the study as a hub would."""
        change(self.study.db)
        self.study.db.commit()

    def export(self, name, wish=COARSE, later_us=0):
        """Write a package; give its folder."""
        into = self.folder / name
        self.desk.export(ELI, wish, into, self.now_us + later_us, lambda _done, _of: None)
        return into

    def _enrol(self):
        db, study = self.study.db, self.study
        registry.add_person(db, Person("eli", Role.RESEARCHER), 0)
        registry.set_name(db, "cleo", "Cleo Coach", "cleo@clinic.example")
        for number, who in enumerate(PEOPLE):
            arm = "unprompted" if number % 4 == 3 else "prompted"
            study.join(who, day=self.first, arm=arm, cause="seniors")
            name = NAMES[number % len(NAMES)]
            registry.set_name(db, who, f"{name} {number}", f"person{number}@home.example")
            registry.set_profile(db, who, Profile(age_years=34, sex="female"))
            worn_us = at(self.first, "07:00")
            registry.assign(db, f"glasses-{who}", who, worn_us)
        for one, other in pairwise((*PEOPLE, PEOPLE[0])):  # in a ring
            for subject, friend in ((one, other), (other, one)):
                registry.relate(db, Relation(RelationKind.FRIEND, subject, friend), 0)

        for who in PEOPLE:
            team = f"walkers of 20{int(who[2:]) % 2}"
            registry.relate(db, Relation(RelationKind.TEAM, who, team), 0)
            join = StartChallenge(participant=who, offer=OFFER, first_day=self.first)
            joined_us = at(self.first, "08:00")
            assert study.engine.act(db, Actor(who, Role.PARTICIPANT), join, joined_us).ok

    def _live(self):
        for back in range(DAYS):
            day = self.first + timedelta(days=back)
            for number, who in enumerate(PEOPLE):
                self._day(who, day, 4000 + 700 * number + 300 * back)
            self._talk(day)
            self._night(day)

    def _day(self, who, day, steps):
        """Let somebody sleep, walk in the morning, lose an hour, and sit."""
        walked = np.zeros(720, int)
        walked[30 : 30 + steps // 100] = 100
        start_us = at(day, "07:00")
        if day > self.first:
            midnight_us = at(day, "00:00")
            self.study.live(who, midnight_us, (start_us - midnight_us) // MINUTE_US)
        self.study.live(who, start_us, 600, walked[:600])
        self.study.live(who, start_us + 660 * MINUTE_US, 120, walked[600:])

    def _talk(self, day):
        study, noon_us = self.study, at(day, "13:00")
        for hour in (9, 13, 17, 21):
            study.engine.tick(study.db, at(day, f"{hour:02}:01"))
        for who in PEOPLE[::2]:
            for item in study.inbox(who, noon_us + 2 * MINUTE_US)[:1]:
                act = AnswerPrompt(participant=who, message_id=item.id, answer=item.options[0])
                study.engine.act(
                    study.db, Actor(who, Role.PARTICIPANT), act, noon_us + 5 * MINUTE_US
                )
        for one, other in zip(PEOPLE[::2], PEOPLE[1::2], strict=True):
            self.cheer(one, other, noon_us)
            self.cheer(other, one, noon_us)  # what is returned is an interaction
        template = study.engine.templates()[0].id
        for who in PEOPLE[::3]:
            self._answer_questions(who, at(day, "21:30"))
        message = CoachMessage(participant=PEOPLE[2], coach="cleo", template_id=template)
        study.engine.act(study.db, CLEO, message, noon_us + HOUR_US)

    def cheer(self, one, other, now_us):
        """Let somebody cheer a friend."""
        cheer = SendCheer(participant=one, to=other)
        act = self.study.engine.act
        assert act(self.study.db, Actor(one, Role.PARTICIPANT), cheer, now_us).ok

    def _answer_questions(self, who, now_us):
        """Answer what is open, with a word of one's own where there is room for one."""
        study = self.study
        for asked, instrument in study.engine.questions(study.db, who, now_us):
            given = {"charity": "8", "satisfaction": "7", "why": WORDS}
            act = AnswerQuestions(
                participant=who, asked_id=asked.id, answers=instrument.kept(given)
            )
            study.engine.act(study.db, Actor(who, Role.PARTICIPANT), act, now_us)

    def _night(self, day):
        after_us = at(day + timedelta(days=1), "00:10")
        self.study.engine.tick(self.study.db, after_us)
        for who in PEOPLE:
            self.study.observe(who, day, after_us, complete=True)
