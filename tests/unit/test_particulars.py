"""What a line of the trail tells besides, in words and never in the code's."""

import pytest

from kindstep import noting
from people.trail import SAW, Trace
from web.deeds import PARTICULARS
from web.particulars import particulars, people_of

NAMES = {"c-dana": "Dana Okafor", "s-lux": "Lux Vision"}


def trace(what, detail, who="o-ines", whom="p-01"):
    return Trace(
        number=1, at_us=0, who=who, role="operator", what=what, whom=whom, detail=detail
    )


@pytest.mark.parametrize(
    ("what", "detail", "says"),
    [
        (SAW, "/coach", ["in the list of their people"]),
        (SAW, "/coach/{participant}/message", ["their page"]),
        (SAW, "API /people/{participant}/scores", ["by a program"]),
        (SAW, "webhook", ["by a program"]),
        (
            "SetConsent",
            '{"topic":"heart_rate","viewer":"coach","granted":false}',
            ["what: heart rate", "for whom: coach", "shared: no"],
        ),
        ("AssignCoach", '{"coach":"c-dana"}', ["coach: Dana Okafor"]),
        ("AssignCoach", '{"coach":"c-gone"}', ["coach: c-gone"]),
        (
            "PledgeVouchers",
            '{"sponsor":"s-lux","vouchers":20,"reference":"no_7"}',
            ["sponsor: Lux Vision", "vouchers: 20", "reference: no_7"],
        ),
        ("DryRun", "{}", []),
        ("chose a password", "", []),
        ("signed in", "Chrome on Linux", ["Chrome on Linux"]),
        ("signed in", "{ no browser", ["{ no browser"]),
        (
            "made a token",
            "a: b: read:activity, write:webhooks",
            [
                "a: b",
                "read steps, minutes, scores, goals and gaps",
                "be told of news by webhook",
            ],
        ),
    ],
)
def test_it_is_told_in_words(what, detail, says):
    told = particulars(trace(what, detail), NAMES)

    assert [f"{each.name}: {each.value}".removeprefix(": ") for each in told] == says


def test_whatever_is_kept_of_acts_and_orders_has_a_name():
    assert set(noting.TOLD) == PARTICULARS.keys()


def test_everybody_a_line_mentions_is_called_by_name():
    lines = [
        trace("AssignCoach", '{"coach":"c-dana"}'),
        trace("signed in", "Chrome on Linux", who="c-marek", whom=""),
    ]

    assert people_of(lines) == {"o-ines", "p-01", "c-dana", "c-marek", ""}
