from datetime import date, timedelta

import pytest

from coaching.challenges import sides
from coaching.challenges.board import NEIGHBOURS, rank_of
from coaching.challenges.effort import Day, Tally
from coaching.challenges.harm import HarmRule, harms
from coaching.challenges.side import Standing
from coaching.challenges.sides import Growth
from coaching.challenges.tables import challenge_sides, challenges, metadata
from ingest.store import insert_once
from ingest.store.postgresql import PostgresqlStore
from ingest.store.sqlite import SqliteStore
from people.sentence import Sentence

RULE = HarmRule(falling_share=0.1, recent_days=7, norm_days=14, fewest_days=4)
TODAY = date(2026, 3, 31)
CHALLENGE = {
    "id": "c",
    "offer": "team",
    "terms": b"",
    "invited": b"[]",
    "first_day": TODAY,
    "last_day": TODAY,
    "started_by": "omar",
    "started_us": 0,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def board(request, tmp_path):
    """Give who stands where on the board of one side."""
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / "study.db", [metadata])
    else:
        url = request.getfixturevalue("postgresql").database()
        store = PostgresqlStore(url, [metadata])
    yield lambda *given: store.write(lambda db: _board(db, *given))
    store.close()


def _board(db, scores, mine, fewest=1):
    db.execute(challenge_sides.delete())
    insert_once(db, challenges, CHALLENGE)
    for name, score in scores.items():
        sides.begin(db, "c", name)
        size = 2 if name.isupper() else 3
        sides.grow(db, [Growth("c", name, Tally(), size)])
        sides.keep(db, "c", {name: Standing(score, Sentence(f"{score} points"))})
    places = sides.around(db, "c", mine, NEIGHBOURS, fewest)
    assert all(place.standing.score == scores[place.side] for place in places)
    return [(place.side, rank_of(place)) for place in places]


def test_own_side_and_two_on_either_side(board):
    scores = {name: 100 - place for place, name in enumerate("abcdefgh")}

    assert board(scores, "e") == [("c", 3), ("d", 4), ("e", None), ("f", None), ("g", None)]
    assert board(scores, "a") == [("a", 1), ("b", 2), ("c", 3)]


def test_nobody_is_told_that_they_are_last(board):
    scores = {name: 100 - place for place, name in enumerate("abcdefgh")}
    for mine in scores:
        shown = dict(board(scores, mine))
        assert shown.get("h") is None
        assert max(rank or 0 for rank in shown.values()) <= 4


def test_level_sides_share_a_rank(board):
    assert board({"a": 9, "b": 9, "c": 5, "d": 1}, "b") == [
        ("a", 1),
        ("b", 1),
        ("c", None),
        ("d", None),
    ]
    assert board({"a": 7, "b": 7}, "a") == [("a", None), ("b", None)]


def test_a_side_without_a_score_comes_after_all_others(board):
    assert board({"new": None, "a": 0}, "new") == [("a", 1), ("new", None)]


def test_small_sides_are_passed_over_but_ones_own(board):
    scores = {"a": 9, "B": 8, "C": 7, "d": 6, "e": 5}

    assert board(scores, "C", 3) == [("a", 1), ("C", 2), ("d", None), ("e", None)]


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
