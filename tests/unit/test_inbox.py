from datetime import timedelta

import msgspec
import pytest
import sqlalchemy

from coaching.acts.choices import Pause, SetConsent, SetFrequency, SetQuietHours
from coaching.acts.circle import SendCheer
from coaching.acts.giving import ChooseCause
from coaching.acts.prompts import (
    AnswerPrompt,
    CoachMessage,
    Decline,
    ShowPrompt,
    Snooze,
    UndoAnswer,
)
from coaching.circles.together import interactions_of
from coaching.tables import messages
from people import registry
from people.authorize import Actor, Refused, Role, Topic
from people.registry import Relation, RelationKind, ViewerKind
from tests.coached import ADA, BEN, CLEO, MINUTE_US, MONDAY, Study, at, usc

TUESDAY = MONDAY + timedelta(days=1)
PROMPTED_US = at(MONDAY, "09:30")
LATER_US = PROMPTED_US + 5 * MINUTE_US


@pytest.fixture
def study():
    study = Study(msgspec.structs.replace(usc(), questionnaires={}))
    study.join("ada")
    study.live("ada", at(MONDAY, "07:00"), 14 * 60, 1)
    study.engine.tick(study.db, PROMPTED_US)
    yield study
    study.close()


def act(study, actor, act, now_us=LATER_US):
    return study.engine.act(study.db, actor, act, now_us)


def prompt(study):
    (item,) = study.inbox("ada", LATER_US)
    return item


def answer(study, chosen="On my way", now_us=LATER_US, actor=ADA):
    request = AnswerPrompt(participant="ada", message_id=prompt(study).id, answer=chosen)
    return act(study, actor, request, now_us)


def row(study, message_id):
    query = sqlalchemy.select(messages).where(messages.c.id == message_id)
    return study.db.execute(query).one()


def test_an_answer_is_kept_with_its_time(study):
    assert answer(study).ok

    item = prompt(study)
    assert (item.answered, item.answered_us) == ("On my way", LATER_US)
    assert row(study, item.id).shown_us == LATER_US


def test_answering_is_one_interaction_however_often_it_is_undone(study):
    answer(study)
    undo = UndoAnswer(participant="ada", message_id=prompt(study).id)
    assert act(study, ADA, undo, LATER_US + 1).ok
    assert prompt(study).answered is None
    assert answer(study, "Later today", LATER_US + 2).ok

    assert prompt(study).answered == "Later today"
    (kept,) = interactions_of(study.db, "ada", 0)
    assert (kept.with_whom, kept.at_us) == ("coach", LATER_US)


def test_the_same_answer_again_is_no_error_and_another_is(study):
    answer(study)

    assert answer(study, now_us=LATER_US + 9).ok
    assert prompt(study).answered_us == LATER_US
    refused = answer(study, "Not for me")
    assert not refused.ok
    assert "Undo" in str(refused.says)


def test_only_what_was_offered_is_an_answer(study):
    assert not answer(study, "Maybe").ok


def test_a_coach_sees_the_answer_and_cannot_give_it(study):
    with pytest.raises(Refused):
        answer(study, actor=CLEO)
    answer(study)

    (item,) = study.engine.sent(study.db, "ada")
    assert item.answered == "On my way"
    (logged,) = study.engine.decisions(study.db, "ada")
    assert logged.message is not None
    assert logged.message.answer == "On my way"
    assert logged.against == ()


def test_nobody_answers_for_another(study):
    study.join("ben")
    with pytest.raises(Refused):
        answer(study, actor=BEN)
    borrowed = AnswerPrompt(participant="ben", message_id=prompt(study).id, answer="On my way")
    assert not act(study, BEN, borrowed).ok


def test_shown_is_noted_the_first_time(study):
    shown = ShowPrompt(participant="ada", message_id=prompt(study).id)
    act(study, ADA, shown, LATER_US)
    act(study, ADA, shown, LATER_US + 7)

    assert row(study, prompt(study).id).shown_us == LATER_US


def test_a_prompt_expires(study):
    ends_us = prompt(study).expires_us
    message_id = prompt(study).id
    assert ends_us == PROMPTED_US + 90 * MINUTE_US
    study.engine.tick(study.db, ends_us)

    assert study.inbox("ada", ends_us) == []
    assert row(study, message_id).expired_us == ends_us
    late = AnswerPrompt(participant="ada", message_id=message_id, answer="On my way")
    assert not act(study, ADA, late, ends_us).ok


def test_an_answered_prompt_did_not_expire(study):
    answer(study)
    message_id, ends_us = prompt(study).id, prompt(study).expires_us
    study.engine.tick(study.db, ends_us)

    assert row(study, message_id).expired_us is None


