"""A challenge from start to trophy, through the engine's door."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, update

from coaching.acts.challenges import (
    JoinChallenge,
    LeaveChallenge,
    ProposeChallenge,
    StartChallenge,
)
from coaching.challenges import membership, record
from coaching.challenges.kinds import Duel, Pairing, Pool, Relay, Streak, TeamGoal
from coaching.challenges.tables import challenge_sides
from coaching.giving import gifts, vouchers
from coaching.tables import goals
from people import registry
from people.authorize import Actor, Refused, Topic
from people.registry import Person, Relation, RelationKind, Role, ViewerKind
from tests.coached import ADA, BEN, CLEO, MONDAY, Study, at, usc

OMAR = Actor("omar", Role.OPERATOR)
TUESDAY, WEDNESDAY = MONDAY + timedelta(1), MONDAY + timedelta(2)
OFFERS = {
    "team": TeamGoal(title="Two days", days=2, share=0.9),
    "pool": Pool(title="Pool", days=2, steps=20_000),
    "pair": Pairing(
        title="Pair", days=2, steps=12_000, least_share=0.25, cause="seniors", vouchers=2
    ),
    "relay": Relay(title="Relay", days=2, hold_days=1),
    "row": Streak(title="Row", days=2, in_a_row=2),
    "duel": Duel(title="Duel", days=2, level_band=0.25),
}


@pytest.fixture
def study():
    rules = msgspec.structs.replace(usc().challenges, offers=OFFERS)
    study = Study(msgspec.structs.replace(usc(), challenges=rules))
    registry.add_person(study.db, Person("omar", Role.OPERATOR), 0)
    for who, team in {"ada": "owls", "ben": "owls", "eve": "larks"}.items():
        study.join(who)
        registry.relate(study.db, Relation(RelationKind.TEAM, who, team), 0)
    yield study
    study.close()


def act(study, actor, what, clock="08:00", day=MONDAY):
    return study.engine.act(study.db, actor, what, at(day, clock))


def begin(study, offer, *actors, teams=()):
    proposal = ProposeChallenge(participant="omar", offer=offer, first_day=MONDAY, teams=teams)
    assert act(study, OMAR, proposal).ok
    name = f"{offer}/{MONDAY}/{'+'.join(teams) or 'all'}"
    for actor in actors:
        assert act(study, actor, JoinChallenge(participant=actor.person, challenge=name)).ok
    return name


def seen(study, who, day=MONDAY, clock="21:00"):
    return study.engine.challenges(study.db, who, at(day, clock))


def test_it_is_opted_into(study):
    name = begin(study, "team", ADA)

    assert [each.id for each in seen(study, "ben").invitations] == [name]
    assert seen(study, "ben").playing == ()
    (playing,) = seen(study, "ada").playing
    assert (playing.side, playing.challenge.ended_us) == ("owls", None)
    assert seen(study, "ada").invitations == ()


def test_a_team_reaches_its_goal_when_all_is_known(study):
    begin(study, "team", ADA, BEN)
    study.tell("ada", MONDAY, 7000)
    study.tell("ben", MONDAY, 5000)
    study.tell("ada", TUESDAY, 6000)
    assert seen(study, "ada", TUESDAY).trophies == ()

    study.tell("ben", TUESDAY, 5000)

    (trophy,) = seen(study, "ben", WEDNESDAY).trophies
    assert (trophy.title, str(trophy.says)) == ("Two days", "95 % of your own goals")
    assert seen(study, "ada", WEDNESDAY).playing[0].challenge.ended_us is not None


def test_late_data_keeps_the_verdict_back_and_never_wrongs_anyone(study):
    name = begin(study, "team", ADA, BEN)
    for day in (MONDAY, TUESDAY):
        study.tell("ada", day, 5000)
    study.tell("ben", MONDAY, 1000, complete=False)
    study.tell("ben", TUESDAY, 6000)
    assert record.one(study.db, name).ended_us is None

    study.tell("ben", MONDAY, 6000, now_us=at(WEDNESDAY, "12:00"))  # held up in a spool

    assert record.one(study.db, name).ended_us == at(WEDNESDAY, "12:00")
    assert len(seen(study, "ben", WEDNESDAY).trophies) == 1


def test_one_that_was_waited_for_long_enough_ends_and_still_rises(study):
    name = begin(study, "team", ADA, BEN)
    for day in (MONDAY, TUESDAY):
        study.tell("ada", day, 5000)
    study.engine.tick(study.db, at(WEDNESDAY + timedelta(3), "00:00"))
    assert record.one(study.db, name).ended_us is not None
    assert seen(study, "ada", WEDNESDAY).trophies == ()

    for day in (MONDAY, TUESDAY):
        study.tell("ben", day, 7000)

    assert len(seen(study, "ada", WEDNESDAY).trophies) == 1


def test_a_trophy_is_given_once_and_stays(study):
    begin(study, "pool", ADA, BEN)
    for day in (MONDAY, TUESDAY):
        study.tell("ada", day, 6000)
        study.tell("ben", day, 6000)
    (trophy,) = seen(study, "ada", TUESDAY).trophies

    study.tell("ben", TUESDAY, 6000, now_us=at(WEDNESDAY, "12:00"))
    study.tell("ben", MONDAY, 0, now_us=at(WEDNESDAY, "13:00"))  # the day was scored again

    assert seen(study, "ada", WEDNESDAY + timedelta(300)).trophies == (trophy,)


def test_two_groups_give_once_for_both(study):
    eve = Actor("eve", Role.PARTICIPANT)
    begin(study, "pair", ADA, eve, teams=("owls", "larks"))
    gifts.fund(study.db, "seniors", 5, "pledge", 0)
    for day in (MONDAY, TUESDAY):
        study.tell("ada", day, 6000)
        study.tell("eve", day, 6000)

    given = [
        v for v in vouchers.all_vouchers(study.db) if v.participant.startswith("challenge:")
    ]
    assert [(v.cause, v.state) for v in given] == [("seniors", gifts.State.ACTIVATED)] * 2
    assert gifts.audit(study.db) == []


def test_a_relay_and_a_row_run_to_their_end(study):
    begin(study, "relay", ADA, BEN)
    row = StartChallenge(participant="ben", offer="row", first_day=MONDAY)
    assert act(study, BEN, row).ok
    for day in (MONDAY, TUESDAY):
        study.tell("ada", day, 6000)
        study.tell("ben", day, 6000)

    assert {trophy.title for trophy in seen(study, "ben").trophies} == {"Relay", "Row"}
    assert {trophy.title for trophy in seen(study, "ada").trophies} == {"Relay"}


def test_a_duel_needs_a_friend_of_ones_level(study):
    duel = StartChallenge(participant="ada", offer="duel", first_day=MONDAY, to="eve")
    with pytest.raises(Refused):
        act(study, ADA, duel)

    assert act(study, ADA, msgspec.structs.replace(duel, to="ben")).ok
    (invitation,) = seen(study, "ben").invitations
    study.db.execute(update(goals).where(goals.c.participant == "ben").values(steps=9000))
    join = JoinChallenge(participant="ben", challenge=invitation.id)
    assert str(act(study, BEN, join).says) == "Your goals are too far apart for a fair duel."
    study.db.execute(update(goals).where(goals.c.participant == "ben").values(steps=7000))
    assert act(study, BEN, join).ok
    for day, steps in ((MONDAY, 6000), (TUESDAY, 5000)):
        study.tell("ada", day, steps)
        study.tell("ben", day, 4000)

    assert [str(each.says) for each in seen(study, "ada").trophies] == ["2 days won"]
    assert seen(study, "ben").trophies == ()


def test_who_leaves_takes_their_days_along_and_stays_out(study):
    name = begin(study, "team", ADA, BEN)
    study.tell("ada", MONDAY, 6000)
    study.tell("ben", MONDAY, 3000)
    leave = LeaveChallenge(participant="ben", challenge=name)
    assert str(act(study, BEN, leave, day=TUESDAY).says) == "You have left the challenge."

    assert seen(study, "ada", TUESDAY).playing[0].board.mine.score == 1000
    assert seen(study, "ben", TUESDAY).invitations == ()
    join = JoinChallenge(participant="ben", challenge=name)
    assert not act(study, BEN, join, day=TUESDAY).ok


def test_nobody_is_let_in_uninvited(study):
    name = begin(study, "team", teams=("larks",))

    assert str(act(study, ADA, JoinChallenge(participant="ada", challenge=name)).says) == (
        "You are not invited to that challenge."
    )
    assert seen(study, "ada").invitations == ()


def test_a_coach_proposes_to_teams_of_their_panel_and_sees_how_those_stand(study):
    registry.add_person(study.db, Person("dora", Role.COACH), 0)
    registry.relate(study.db, Relation(RelationKind.COACH, "ada", "dora"), 0)
    registry.consent(study.db, "ada", Topic.CIRCLE, ViewerKind.COACH, True, 0)
    dora = Actor("dora", Role.COACH)
    for teams in ((), ("larks",), ("larks", "owls")):  # all teams, and those of others' people
        with pytest.raises(Refused, match="not teams of their panel"):
            act(study, dora, proposed("dora", *teams))

    done = act(study, dora, proposed("dora", "owls"))
    assert done.ok
    assert done.touches == ("ada", "ben")

    for who in (ADA, BEN):
        join = JoinChallenge(participant=who.person, challenge=f"team/{MONDAY}/owls")
        assert act(study, who, join).ok
    teams = registry.teams_among(study.db, ["ada"])
    ((side,),) = (each.sides for each in study.engine.team_challenges(study.db, teams, MONDAY))
    assert (side.team, side.members, side.people) == ("owls", 2, ("ada",))
    assert side.standing is None  # two are too few to be told of as a team
    assert study.engine.team_challenges(study.db, {"larks": ["eve"]}, MONDAY) == []


def proposed(by, *teams):
    return ProposeChallenge(participant=by, offer="team", first_day=MONDAY, teams=teams)


@pytest.mark.parametrize(
    "what",
    [
        ProposeChallenge(participant="ada", offer="team", first_day=MONDAY),
        JoinChallenge(participant="ben", challenge="x"),
        StartChallenge(participant="ben", offer="row", first_day=MONDAY),
    ],
)
def test_only_whom_it_concerns_may(study, what):
    with pytest.raises(Refused):
        act(study, ADA, what)
    with pytest.raises(Refused):
        act(study, CLEO, what)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"offer": "nothing"}, "does not offer"),
        ({"first_day": MONDAY - timedelta(1)}, "between today"),
        ({"team": "larks"}, "a team you are in"),
        ({"offer": "pair"}, "brings two groups together"),
        ({"offer": "duel"}, "with a friend"),
    ],
)
def test_what_cannot_be_started_is_said(study, what, says):
    start = StartChallenge(participant="ada", offer="team", first_day=MONDAY)

    outcome = act(study, ADA, msgspec.structs.replace(start, **what))

    assert not outcome.ok
    assert says in str(outcome.says)


def test_small_teams_are_not_shown_to_others(study):
    begin(study, "team", ADA, BEN, Actor("eve", Role.PARTICIPANT))
    study.tell("ada", MONDAY, 6000)

    lines = seen(study, "ada", TUESDAY).playing[0].board.lines
    assert [line.side for line in lines] == ["owls"]


def test_sides_are_what_their_members_add_up_to(study):
    name = begin(study, "team", ADA, BEN)
    study.tell("ada", MONDAY, 6100)
    study.tell("ben", MONDAY, 3050)

    (side,) = study.db.execute(select(challenge_sides)).all()
    tallies = [member.tally for member in membership.members(study.db, name)]
    for field in ("effort", "counted", "reached", "steps", "open_days"):
        assert getattr(side, field) == sum(getattr(each, field) for each in tallies)
    assert (side.members, side.steps) == (2, 9150)
