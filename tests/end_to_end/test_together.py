"""A small study to its end: every kind of challenge is won, vouchers, boards, ratings."""

from tests.simulated_study import World


def test_a_small_study_runs_to_its_end():
    world = World(people=30, weeks=5)
    found = world.live()
    world.close()

    assert found.problems == []
    once = dict.fromkeys(("TeamGoal", "Pool", "Pairing", "Relay", "Journey"), 1)
    assert found.ended == once | {"Duel": 15, "Streak": 15}
    assert {kind for kind, given in found.trophies.items() if given} == set(found.ended)
    assert found.delivered > 0
    assert found.hidden > 0
    assert found.shown_from == 30
