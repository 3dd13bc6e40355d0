"""Friends by mutual consent, invitations, and what a circle shares and says."""

from datetime import timedelta

import pytest

from coaching.acts.circle import (
    AcceptInvite,
    Befriend,
    Block,
    EndFriendship,
    Invite,
    LeaveTeam,
    Like,
    Moderate,
    Mute,
    Report,
    SayComment,
    StartTeam,
)
from coaching.circles import feed
from coaching.circles.feed import News
from coaching.safety import tickets
from people import registry
from people.authorize import Action, Actor, Refused, Topic, allowed
from people.registry import Person, Role, ViewerKind
from people.sentence import Sentence
from tests.coached import ADA, BEN, MONDAY, Study, at

EVE, OMAR = Actor("eve", Role.PARTICIPANT), Actor("omar", Role.OPERATOR)
NOW_US = at(MONDAY, "12:00")


@pytest.fixture
def study():
    study = Study()
    registry.add_person(study.db, Person("omar", Role.OPERATOR), 0)
    for who in ("ada", "ben", "eve"):
        study.join(who)
    yield study
    study.close()


@pytest.fixture
def friends(study):
    meet(study, ADA, BEN)
    return study


def act(study, actor, what, now_us=NOW_US):
    return study.engine.act(study.db, actor, what, now_us)


def meet(study, inviter, other, team=None, name="x"):
    name = f"{name}/{inviter.person}/{other.person}"
    assert act(study, inviter, Invite(participant=inviter.person, hash=name, team=team)).ok
    return act(study, other, AcceptInvite(participant=other.person, hash=name))


def share(study, who="ada", topic=Topic.ACTIVITY, about="1"):
    feed.share(
        study.db, [News(who, "goal", about, topic, Sentence("reached the goal"))], NOW_US
    )


def read(study, who="ben"):
    return study.engine.feed(study.db, who, NOW_US)


def test_friends_are_made_by_an_invitation_that_works_once(study):
    assert str(meet(study, ADA, BEN).says) == "You are friends now."
    again = act(study, EVE, AcceptInvite(participant="eve", hash="x/ada/ben"))

    assert not again.ok
    assert registry.circle_of(study.db, "ada") == ("ben",)
    assert registry.circle_of(study.db, "eve") == ()


def test_the_inviter_learns_only_that_someone_joined(study):
    meet(study, ADA, BEN)

    (made,) = study.engine.invitations(study.db, "ada")
    assert made.joined_us == NOW_US
    assert "ben" not in repr(made)


@pytest.mark.parametrize("after_days", [0, 13, 15])
def test_an_invitation_lasts_two_weeks(study, after_days):
    act(study, ADA, Invite(participant="ada", hash="h"))
    later_us = NOW_US + after_days * 86_400_000_000

    outcome = act(study, BEN, AcceptInvite(participant="ben", hash="h"), later_us)

    assert outcome.ok is (after_days < 14)


def test_strangers_are_not_asked_and_not_found_out(study):
    known = act(study, ADA, Befriend(participant="ada", to="eve"))
    unknown = act(study, ADA, Befriend(participant="ada", to="nobody"))

    assert known == unknown
    assert not known.ok


def test_team_mates_become_friends_when_both_want(study):
    assert act(study, ADA, StartTeam(participant="ada", name="Owls")).ok
    meet(study, ADA, BEN, team="Owls")
    assert registry.friends_of(study.db, "ada") == ()

    assert act(study, ADA, Befriend(participant="ada", to="ben")).ok
    assert registry.friends_of(study.db, "ada") == ()
    assert registry.asked_by(study.db, "ben") == ("ada",)
    assert act(study, BEN, Befriend(participant="ben", to="ada")).ok
    assert registry.friends_of(study.db, "ada") == ("ben",)


def test_a_friendship_ends_for_both(friends):
    act(friends, BEN, EndFriendship(participant="ben", to="ada"))

    assert registry.circle_of(friends.db, "ada") == registry.asked_by(friends.db, "ada") == ()


def test_teams_go_by_one_decent_name(study):
    assert act(study, ADA, StartTeam(participant="ada", name="Owls")).ok
    for name in ("Owls", "x", "<b>", "the lazy ones", "o" * 50):
        assert not act(study, BEN, StartTeam(participant="ben", name=name)).ok
    assert not act(study, BEN, Invite(participant="ben", hash="t", team="Owls")).ok
    act(study, ADA, LeaveTeam(participant="ada", team="Owls"))
    assert registry.teams_of(study.db, "ada") == ()