def test_a_snoozed_prompt_comes_back_and_can_still_be_answered(study):
    message_id = prompt(study).id
    outcome = act(study, ADA, Snooze(participant="ada", message_id=message_id, minutes=120))
    assert str(outcome.says) == "It will be back at 11:35."
    assert study.inbox("ada", at(MONDAY, "11:34")) == []

    assert "ada" in study.engine.tick(study.db, at(MONDAY, "11:35"))
    (item,) = study.inbox("ada", at(MONDAY, "11:35"))
    assert item.id == message_id
    late = AnswerPrompt(participant="ada", message_id=message_id, answer="On my way")
    assert act(study, ADA, late, at(MONDAY, "12:30")).ok


def test_a_snooze_does_not_end_in_quiet_hours(study):
    evening = at(MONDAY, "17:30")
    study.engine.tick(study.db, evening)
    latest = study.inbox("ada", evening)[0]
    snooze = Snooze(participant="ada", message_id=latest.id, minutes=240)

    outcome = act(study, ADA, snooze, evening + 30 * MINUTE_US)
    assert str(outcome.says) == "It will be back at 08:00."


@pytest.mark.parametrize("minutes", [0, -5, 241])
def test_a_snooze_has_bounds(study, minutes):
    snooze = Snooze(participant="ada", message_id=prompt(study).id, minutes=minutes)
    assert not act(study, ADA, snooze).ok


def test_quiet_hours_hold_at_the_next_decision(study):
    quiet = SetQuietHours(participant="ada", start_minute=12 * 60, end_minute=14 * 60)
    assert str(act(study, ADA, quiet).says) == "Quiet from 12:00 to 14:00."
    study.engine.tick(study.db, at(MONDAY, "13:00"))

    assert study.decisions()[-1].reasons == ("quiet_hours",)
    assert study.engine.choices(study.db, "ada", LATER_US).quiet == (720, 840)
    wrong = SetQuietHours(participant="ada", start_minute=0, end_minute=1440)
    assert not act(study, ADA, wrong).ok


def decline(study, *, kind_too):
    return act(
        study, ADA, Decline(participant="ada", message_id=prompt(study).id, kind_too=kind_too)
    )


def test_not_now_keeps_everything_away_for_some_hours(study):
    assert str(decline(study, kind_too=False).says) == "Not now, until Monday 13:35."
    for clock in ("13:00", "17:30"):
        study.engine.tick(study.db, at(MONDAY, clock))

    _, noon, evening = study.decisions()
    assert noon.reasons == ("snoozed",)
    assert evening.reasons == ()


def test_not_this_kind_keeps_that_kind_away_for_long(study):
    assert str(decline(study, kind_too=True).says) == "Not this kind, until Monday 09:35."
    for clock in ("13:00", "17:30"):
        study.engine.tick(study.db, at(MONDAY, clock))
    study.live("ada", at(TUESDAY, "07:00"), 4 * 60, 1)
    study.engine.tick(study.db, at(TUESDAY, "09:30"))

    assert [each.reasons for each in study.decisions()] == [(), (), (), ("snoozed",)]


@pytest.mark.parametrize("kind_too", [False, True])
def test_who_takes_it_back_is_written_to_again(study, kind_too):
    decline(study, kind_too=kind_too)
    assert prompt(study).answered == ("Not this kind" if kind_too else "Not now")
    act(study, ADA, UndoAnswer(participant="ada", message_id=prompt(study).id), LATER_US + 1)
    study.engine.tick(study.db, at(MONDAY, "13:00"))
    study.live("ada", at(TUESDAY, "07:00"), 4 * 60, 1)
    study.engine.tick(study.db, at(TUESDAY, "09:30"))

    assert {each.reasons for each in study.decisions()} == {(), ("too_late",)}


def test_who_wants_fewer_gets_fewer_from_everybody(study):
    assert act(study, ADA, SetFrequency(participant="ada", pushes_a_day=1)).ok
    act(study, CLEO, message())
    study.engine.tick(study.db, at(MONDAY, "13:00"))

    assert study.decisions()[-1].reasons == ("budget",)
    assert study.decisions()[-1].state.most_pushes == 1
    letter = study.inbox("ada", LATER_US)[0]
    assert row(study, letter.id).pushed_us is None
    assert not act(study, ADA, SetFrequency(participant="ada", pushes_a_day=6)).ok
    assert study.engine.choices(study.db, "ada", LATER_US).pushes_a_day == 1


