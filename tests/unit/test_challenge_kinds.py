"""Each kind's scoring, on days alone."""

from datetime import date, timedelta

import pytest

from coaching.challenges.effort import Day, Tally, tally
from coaching.challenges.kinds import (
    Duel,
    Journey,
    Pairing,
    Pool,
    Relay,
    Streak,
    TeamGoal,
    Waypoint,
)
from coaching.challenges.kinds.relay import legs
from coaching.challenges.kinds.streak import longest
from coaching.challenges.side import Side

MONDAY = date(2026, 3, 2)
GOAL = 6000


def day(number, steps, *, settled=True, valid=True, paused=False):
    return Day(MONDAY + timedelta(number), steps, GOAL, valid, paused, settled)


def days(*steps, **known):
    return tuple(day(number, each, **known) for number, each in enumerate(steps))


def side(*players):
    return Side(tally(day for each in players for day in each), players)


def summed(**total):
    return Side(Tally(**total))


@pytest.mark.parametrize(
    ("steps", "effort"), [(0, 0), (3000, 500), (5999, 999), (6000, 1000), (9000, 1200)]
)
def test_effort_is_the_share_of_the_own_goal_and_no_more_than_1_2(steps, effort):
    assert day(0, steps).effort == effort


def test_absence_is_no_effort_of_zero():
    unknown = [day(0, None), day(1, 900, valid=False), day(2, 900, paused=True), Day(MONDAY)]

    assert tally(unknown).mean_effort is None
    assert tally([*unknown, day(4, 3000)]).mean_effort == 500


def test_a_day_counts_once_it_is_over_or_reached():
    assert not day(0, 3000, settled=False).counts
    assert day(0, 6000, settled=False).counts
    assert day(0, 6000, valid=False).counts


def test_tallies_add_up_in_any_order():
    walked = days(3000, 7000, None, 12_000)

    assert tally(walked) == tally(walked[:1]) + tally(walked[1:])
    assert tally(walked) - tally(walked[2:]) == tally(walked[:2])


def test_a_team_is_judged_only_when_nothing_is_to_come():
    terms = TeamGoal(title="t", days=3, share=0.9)
    open_side = side(days(6000, 6000), (day(2, 100, settled=False),))
    over = side(days(6000, 6000, 4200))
    short = side(days(6000, 6000, 4000))

    assert not terms.stand({"a": open_side}, over=False)["a"].reached
    found = terms.stand({"a": over, "b": short}, over=False)
    assert (found["a"].score, found["a"].reached) == (900, True)
    assert (found["b"].score, found["b"].reached) == (888, False)
    assert terms.stand({"a": open_side}, over=True)["a"].reached


def test_a_team_of_which_nothing_is_known_has_no_score():
    found = TeamGoal(title="t", days=3, share=0.9).stand({"a": side(days(None))}, over=True)

    assert (found["a"].score, found["a"].reached) == (None, False)


def test_a_pool_is_everybodys():
    terms = Pool(title="p", days=3, steps=20_000)
    found = terms.stand({"a": summed(steps=12_000), "b": summed(steps=8_000)}, over=False)

    assert found["a"] == found["b"]
    assert found["a"].reached
    assert not terms.stand({"a": summed(steps=19_999)}, over=True)["a"].reached


def test_of_a_day_1_2_own_goals_count_for_a_sum():
    assert tally(days(30_000)).steps == 7200


@pytest.mark.parametrize(
    ("clinic", "firm", "reached"),
    [
        (10_000, 10_000, True),
        (15_000, 5_000, True),
        (16_000, 4_999, False),
        (9_999, 10_000, False),
    ],
)
def test_a_pair_gives_when_both_brought_their_share(clinic, firm, reached):
    terms = Pairing(
        title="p", days=3, steps=20_000, least_share=0.25, cause="seniors", vouchers=1
    )
    sides = {"clinic": summed(steps=clinic), "firm": summed(steps=firm)}

    assert terms.stand(sides, over=False)["clinic"].reached is reached


def test_one_group_is_no_pair():
    terms = Pairing(title="p", days=3, steps=10, least_share=0, cause="seniors", vouchers=1)

    assert not terms.stand({"clinic": summed(steps=99)}, over=True)["clinic"].reached


