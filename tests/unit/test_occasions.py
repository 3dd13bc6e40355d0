"""Moments at which the coach considers writing, besides set times and coming near the goal."""

from datetime import timedelta

import msgspec
import pytest

from coaching import members
from coaching.acts.prompts import AnswerPrompt
from coaching.prompts.point import Point
from coaching.prompts.stillness import _next
from coaching.protocol import BadProtocol, validate
from people import registry
from tests.coached import ADA, MONDAY, Study, at, usc

TUESDAY = MONDAY + timedelta(days=1)


def asking(**more):
    prompts = msgspec.structs.replace(usc().prompts, schedule=(), **more)
    return msgspec.structs.replace(usc(), prompts=prompts)


@pytest.fixture
def studying():
    made = []

    def study(**more):
        made.append(Study(asking(**more)))
        made[-1].join("ada")
        return made[-1]

    yield study
    for each in made:
        each.close()


def test_reaching_the_goal_is_a_moment_of_its_own(studying):
    study = studying(reached=True)
    study.live("ada", at(MONDAY, "10:00"), 70, 100)
    for clock in ("11:10", "11:11"):
        study.observe("ada", MONDAY, at(MONDAY, clock))

    (decision,) = study.decisions()
    assert decision.state.kind == "reached"
    assert decision.state.epoch_us == at(MONDAY, "10:59")
    (item,) = study.inbox("ada", at(MONDAY, "11:10"))
    assert "11:00" in str(item.why.rule)


def test_a_goal_reached_by_late_data_is_not_cheered_the_day_after(studying):
    study = studying(reached=True)
    study.live("ada", at(MONDAY, "10:00"), 70, 100)
    study.observe("ada", MONDAY, at(TUESDAY, "09:00"), complete=True)

    (decision,) = study.decisions()
    assert decision.reasons == ("too_late",)
    assert study.engine.points(study.db, "ada") == 25


def test_an_answer_is_come_back_to_once(studying):
    study = studying(reached=True, after_reply_min=90)
    study.live("ada", at(MONDAY, "09:30"), 60, 100)
    study.live("ada", at(MONDAY, "10:30"), 330, 1)
    study.observe("ada", MONDAY, at(MONDAY, "10:30"))
    for clock in ("11:10", "12:40", "12:50", "16:00"):
        study.engine.tick(study.db, at(MONDAY, clock))
        for item in study.inbox("ada", at(MONDAY, clock)):
            answer = AnswerPrompt(participant="ada", message_id=item.id, answer="On my way")
            study.engine.act(study.db, ADA, answer, at(MONDAY, clock))

    _, again = study.decisions()
    assert (again.state.kind, again.state.due_us) == ("after_reply", at(MONDAY, "12:40"))
    assert again.template is not None


def test_sitting_still_is_noticed_when_it_has_lasted(studying):
    study = studying(inactive_min=60)
    study.live("ada", at(MONDAY, "07:30"), 30, 10)
    study.live("ada", at(MONDAY, "08:00"), 8 * 60)
    for clock in ("08:00", "09:00", "09:59"):
        study.engine.tick(study.db, at(MONDAY, clock))

    (first,) = study.decisions()
    assert first.state.kind == "inactive"
    assert first.state.due_us == at(MONDAY, "09:00")
    assert first.reasons == ()
    assert first.state.still_min == 60
    assert study.engine.next_due_us(study.db) == at(MONDAY, "10:00")


def test_who_moves_is_looked_at_again_when_they_can_have_sat_so_long(studying):
    study = studying(inactive_min=60)
    study.live("ada", at(MONDAY, "07:00"), 5 * 60, 1)
    study.live("ada", at(MONDAY, "12:00"), 90)
    for hour in range(8, 13):
        study.engine.tick(study.db, at(MONDAY, f"{hour:02}:59"))
    assert study.decisions() == []
    study.engine.tick(study.db, at(MONDAY, "13:00"))

    assert [each.state.due_us for each in study.decisions()] == [at(MONDAY, "13:00")]


def test_no_data_is_not_sitting_still(studying):
    study = studying(inactive_min=60)
    study.live("ada", at(MONDAY, "08:00"), 10)
    study.engine.tick(study.db, at(MONDAY, "20:00"))

    assert study.decisions() == []


def test_nobody_is_looked_at_in_quiet_hours_or_for_hours_nobody_was_there(studying):
    study = studying(inactive_min=60)
    evening, later = at(MONDAY, "20:30"), at(MONDAY + timedelta(days=3), "12:00")
    member = members.one(study.db, "ada")
    calendar = registry.calendar(study.db, "ada")
    point = Point(member, calendar, "inactive", "inactive", evening)

    assert _next(point, 0, 60, evening).due_us == at(TUESDAY, "08:00")
    assert _next(point, 0, 60, later).due_us == later


@pytest.mark.parametrize("wrong", [{"inactive_min": 5}, {"after_reply_min": -1}])
def test_nonsense_is_refused(wrong):
    with pytest.raises(BadProtocol):
        validate(asking(**wrong))
