from datetime import date, timedelta

import pytest

from coaching.challenges.board import window
from coaching.challenges.effort import Day
from coaching.challenges.harm import HarmRule, harms
from coaching.challenges.side import Standing

RULE = HarmRule(falling_share=0.1, recent_days=7, norm_days=14, fewest_days=4)
TODAY = date(2026, 3, 31)


def board(scores, mine):
    standings = {name: Standing(score, "") for name, score in scores.items()}
    lines = window(standings, dict.fromkeys(scores, 3), mine)
    return [(line.side, line.rank) for line in lines]


def test_own_side_and_two_on_either_side():
    scores = {name: 100 - place for place, name in enumerate("abcdefgh")}

    assert board(scores, "e") == [("c", 3), ("d", 4), ("e", None), ("f", None), ("g", None)]
    assert board(scores, "a") == [("a", 1), ("b", 2), ("c", 3)]


@pytest.mark.parametrize("mine", "abcdefgh")
def test_nobody_is_told_that_they_are_last(mine):
    scores = {name: 100 - place for place, name in enumerate("abcdefgh")}
    shown = dict(board(scores, mine))

    assert shown.get("h") is None
    assert max(rank or 0 for rank in shown.values()) <= 4


def test_level_sides_share_a_rank():
    assert board({"a": 9, "b": 9, "c": 5, "d": 1}, "b") == [
        ("a", 1),
        ("b", 1),
        ("c", None),
        ("d", None),
    ]
    assert board({"a": 7, "b": 7}, "a") == [("a", None), ("b", None)]


def test_a_side_without_a_score_comes_after_all_others():
    assert board({"new": None, "a": 0}, "new") == [("a", 1), ("new", None)]


def walked(before, since, joined_days_ago=7, **known):
    joined = TODAY - timedelta(joined_days_ago)
    steps = [before] * 14 + [since] * joined_days_ago
    first = joined - timedelta(14)
    told = {"goal": 6000, "valid": True, "settled": True} | known
    return [Day(first + timedelta(n), each, **told) for n, each in enumerate(steps)], joined


@pytest.mark.parametrize(("since", "hidden"), [(5000, True), (5400, True), (5401, False)])
def test_the_board_is_hidden_from_whose_steps_fell_by_a_tenth(since, hidden):
    days, joined = walked(6000, since)

    assert harms(days, joined, TODAY, RULE) is hidden


def test_it_comes_back_when_the_steps_do():
    days, joined = walked(6000, 4000, 14)
    risen = [
        Day(d.day, 6500 if d.day >= TODAY - timedelta(7) else d.steps, 6000, True, False, True)
        for d in days
    ]

    assert harms(days, joined, TODAY, RULE)
    assert not harms(risen, joined, TODAY, RULE)


@pytest.mark.parametrize("known", [{"settled": False}, {"valid": False}, {"paused": True}])
def test_days_that_are_not_known_hide_nothing(known):
    days, joined = walked(6000, 2000, **known)

    assert not harms(days, joined, TODAY, RULE)


def test_with_too_few_days_nothing_is_said():
    days, joined = walked(6000, 2000, 3)

    assert not harms(days, joined, TODAY, RULE)
