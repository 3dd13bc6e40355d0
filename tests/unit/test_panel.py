"""A coach's panel: many rows at once say what each says alone, and ask no more often."""

import pytest
from sqlalchemy import event

from people.authorize import Actor, Role, Topic
from tests import web_study
from tests.web_study import COACH, FARID, JON, MAYA
from web import panel

DANA = Actor(COACH, Role.COACH)


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("panel"), more_people=4)
    face.consent(FARID, Topic.HEART_RATE, granted=False)
    face.consent(JON, Topic.ACTIVITY, granted=False)
    face.consent(JON, Topic.PROMPTS, granted=False)
    yield face
    face.store.close()


def asked(face, people, now_us):
    """Give rows, and how many statements that took."""
    statements = []
    parts = face.app().state.parts
    with face.store.reading() as db:
        event.listen(db, "before_cursor_execute", lambda *said: statements.append(said[2]))
        rows = panel.rows_of(db, parts, DANA, people, now_us)
    return rows, len(statements)


def test_many_rows_say_what_each_says_alone(face):
    now_us = face.clock()
    everybody = [*web_study.NAMES.keys() - {COACH, web_study.OTHER_COACH, web_study.OPERATOR}]
    everybody += [f"q-{n:03}" for n in range(4)]

    together, statements = asked(face, everybody, now_us)

    alone = [asked(face, [who], now_us) for who in everybody]
    assert [row for (row,), _ in alone] == together
    assert max(count for _, count in alone) >= statements > 10
    by_name = {row.participant: row for row in together}
    assert by_name[MAYA].heart is not None
    assert by_name[FARID].heart is None
    assert by_name[JON].activity is None
    assert not by_name[JON].shows_prompts
    assert by_name[JON].flags == [panel.NOT_SHARED]