def test_the_baton_goes_on_when_its_holder_reached_their_goal():
    ana, ben = days(5000, 6000, 0), days(9000, 0, 7000)

    assert legs(side(ana, ben), 3) == 2
    assert legs(side(ben, ana), 3) == 2
    assert legs(side(ana, days(9000, 9000, 0)), 3) == 1  # ben's good days came before the baton


def test_the_baton_waits_for_late_data():
    late = (day(0, 100, settled=False), day(1, 6000))

    assert legs(side(late), 3) == 0
    assert legs(side((day(0, 6000), day(1, 6000))), 3) == 1


def test_who_pauses_runs_later():
    sick = (day(0, 0, paused=True), day(1, 0, paused=True), day(2, 6000))

    assert legs(side(sick, days(6000, 6000, 0)), 3) == 2


def test_nobody_is_the_one_all_wait_for():
    ana, ben = days(100, 100, 100, 100, 6000), days(100, 100, 100, 6000, 100)

    assert legs(side(ana, ben), 2) == 2  # ana two days, ben two days, ana again
    assert legs(side(ana, ben), 4) == 0
    assert legs(side(days(*[100] * 9), days(*[6000] * 9)), 3) == 1  # the rest waits for nobody
    unworn = tuple(day(number, 0, valid=False) for number in range(5))
    assert legs(side(unworn, days(0, 0, 0, 6000, 0)), 2) == 1


def test_a_relay_of_one_is_none():
    found = Relay(title="r", days=2, hold_days=1).stand(
        {"a": side(days(6000, 6000))}, over=True
    )

    assert not found["a"].reached


def test_a_row_breaks_on_a_missed_day_only():
    assert longest(days(6000, 6000, 100, 6000)) == 2
    assert longest((day(0, 6000), day(1, 100, paused=True), day(2, 6000))) == 2
    assert longest((day(0, 6000), day(1, 100, valid=False), day(2, 6000))) == 2


def test_a_row_holds_nothing_that_late_data_can_break():
    held_up = (day(0, 6000), day(1, 100, settled=False), day(2, 6000))

    assert longest(held_up) == 1
    found = Streak(title="s", days=3, in_a_row=2).stand({"a": side(held_up)}, over=False)
    assert not found["a"].reached


def test_a_duel_is_won_by_days_at_ones_own_goal():
    terms = Duel(title="d", days=3, level_band=0.25)
    ana, ben = days(6000, 6000, 3000), days(5000, 6000, 6500)
    sides = {"ana": side(ana), "ben": side(ben)}

    found = terms.stand(sides, over=False)
    assert [found[who].score for who in ("ana", "ben")] == [1, 1]
    assert found["ana"].reached
    assert found["ben"].reached  # a tie is both's


def test_a_duel_is_not_decided_while_data_may_come():
    terms = Duel(title="d", days=1, level_band=0.25)
    sides = {"ana": side(days(6000)), "ben": side(days(100, settled=False))}

    assert terms.stand(sides, over=False)["ana"].score == 0
    assert not terms.stand(sides, over=False)["ana"].reached


@pytest.mark.parametrize(("other", "level"), [(5000, True), (6250, True), (3999, False)])
def test_only_alike_goals_are_matched(other, level):
    assert Duel(title="d", days=7, level_band=0.25).is_level(5000, other) is level


def test_a_journey_tells_the_next_place():
    path = (Waypoint(name="Hill", at_steps=100), Waypoint(name="Sea", at_steps=300))
    terms = Journey(title="j", days=3, path=path)
    found = terms.stand({n: summed(steps=n) for n in (40, 120, 300)}, over=False)

    assert str(found[40].says) == "60 steps to Hill"
    assert str(found[120].says) == "past Hill, 180 steps to Sea"
    assert (str(found[300].says), found[300].reached) == ("arrived at Sea", True)


@pytest.mark.parametrize(
    "terms",
    [
        TeamGoal(title="t", days=0, share=0.9),
        TeamGoal(title="t", days=7, share=1.3),
        Streak(title="s", days=3, in_a_row=4),
        Journey(title="j", days=3, path=()),
        Pool(title="", days=3, steps=1),
    ],
)
def test_terms_that_make_no_sense_are_not_sound(terms):
    assert not terms.is_sound()