@pytest.mark.parametrize(("blocker", "other"), [(ADA, BEN), (BEN, ADA)])
def test_whom_one_blocks_sees_nothing_and_shows_nothing(friends, blocker, other):
    share(friends)
    act(friends, blocker, Block(participant=blocker.person, to=other.person))

    assert read(friends) == []
    for one, two in ((ADA, "ben"), (BEN, "ada")):
        for action in (Action.KNOW, Action.SEE, Action.CHEER):
            assert not allowed(friends.db, one, action, two, Topic.ACTIVITY, now_us=NOW_US)
    assert not act(friends, other, Befriend(participant=other.person, to=blocker.person)).ok


def test_a_block_holds_among_team_mates_and_can_end(study):
    act(study, ADA, StartTeam(participant="ada", name="Owls"))
    meet(study, ADA, BEN, team="Owls")
    act(study, ADA, Block(participant="ada", to="ben"))
    assert registry.circle_of(study.db, "ben") == ()

    act(study, ADA, Block(participant="ada", to="ben", on=False))
    assert registry.circle_of(study.db, "ben") == ("ada",)


def test_muted_is_left_out_and_not_told(friends):
    share(friends)
    act(friends, BEN, Mute(participant="ben", to="ada"))
    assert read(friends) == []
    assert registry.circle_of(friends.db, "ada") == ("ben",)

    act(friends, BEN, Mute(participant="ben", to="ada", on=False))
    assert len(read(friends)) == 1


def test_a_circle_sees_what_its_author_lets_it_see(friends):
    share(friends)
    share(friends, topic=Topic.GIVING, about="2")
    share(friends, "eve", about="3")
    registry.consent(friends.db, "ada", Topic.GIVING, ViewerKind.CIRCLE, True, NOW_US)
    registry.consent(friends.db, "ada", Topic.ACTIVITY, ViewerKind.CIRCLE, False, NOW_US)

    assert [(each.author, each.topic) for each in read(friends)] == [("ada", Topic.GIVING)]
    assert len(read(friends, "ada")) == 2
    assert read(friends, "eve") != []


def test_a_day_at_the_goal_is_shared_once_and_not_weeks_later(friends):
    friends.tell("ada", MONDAY, 6000)
    friends.tell("ada", MONDAY, 6500)
    friends.tell("ada", MONDAY + timedelta(1), 6500, now_us=at(MONDAY + timedelta(9), "12:00"))

    assert [str(each.says) for each in read(friends)] == ["reached the goal of the day"]


def test_likes_and_comments_are_seen_and_count(friends):
    share(friends)
    (entry,) = read(friends)
    act(friends, BEN, Like(participant="ben", entry=entry.id))
    act(friends, BEN, Like(participant="ben", entry=entry.id))
    assert act(friends, BEN, SayComment(participant="ben", entry=entry.id, text="Great")).ok

    (mine,) = read(friends, "ada")
    assert mine.liked_by == ("ben",)
    assert [each.text for each in mine.comments] == ["Great"]
    assert not act(friends, ADA, Like(participant="ada", entry=entry.id)).ok


@pytest.mark.parametrize("text", ["", "x" * 281, "You are lazy", "Take two pills"])
def test_words_that_are_not_kind_are_not_said(friends, text):
    share(friends)
    (entry,) = read(friends)

    assert not act(friends, BEN, SayComment(participant="ben", entry=entry.id, text=text)).ok
    assert read(friends)[0].comments == ()


def test_words_of_danger_call_a_human_and_are_not_shown_around(friends):
    share(friends)
    (entry,) = read(friends)
    cry = SayComment(participant="ben", entry=entry.id, text="I have chest pain")

    outcome = act(friends, BEN, cry)

    assert tickets.latest(friends.db, "ben", "chest pain") is not None
    assert outcome.ok
    assert read(friends, "ada")[0].comments == ()


def test_strangers_neither_like_nor_comment(friends):
    share(friends)
    (entry,) = read(friends)

    for what in (
        Like(participant="eve", entry=entry.id),
        SayComment(participant="eve", entry=entry.id, text="Hi"),
    ):
        assert str(act(friends, EVE, what).says) == "This is no longer here."


def test_a_report_hides_at_once_and_is_looked_at(friends):
    share(friends)
    (entry,) = read(friends)
    act(friends, BEN, SayComment(participant="ben", entry=entry.id, text="Hm"))
    (comment,) = read(friends, "ada")[0].comments
    assert act(friends, ADA, Report(participant="ada", comment=comment.id)).ok
    assert read(friends, "ada")[0].comments == ()
    assert len(read(friends, "ben")[0].comments) == 1

    (waiting,) = friends.engine.reports(friends.db)
    assert (waiting.text, waiting.reporters) == ("Hm", 1)
    assert "ben" not in repr(waiting)
    take_down = Moderate(participant="omar", comment=comment.id, hide=True)
    with pytest.raises(Refused):
        act(friends, ADA, take_down)
    assert act(friends, OMAR, take_down).ok
    assert read(friends, "ben")[0].comments == ()
    assert friends.engine.reports(friends.db) == []
