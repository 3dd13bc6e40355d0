"""What an operator may do with the study's file, and what is refused."""

import sys
import time

import msgspec
import pytest

from coaching.engine import Engine
from coaching.locks import Lock, lock
from kindstep import stores, study
from kindstep.errands import Errands, last
from kindstep.settings import Settings
from kindstep.study_room import StudyRoom
from people import registry
from people.authorize import Actor, Role
from people.registry import Person
from tests.coached import MONDAY, at
from web.orders import BackUp, DryRun, UseStudy

INES = Actor("ines", Role.OPERATOR)
NOW_US = at(MONDAY, "10:00")
TEXT = study.builtin("usc")
OTHER = TEXT.replace("threshold_points = 250", "threshold_points = 150")


def engine(text=TEXT):
    return Engine(study.parse(text, "study.toml"), site_seed=7)


@pytest.fixture
def store(tmp_path):
    store = stores.in_file(tmp_path / "study.db")
    yield store
    store.close()


@pytest.fixture
def room(tmp_path, store):
    file = tmp_path / "study.toml"
    file.write_text(TEXT)
    room = StudyRoom(Settings(data=tmp_path, study=file), None, store, engine())
    yield room
    room.stop()


def use(room, text, reason=""):
    return room.deeds[UseStudy](UseStudy(text=text, reason=reason), INES, NOW_US)


def test_another_protocol_takes_the_place_of_the_file(room, tmp_path):
    done = use(room, OTHER)

    assert (done.ok, engine(OTHER).protocol_digest[:16] in str(done.says)) == (True, True)
    assert (tmp_path / "study.toml").read_text() == OTHER


def test_what_is_wrong_changes_nothing(room, tmp_path):
    wrong = TEXT.replace("most_days = 9", 'most_days = "nine"')
    line = 1 + wrong[: wrong.index('"nine"')].count("\n")

    done = use(room, wrong)

    assert (done.ok, str(done.says).startswith(f"study.toml:{line}: ")) == (False, True)
    assert (tmp_path / "study.toml").read_text() == TEXT


def test_once_locked_it_changes_for_a_reason_that_is_kept(room, store):
    first, second = engine().protocol_digest, engine(OTHER).protocol_digest
    store.write(lambda db: lock(db, Lock(first, NOW_US, "ines", "vote")))

    assert not use(room, OTHER, " ").ok
    assert use(room, TEXT).ok  # the same, with other comments
    assert use(room, OTHER, "amendment 1").ok
    with store.reading() as db:
        held = [(each.digest, each.who, each.reason) for each in engine().locks(db)]
    assert held == [(second, "ines", "amendment 1"), (first, "ines", "vote")]


def test_nobody_is_left_in_an_arm_that_is_gone(room, store):
    def enrol(db):
        registry.add_person(db, Person("ada", Role.PARTICIPANT), NOW_US)
        registry.set_zone(db, "ada", "UTC", 0)
        engine().enrol(db, "ada", NOW_US, "unprompted")

    store.write(enrol)
    lacking = TEXT.replace('[arms.unprompted]\npolicy = "unprompted"\n', "")

    done = use(room, lacking)

    assert (done.ok, str(done.says)) == (False, "People are in unprompted.")


def test_without_a_file_or_a_folder_it_says_so(tmp_path, store):
    room = StudyRoom(Settings(data=tmp_path), None, store, engine())

    assert "no file under study" in str(use(room, OTHER).says)
    assert "no folder under [backup]" in str(room.deeds[BackUp](BackUp(), INES, NOW_US).says)


def test_one_dry_run_at_a_time_and_it_ends_with_the_hub(room, tmp_path):
    wish = DryRun(people=2, weeks=52, odds=0.5)
    begun = room.deeds[DryRun](wish, INES, NOW_US)
    again = room.deeds[DryRun](msgspec.structs.replace(wish, people=3), INES, NOW_US)
    assert (begun.ok, again.ok) == (True, False)
    assert last(tmp_path / "errands", "dry-run").runs

    room.stop()

    assert last(tmp_path / "errands", "dry-run").code not in (None, 0)


def test_what_an_errand_says_is_kept_and_one_cut_off_is_not_under_way(tmp_path):
    errands = Errands(tmp_path)
    assert last(tmp_path, "greeting") is None
    assert errands.start("greeting", [sys.executable, "-c", "print('found 0.2')"])
    give_up_s = time.monotonic() + 60
    while last(tmp_path, "greeting").runs:
        assert time.monotonic() < give_up_s
        time.sleep(0.02)  # another process gives no event

    assert (last(tmp_path, "greeting").code, last(tmp_path, "greeting").lines) == (
        0,
        ("found 0.2",),
    )
    errands.stop()
    (tmp_path / "greeting.code").unlink()  # as if the hub had been killed
    Errands(tmp_path)
    assert not last(tmp_path, "greeting").runs
