"""Days under learned odds: what was learned, when, from what, and that it can be made again."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select, update

from coaching.learned import beliefs, learning
from coaching.policies.belief import Belief, absorb
from coaching.policies.lessons import Seen, teach
from coaching.tables import beliefs as belief_table
from coaching.tables import decisions, outcomes
from people import registry
from tests.coached import MINUTE_US, MONDAY, at
from tests.learned import LEARNED, POLICY, ZONES, lived
from tests.property.test_replay import verify

RULE = learning.rule_of(POLICY)


@pytest.fixture(scope="module")
def study():
    study = lived(6)
    yield study
    study.close()


def versions(study, who):
    query = select(belief_table).where(belief_table.c.participant == who)
    rows = study.db.execute(query.order_by(belief_table.c.version))
    return [beliefs.from_row(row) for row in rows]


def taught(study, who):
    return [counter for version in versions(study, who) for counter in version.counters]


def test_everything_is_made_again_to_the_same_bits(study):
    count, differences = verify(study.db)

    assert differences == []
    assert count > len(ZONES) * 6 * 4
    assert all(len(versions(study, who)) >= 4 for who in ZONES)


def test_odds_are_within_bounds_and_unavailable_is_zero(study):
    for who in ZONES:
        for made in study.decisions(who):
            if made.reasons:
                assert (made.probability, made.template) == (0.0, None)
            elif made.state.days_in < POLICY.first_days:
                assert made.probability == POLICY.first_odds
            else:
                assert 0.2 <= made.probability <= 0.8
                assert made.probability == POLICY.probability(made.state, LEARNED.bounds)
            assert (made.template is not None) == (made.draw < made.probability)


def test_a_belief_never_changes_within_a_day(study):
    for who in ZONES:
        calendar = registry.calendar(study.db, who)
        seen = {}
        for made in study.decisions(who):
            learned = made.state.learned
            day = calendar.local_day(made.state.at_us)
            seen.setdefault(day, set()).add(learned and learned.version)
        assert all(len(used) == 1 for used in seen.values())
        assert [*seen.values()] == sorted(seen.values(), key=lambda used: max(used) or -1)


def test_the_dose_follows_what_was_sent(study):
    for who in ZONES:
        dose = 0.0
        for made in study.decisions(who):
            assert made.state.dose == dose
            dose = 0.95 * dose + (made.template is not None)


def test_an_outcome_is_the_steps_of_the_half_hour_after(study):
    made = {made.state.counter: made for made in study.decisions("ben")}
    whole = select(outcomes).where(outcomes.c.participant == "ben", outcomes.c.minutes == 30)
    rows = study.db.execute(whole).all()

    assert len(rows) > 10
    for row in rows:
        start_us = made[row.counter].state.at_us
        assert row.start_us == -(-start_us // MINUTE_US) * MINUTE_US
        minutes = study.fact_minutes("ben", row.start_us, 30)
        assert row.steps == minutes.sum()


def test_each_decision_is_learned_once_and_none_at_certain_odds(study):
    for who in ZONES:
        counters = taught(study, who)
        chance = {made.state.counter for made in study.decisions(who) if made.probability}
        assert len(counters) == len({*counters})
        assert {*counters} <= chance
        assert versions(study, who)[-1].points == len(counters)


@pytest.mark.parametrize(
    ("table", "which", "values", "found"),
    [
        (belief_table, belief_table.c.version == 1, {"mean": bytes(64)}, "belief:ada:1"),
        (belief_table, belief_table.c.version == 1, {"steps": b"[0]"}, "belief:ada:1"),
        (belief_table, belief_table.c.version == 1, {"points": 99}, "belief:ada:1"),
        (decisions, decisions.c.counter == 2, {"probability": 0.3}, "ada:2"),
    ],
)
def test_what_was_touched_is_found(study, table, which, values, found):
    savepoint = study.db.begin_nested()
    study.db.execute(update(table).where(table.c.participant == "ada", which).values(values))
    _, differences = verify(study.db)
    savepoint.rollback()

    assert found in {difference.what for difference in differences}


def test_late_data_is_learned_in_a_later_night():
    study = lived(2, {"ada": ZONES["ada"]}, seed=3, ada=range(13, 18))
    tuesday = MONDAY + timedelta(days=1)
    study.engine.tick(study.db, at(tuesday, "00:00"))
    (midday,) = {
        made.state.counter
        for made in study.decisions("ada")
        if made.state.occasion == "midday" and made.state.days_in == 0 and made.probability
    }
    assert midday not in taught(study, "ada")

    study.live("ada", at(MONDAY, "13:00"), 60, 10)
    study.observe("ada", MONDAY, at(tuesday, "22:00"))
    study.engine.tick(study.db, at(tuesday + timedelta(days=1), "00:00"))

    assert midday in taught(study, "ada")
    assert verify(study.db)[1] == []
    study.close()


def test_a_newcomer_begins_where_the_others_are(study):
    savepoint = study.db.begin_nested()
    others = np.array([versions(study, who)[-1].belief.mean for who in ZONES])
    spread = np.array([versions(study, who)[-1].belief.covariance for who in ZONES])
    study.join("eve", day=MONDAY + timedelta(days=7))
    study.engine.tick(study.db, at(MONDAY + timedelta(days=7), "13:00"))
    (first,) = versions(study, "eve")
    seen = study.decisions("eve")[-1].state.learned
    differences = verify(study.db)[1]
    savepoint.rollback()

    assert (first.pool, first.points, seen.version) == (0, 0, 0)
    np.testing.assert_allclose(first.belief.mean, others.mean(0), rtol=1e-12)
    expected = np.cov(others, rowvar=False) + spread.mean(0)
    np.testing.assert_allclose(first.belief.covariance, expected, rtol=1e-9, atol=1e-12)
    assert differences == []


def closed_form(belief, rows, outcome, sd):
    """Give Σ = (ΦᵀΦ/σ² + Σ₀⁻¹)⁻¹ and μ = Σ(Φᵀr/σ² + Σ₀⁻¹μ₀)."""
    before = np.linalg.inv(belief.covariance)
    covariance = np.linalg.inv(rows.T @ rows / sd**2 + before)
    return covariance @ (rows.T @ outcome / sd**2 + before @ belief.mean), covariance


def test_a_belief_is_the_posterior_of_the_regression():
    rng = np.random.default_rng(3)
    prior, rows, outcome = POLICY.prior(), rng.normal(size=(400, 6)), rng.normal(size=400)
    mean, covariance = prior.mean[None].copy(), prior.covariance[None].copy()
    for row, value in zip(rows, outcome, strict=True):
        absorb(mean, covariance, row[None], np.array([value]), 2.0)
    expected = closed_form(prior, rows, outcome, 2.0)

    np.testing.assert_allclose(mean[0], expected[0], rtol=1e-9)
    np.testing.assert_allclose(covariance[0], expected[1], rtol=1e-9, atol=1e-15)


def test_many_taught_at_once_are_taught_as_one_by_one(study):
    made = {who: study.decisions(who) for who in ZONES}
    lessons = [
        [
            Seen(d.state, d.probability, d.template is not None, 7 * n)
            for n, d in enumerate(each)
        ]
        for each in made.values()
    ]
    lessons[1] = lessons[1][:5]
    prior = POLICY.prior()
    for lesson, belief in zip(lessons, teach(POLICY, [prior] * 3, lessons), strict=True):
        (alone,) = teach(POLICY, [prior], [lesson])
        halves = teach(POLICY, teach(POLICY, [prior], [lesson[:3]]), [lesson[3:]])[0]
        assert bits(belief) == bits(alone) == bits(halves)


def bits(belief: Belief):
    return belief.mean.tobytes() + belief.covariance.tobytes()
