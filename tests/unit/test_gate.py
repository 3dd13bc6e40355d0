"""Who could be told apart, and what is told less until nobody can."""

import pytest

from research.deidentify import gate
from research.deidentify.quasi import Coarseness, Traits, age_band


def told_less(seen):
    return [str(each) for each in seen.coarseness.says()]


def people(*ages, sex="female"):
    return [Traits(age, sex, "wrist", "en", 2026) for age in ages]


def test_people_who_are_alike_pass():
    seen = gate.look(people(*[33] * 11), Coarseness())

    assert (seen.k, seen.safe, seen.small) == (11, True, ())


def test_ten_people_are_too_few_to_hide_among():
    assert not gate.look(people(*[33] * 10), Coarseness()).safe


def test_a_rare_combination_is_named_with_how_many_share_it():
    crowd = people(*[33] * 20) + people(*[33] * 16, sex="male") + people(*[71] * 4)
    seen = gate.look(crowd, Coarseness())

    assert seen.k == 4
    said = {str(cell.says): cell.people for cell in seen.small}
    assert said["age 70-79"] == 4
    assert said["age 70-79, sex female, placement wrist, language en, enrolled_year 2026"] == 4
    assert seen.endangered == 4


def test_a_value_that_ten_share_is_a_small_cell_though_five_are_alike():
    seen = gate.look(people(*[33] * 20) + people(*[44] * 10), Coarseness())

    assert [(str(cell.says), cell.people) for cell in seen.small] == [("age 40-49", 10)]


def test_an_unknown_trait_tells_nothing():
    crowd = people(*[33] * 11) + people(*[33] * 5, sex=None)

    assert gate.look(crowd, Coarseness()).safe


def test_bands_grow_wider_before_a_trait_is_withheld():
    seen = gate.coarsen(people(*[21] * 6, *[39] * 6))
    assert told_less(seen) == ["age in bands of 20 years"]

    seen = gate.coarsen(people(*[21] * 6, *[79] * 6))
    assert told_less(seen) == ["no age"]


def test_only_what_endangers_somebody_is_told_less():
    crowd = people(*[33] * 20) + people(*[35] * 4, sex="male")

    assert told_less(gate.coarsen(crowd)) == ["no sex"]


def test_nothing_helps_too_few():
    seen = gate.coarsen(people(33, 44, 55))

    assert not seen.safe
    assert len(seen.coarseness.withheld) == 5


@pytest.mark.parametrize(
    ("years", "width", "band"),
    [
        (None, 10, "unknown"),
        (0, 10, "0-9"),
        (39, 10, "30-39"),
        (39, 20, "20-39"),
        (89, 10, "80-89"),
        (89, 20, "80-89"),
        (90, 10, "90+"),
        (104, 20, "90+"),
    ],
)
def test_ages_over_89_are_one(years, width, band):
    assert age_band(years, width) == band


def test_a_trace_is_lonely_when_fewer_than_five_share_it():
    traces = dict.fromkeys("abcde", "glasses") | dict.fromkeys("fghi", "strap") | {"j": ""}

    assert gate.lonely(traces) == frozenset("fghij")


def test_who_is_withheld_is_not_found_by_that():
    """To lack rows is a trace as well, so others lack theirs."""
    alike = dict.fromkeys("abcdefghijkl", "glasses") | {"z": "strap"}

    hidden = gate.hidden(alike)

    assert hidden == frozenset("abcdz")
    assert not gate.lonely({who: trace for who, trace in alike.items() if who not in hidden})
    assert gate.hidden(dict.fromkeys("abcde", "glasses")) == frozenset()


def test_a_group_that_would_become_too_small_is_withheld_whole():
    assert gate.hidden(dict.fromkeys("abcdef", "glasses") | {"z": "strap"}) == frozenset(
        "abcdefz"
    )


def test_an_event_is_exposed_when_fewer_than_five_had_one_like_it():
    done = {who: [("cheer", 1), ("cheer", 1)] for who in "abcdefghij"}
    done["a"] = [("cheer", 1), ("comment", 1)]

    assert gate.exposed(done) == frozenset("a")
    hidden = gate.hidden_events(done)
    assert hidden == frozenset("abcde")
    assert not gate.exposed({who: mine for who, mine in done.items() if who not in hidden})
