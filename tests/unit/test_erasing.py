"""Who leaves is gone: from every table but those that say why not, and from the archive."""

import pytest
import sqlalchemy
from starlette.testclient import TestClient

from coaching.acts.circle import SendCheer
from coaching.acts.desk import WriteNote
from coaching.giving import audit
from ingest.archive import Archive, Gone
from ingest.log.hour_file import HOUR_US
from kindstep import erasing
from kindstep.tables import METADATAS
from people import registry
from people.authorize import Actor, Role
from people.registry import Conflict
from tests import web_study
from tests.books import PERIOD_US, START_US, Books, walk
from tests.web_study import AMARA, COACH, JON, MAYA, OPERATOR

OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    note = WriteNote(participant=JON, coach=COACH, text="Likes stairs")
    face.perform(Actor(COACH, Role.COACH), note)
    face.perform(Actor(MAYA, Role.PARTICIPANT), SendCheer(participant=MAYA, to=JON))
    yield face
    face.store.close()


def rows_of(db, person):
    """Count rows that speak of somebody, by table."""
    found = {}
    for metadata in METADATAS:
        for table in metadata.sorted_tables:
            whose = [column == person for column in erasing.columns_of(table)]
            if whose:
                query = sqlalchemy.select(sqlalchemy.func.count()).select_from(table)
                count = db.scalar(query.where(sqlalchemy.or_(*whose)))
                if count:
                    found[table.name] = count
    return found


def test_every_table_that_names_people_is_erased_or_says_why_not():
    tables = {table.name: table for each in METADATAS for table in each.sorted_tables}
    of_people = {name for name, table in tables.items() if erasing.columns_of(table)}

    assert set(erasing.KEPT) <= set(tables)
    assert len(of_people - set(erasing.KEPT)) > 25
    # Of staff, of the study, or hanging on rows of people.
    assert set(tables) - of_people - set(erasing.KEPT) == {
        *("answers", "challenge_sides", "checkpoint", "coach_profiles", "credentials"),
        *("documents", "draft_steps", "pledges", "pools", "protocol_locks", "ticket_steps"),
    }


def test_someone_leaves_by_their_own_page_asked_twice(face):
    with TestClient(face.app(), base_url="http://localhost") as browser:
        browser.post(f"/in/{face.link(JON, 'participant')}", headers=OURS)
        elsewhere = face.session(JON, "participant")
        with face.store.reading() as db:
            before = rows_of(db, JON)
            others = rows_of(db, AMARA)
        assert "Kept under a pseudonym" in browser.get("/me/leave").text
        sure = {"understood": "true"}
        assert "Are you sure?" in browser.post("/me/leave", data=sure, headers=OURS).text
        wrong = sure | {"words": "erase"}
        assert "Please write" in browser.post("/me/leave", data=wrong, headers=OURS).text
        with face.store.reading() as db:
            assert rows_of(db, JON) == before
        told = browser.post(
            "/me/leave", data=sure | {"words": "Erase everything"}, headers=OURS
        ).text
        assert "You have left" in told
        assert JON in told
        assert browser.get("/").status_code == 401
    assert face.accounts.session(elsewhere, face.clock()) is None
    with face.store.reading() as db:
        left = rows_of(db, JON)
        assert set(left) <= {*erasing.KEPT, "wearings"}
        assert len(before) - len(left) > 10
        assert registry.name_of(db, JON) == JON
        assert registry.panel_of(db, COACH) == ("p-01", "p-03", "p-04", "p-05")
        after = rows_of(db, AMARA)
        assert {name for name in others if others[name] != after.get(name)} <= {"relations"}
        assert audit.audit(db) == []
        (withdrawal,) = registry.withdrawals(db)
    assert (withdrawal.person, withdrawal.by, withdrawal.archive_us) == (JON, JON, None)
    assert withdrawal.rows > 100


def test_nobody_leaves_twice_and_nobody_is_made_to_by_another(face):
    with pytest.raises(Conflict):
        face.store.write(lambda db: erasing.erase(db, JON, "again", face.clock()))
    with TestClient(face.app(), base_url="http://localhost") as browser:
        browser.post(f"/in/{face.link(OPERATOR, 'operator')}", headers=OURS)
        assert browser.get("/me/leave").status_code == 404


@pytest.fixture
def books(tmp_path):
    books = Books(tmp_path / "hub")
    books.receive(walk(0, 100, 0, device="mine"), walk(0, 100, 0, device="theirs"))
    books.receive(walk(100, 200, 1, device="mine"))
    books.archive.seal(books.log, START_US + 3 * HOUR_US, books.log.last)
    yield books
    books.close()


def archived(archive):
    return [(entry.batch.device, entry.batch.sequence) for entry in archive.entries()]


def test_samples_leave_the_archive_with_whoever_wore_the_device(books):
    archive = books.archive
    before = archived(archive)
    assert ("mine", 0) in before
    first = {file.path for file in archive.manifest().files()}

    assert archive.forget(Gone({"nobody's": [(0, 1 << 62)]}), START_US) == 0
    assert archive.forget(Gone({"mine": [(0, 1 << 62)]}), START_US) == 1
    assert archive.forget(Gone({"mine": [(0, 1 << 62)]}), START_US + 1) == 0

    assert archived(archive) == [each for each in before if each[0] == "theirs"]
    assert list(archive.spoilt()) == []
    now = {file.path for file in archive.manifest().files()}
    assert set(archive.manifest().leaving) == first - now
    assert len(first - now) == 1


def test_what_others_wore_before_and_after_stays(books):
    second_us = START_US + 99 * PERIOD_US
    assert books.archive.forget(Gone({"mine": [(0, second_us)]}), START_US) == 1

    assert archived(books.archive) == [("theirs", 0), ("mine", 1)]


def test_it_is_done_once_nothing_can_come_any_more(face, tmp_path):
    archive = Archive(tmp_path)
    now_us = face.clock()
    assert erasing.from_archive(face.store, archive, now_us) == 0
    with face.store.reading() as db:
        assert registry.withdrawals(db)[0].archive_us is None
        assert f"glasses-{JON}" in registry.worn_by_who_left(db)
    later_us = now_us + 3 * HOUR_US
    assert erasing.from_archive(face.store, archive, later_us) == 0
    with face.store.reading() as db:
        assert registry.withdrawals(db)[0].archive_us == later_us
        assert registry.worn_by_who_left(db) == {}
        assert registry.wearings_of(db, JON) == []
