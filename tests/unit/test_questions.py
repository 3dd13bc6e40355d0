"""Questionnaires: when they come, what counts as an answer, and what their codebook says."""

from datetime import timedelta

import msgspec
import pytest

from coaching.acts.choices import SetProfile
from coaching.acts.prompts import AnswerQuestions, CoachMessage, SkipQuestions
from coaching.post import inbox
from coaching.protocol import BadProtocol, validate
from coaching.questionnaires import questions
from coaching.questionnaires.instruments import Condition, Instrument, codebook
from people import registry
from tests.coached import ADA, CLEO, MONDAY, Study, at, usc

WEEKLY = usc().questionnaires["weekly"]


@pytest.fixture
def study():
    study = Study()
    study.join("ada")
    yield study
    study.close()


def waiting(study, now_us):
    return study.engine.questions(study.db, "ada", now_us)


def test_they_come_at_the_beginning_each_week_and_at_the_end():
    study = Study(msgspec.structs.replace(usc(), weeks=3))
    study.join("ada")
    came = []
    for day in range(22):
        evening = at(MONDAY + timedelta(days=day), "20:00")
        study.engine.tick(study.db, evening)
        open_now = [each.instrument for each, _ in waiting(study, evening)]
        came += [(day, name) for name in open_now]
        for each, _ in waiting(study, evening):
            skip = SkipQuestions(participant="ada", asked_id=each.id)
            study.engine.act(study.db, ADA, skip, evening)
    study.close()

    assert came == [(0, "baseline"), (7, "weekly"), (14, "exit"), (14, "weekly")]


def test_one_message_says_so_under_the_same_budget_as_all(study):
    for template in study.engine.templates():
        ask = CoachMessage(participant="ada", coach="cleo", template_id=template.id)
        study.engine.act(study.db, CLEO, ask, at(MONDAY, "12:00"))
    study.engine.tick(study.db, at(MONDAY, "18:00"))

    first = study.inbox("ada", at(MONDAY, "18:00"))[0]
    assert first.occasion == "questions"
    (stored,) = [m for m in messages_of(study) if m.occasion == "questions"]
    assert (stored.sent_us, stored.pushed_us) == (at(MONDAY, "18:00"), None)


def messages_of(study):
    return inbox.sent_to(study.db, "ada", 50)


def test_answers_are_kept_with_the_version_of_what_was_asked(study):
    now_us = at(MONDAY, "18:05")
    study.engine.tick(study.db, now_us)
    ((each, instrument),) = waiting(study, now_us)
    given = {"charity": "8", "satisfaction": "99", "colour": "blue"}
    act = AnswerQuestions(participant="ada", asked_id=each.id, answers=given)
    assert study.engine.act(study.db, ADA, act, now_us).ok

    (answer,) = questions.answers_of(study.db, "ada")
    assert (answer.instrument, answer.version) == ("baseline", instrument.version)
    assert (answer.item, answer.value, answer.at_us) == ("charity", "8", now_us)
    assert answer.protocol == study.engine.protocol_digest
    assert waiting(study, now_us) == []
    assert not study.engine.act(study.db, ADA, act, now_us).ok


def test_a_question_that_was_not_asked_has_no_answer():
    assert WEEKLY.kept({"messages": "many", "which": "The ones at noon"}) == {
        "messages": "many",
        "which": "The ones at noon",
    }
    assert WEEKLY.kept({"messages": "few", "which": "The ones at noon"}) == {"messages": "few"}
    assert WEEKLY.kept({"which": "The ones at noon"}) == {}
    assert [item.id for item in WEEKLY.asked({})] == ["satisfaction", "messages"]


def test_a_red_flag_in_an_answer_calls_a_human(study):
    now_us = at(MONDAY + timedelta(days=7), "18:35")
    study.engine.tick(study.db, now_us)
    each = next(a for a, _ in waiting(study, now_us) if a.instrument == "weekly")
    given = {"messages": "many", "which": "I want to die"}
    act = AnswerQuestions(participant="ada", asked_id=each.id, answers=given)
    outcome = study.engine.act(study.db, ADA, act, now_us)

    assert str(outcome.says) == usc().safety.emergency["en"]
    (flag,) = study.engine.red_flags(study.db, ["ada"])
    assert flag.kind == "self-harm"


def test_nobody_is_asked_what_came_due_while_the_hub_was_away_too_long(study):
    late = at(MONDAY + timedelta(days=5), "12:00")
    study.engine.tick(study.db, late)

    assert waiting(study, late) == []


def test_they_close_by_themselves(study):
    study.engine.tick(study.db, at(MONDAY, "18:00"))
    assert len(waiting(study, at(MONDAY, "18:00"))) == 1

    assert waiting(study, at(MONDAY + timedelta(days=3), "18:00")) == []


def test_the_codebook_says_what_each_answer_stands_for():
    found = {(each.instrument, each.item): each for each in codebook(usc().questionnaires)}

    assert found["weekly", "messages"].values.startswith("few: too few; right: just")
    assert found["weekly", "which"].only_if == "messages = many"
    assert found["baseline", "charity"].values == "0 to 10: not at all to more than anything"


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": ()},
        {"open_h": 0},
        {"title": {}},
        {"items": (WEEKLY.items[0], WEEKLY.items[0])},
        {"items": (WEEKLY.items[2],)},
        {
            "items": (
                *WEEKLY.items[:2],
                msgspec.structs.replace(
                    WEEKLY.items[2], only_if=Condition(item="messages", answers=("often",))
                ),
            )
        },
    ],
)
def test_a_questionnaire_that_cannot_be_asked_is_refused(wrong):
    asked: Instrument = msgspec.structs.replace(WEEKLY, **wrong)
    with pytest.raises(BadProtocol):
        validate(msgspec.structs.replace(usc(), questionnaires={"weekly": asked}))


def test_people_say_themselves_what_scores_rest_on(study):
    told = SetProfile(
        participant="ada", age_years=61, placement="wrist", resting_bpm=58.0, language="he"
    )
    assert study.engine.act(study.db, ADA, told, at(MONDAY, "09:00")).ok
    assert registry.profile(study.db, "ada").age_years == 61

    for wrong in (
        {"age_years": 130},
        {"placement": "pocket"},
        {"resting_bpm": 10.0},
        {"language": "xx"},
    ):
        refused = msgspec.structs.replace(told, **wrong)
        assert not study.engine.act(study.db, ADA, refused, at(MONDAY, "09:00")).ok