def test_who_rests_finds_letters_and_is_not_pushed(study):
    act(study, ADA, Pause(participant="ada", reason="sick", until=TUESDAY))
    assert "without a push" in str(act(study, CLEO, message()).says)

    assert study.inbox("ada", LATER_US)[0].sender == "cleo"
    chosen = study.engine.choices(study.db, "ada", LATER_US)
    assert chosen.paused_until_us == at(TUESDAY, "00:00")


def message(template="coach-well-done", coach="cleo"):
    return CoachMessage(participant="ada", coach=coach, template_id=template)


def test_a_coach_sends_an_approved_message_once_a_day(study):
    assert str(act(study, CLEO, message()).says) == "Sent."
    assert "already" in str(act(study, CLEO, message()).says)

    first, second = study.inbox("ada", LATER_US)
    assert (first.sender, first.why) == ("cleo", None)
    assert first.options == ("Thank you", "It was hard", "Please call me")
    assert second.sender == "coach"
    assert not act(study, CLEO, message("near-lap")).ok
    assert not act(study, CLEO, message("anything")).ok


def test_a_coach_signs_with_their_own_name(study):
    with pytest.raises(Refused):
        act(study, CLEO, message(coach="dora"))
    with pytest.raises(Refused):
        act(study, Actor("dora", Role.COACH), message(coach="dora"))


def test_a_message_in_quiet_hours_is_held_until_they_end(study):
    outcome = act(study, CLEO, message(), at(MONDAY, "22:00"))
    assert str(outcome.says) == "Held until Tuesday 08:00."
    study.engine.tick(study.db, at(TUESDAY, "07:59"))
    assert study.inbox("ada", at(TUESDAY, "07:59")) == []

    assert "ada" in study.engine.tick(study.db, at(TUESDAY, "08:00"))
    (item,) = study.inbox("ada", at(TUESDAY, "08:00"))
    assert (item.sender, item.sent_us) == ("cleo", at(TUESDAY, "08:00"))


def test_the_budget_binds_the_coach_too():
    rules = usc()
    attention = msgspec.structs.replace(rules.attention, pushes_a_day=1)
    study = Study(msgspec.structs.replace(rules, attention=attention))
    study.join("ada")
    assert str(act(study, CLEO, message(), at(MONDAY, "08:30")).says) == "Sent."
    study.live("ada", at(MONDAY, "07:00"), 14 * 60, 1)
    study.engine.tick(study.db, at(MONDAY, "13:00"))
    assert {"budget"} <= {*study.decisions()[-1].reasons}

    outcome = act(study, CLEO, message("coach-rest"), at(MONDAY, "14:00"))
    assert "without a push" in str(outcome.says)
    waiting = study.inbox("ada", at(MONDAY, "14:00"))[0]
    assert waiting.sender == "cleo"
    assert row(study, waiting.id).pushed_us is None
    study.close()


def test_friends_cheer_once_a_day(study):
    study.join("ben")
    cheer = SendCheer(participant="ben", to="ada")
    with pytest.raises(Refused):
        act(study, BEN, cheer)
    registry.relate(study.db, Relation(RelationKind.FRIEND, "ada", "ben"), 0)
    registry.relate(study.db, Relation(RelationKind.FRIEND, "ben", "ada"), 0)

    assert str(act(study, BEN, cheer).says) == "Your cheer is on its way."
    assert "already" in str(act(study, BEN, cheer).says)
    (cheered,) = study.engine.cheers(study.db, "ada", 0)
    assert cheered.sender == "ben"
    letter = study.inbox("ada", LATER_US)[0]
    assert (letter.sender, letter.occasion, letter.options) == ("ben", "cheer", ("Thank you",))
    with pytest.raises(Refused):
        act(study, ADA, cheer)


def test_a_cause_is_one_of_the_studys(study):
    assert act(study, ADA, ChooseCause(participant="ada", cause="seniors")).ok
    assert study.engine.giving(study.db, "ada").cause == "seniors"
    assert not act(study, ADA, ChooseCause(participant="ada", cause="whales")).ok


def test_consent_is_withdrawn_at_once(study):
    withdraw = SetConsent(
        participant="ada", topic=Topic.MESSAGES, viewer=ViewerKind.COACH, granted=False
    )
    assert str(act(study, ADA, withdraw).says) == "Coach can no longer see messages."
    with pytest.raises(Refused):
        act(study, CLEO, message())


def test_why_names_data_rule_and_odds(study):
    why = prompt(study).why
    assert why is not None
    assert str(why.rule).startswith("We may write each day at 09:30")
    assert str(why.odds) == "At such a moment a message is always sent."
    assert str(why.data) == "Your steps were not known yet."
