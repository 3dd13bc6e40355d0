"""A protocol that is locked changes only with a reason on record."""

import msgspec
import pytest
from click.testing import CliRunner

from coaching import members
from coaching.acts.study import CloseStudy, LockProtocol
from coaching.engine import Engine
from coaching.locks import ProtocolChanged
from kindstep.cli import main
from people import registry
from people.authorize import Actor, Refused, Role
from people.registry import Person
from tests.coached import CLEO, HOUR_US, MONDAY, Study, at, usc

OLAF = Actor("olaf", Role.OPERATOR)
NOW_US = at(MONDAY, "10:00")


@pytest.fixture
def study():
    study = Study()
    registry.add_person(study.db, Person("olaf", Role.OPERATOR), 0)
    yield study
    study.close()


def lock(study, reason="ethics vote 12/26", actor=OLAF, engine=None):
    act = LockProtocol(participant=actor.person, reason=reason)
    return (engine or study.engine).act(study.db, actor, act, NOW_US)


def test_a_locked_protocol_is_the_only_one_that_starts(study):
    other = Engine(msgspec.structs.replace(usc(), weeks=9), site_seed=7)
    other.check_lock(study.db)  # nothing is locked yet
    assert not lock(study, " ").ok
    assert lock(study).ok

    study.engine.check_lock(study.db)
    with pytest.raises(ProtocolChanged, match="say why it changes"):
        other.check_lock(study.db)
    assert str(lock(study).says) == "It is locked already."
    assert lock(study, "amendment 1", engine=other).ok
    other.check_lock(study.db)
    with pytest.raises(ProtocolChanged):
        study.engine.check_lock(study.db)
    assert [each.reason for each in study.engine.locks(study.db)] == [
        "amendment 1",
        "ethics vote 12/26",
    ]


def test_only_an_operator_locks(study):
    with pytest.raises(Refused):
        lock(study, actor=CLEO)


def test_closing_begins_the_taper_for_everybody_and_tells_each_once(study):
    study.join("ada")
    study.join("ben")
    close = CloseStudy(participant="olaf")

    closed = study.engine.act(study.db, OLAF, close, NOW_US)

    assert (closed.ok, closed.touches) == (True, ("ada", "ben"))
    until_us = NOW_US + usc().taper.weeks * 7 * 24 * HOUR_US
    assert study.engine.last_end_us(study.db) == until_us
    assert members.one(study.db, "ada").until_us == until_us
    for who in ("ada", "ben"):
        (told,) = study.engine.sent(study.db, who, 9)
        assert told.text.startswith("The study comes to its end.")
    again = study.engine.act(study.db, OLAF, close, NOW_US + 1)
    assert (again.ok, again.touches) == (True, ())
    with pytest.raises(Refused):
        study.engine.act(study.db, CLEO, CloseStudy(participant="cleo"), NOW_US)


def test_the_hub_does_not_start_with_another_protocol(tmp_path):
    runner = CliRunner()
    answers = "Ines\nusc\nEurope/Paris\nhome\n8800\n"
    assert runner.invoke(main, ["init", str(tmp_path)], input=answers).exit_code == 0
    protocol = tmp_path / "study.toml"
    settings = ["--settings", str(tmp_path / "kindstep.toml")]
    assert "arms" in runner.invoke(main, ["study", "check", str(protocol)]).output
    said = runner.invoke(main, ["study", "lock", "--reason", "vote", *settings])
    assert said.output.startswith("locked "), said.output

    text = protocol.read_text()
    protocol.write_text(text.replace("threshold_points = 250", "threshold_points = 150"))
    started = runner.invoke(main, ["up", "--no-web", *settings])
    assert started.exit_code == 1
    assert "say why it changes" in started.output
    protocol.write_text(text + "\nno_such_key = 1\n")
    wrong = runner.invoke(main, ["study", "check", str(protocol)])
    assert wrong.exit_code == 2
    assert "no_such_key" in wrong.output
    listed = runner.invoke(main, ["study", "locks", *settings]).output
    assert "command line: vote" in listed
