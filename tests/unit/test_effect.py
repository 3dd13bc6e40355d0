import numpy as np
import pytest
from scipy import stats
from scipy.linalg import sqrtm
from statsmodels.regression.linear_model import WLS

from coaching.effect import TooLittle, excursion, t_quantile, value


class Data:
    """A small trial at odds that vary, whose effect depends on one moderator."""

    def __init__(self, people=30, points=40, seed=0):
        rng = np.random.default_rng(seed)
        n = people * points
        self.person = np.repeat([f"p{k}" for k in rng.permutation(people)], points)
        self.probability = rng.uniform(0.2, 0.8, n)
        self.sent = rng.random(n) < self.probability
        self.f = np.column_stack([np.ones(n), rng.normal(size=n)])
        self.g = np.column_stack([np.ones(n), rng.normal(size=n), self.f[:, 1]])
        own = np.repeat(rng.normal(size=people), points)
        effect = self.f @ [0.5, -0.2]
        self.outcome = 3 + own + self.g[:, 1] + self.sent * effect + rng.normal(size=n)

    def fit(self, **changed):
        given = {
            "person": self.person,
            "sent": self.sent,
            "probability": self.probability,
            "outcome": self.outcome,
            "baseline": self.g,
            "moderators": self.f,
            "reference": 0.4,
        }
        return excursion(**given | changed)

    def weighted(self):
        weight = np.where(self.sent, 0.4 / self.probability, 0.6 / (1 - self.probability))
        return np.hstack([self.g, (self.sent - 0.4)[:, None] * self.f]), weight


DATA = Data()


def test_equals_weighted_least_squares_of_statsmodels():
    x, weight = DATA.weighted()
    groups = np.unique(DATA.person, return_inverse=True)[1]
    theirs = WLS(DATA.outcome, x, weights=weight).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    ours = DATA.fit()

    np.testing.assert_allclose(ours.coefficients, theirs.params, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.plain, theirs.cov_params(), rtol=0, atol=1e-9)


def test_the_correction_is_that_of_kauermann_and_carroll():
    x, weight = DATA.weighted()
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    residual = DATA.outcome - x @ (bread @ (x.T @ (weight * DATA.outcome)))
    meat = np.zeros_like(bread)
    for who in np.unique(DATA.person):
        mine = DATA.person == who
        hat = x[mine] @ bread @ (x[mine].T * weight[mine])
        error = np.linalg.solve(sqrtm(np.eye(mine.sum()) - hat).real, residual[mine])
        score = x[mine].T @ (weight[mine] * error)
        meat += np.outer(score, score)
    expected = (bread @ meat @ bread)[3:, 3:]

    np.testing.assert_allclose(DATA.fit().covariance, expected, rtol=1e-9)


def test_an_interval_takes_student_s_t():
    ours = DATA.fit()
    effect = ours.at([1, 0.5])
    half = stats.t.ppf(0.975, 30 - 5) * effect.se

    assert (ours.people, ours.points, ours.df) == (30, 1200, 25)
    assert effect.value == pytest.approx(ours.beta @ [1, 0.5])
    assert effect.high - effect.value == pytest.approx(half, rel=1e-6)
    assert effect.low < 0.5 - 0.1 < effect.high
    assert effect.excludes(0.0)


@pytest.mark.parametrize(("df", "off"), [(5, 3e-4), (7, 1e-4), (15, 2e-6), (100, 1e-9)])
def test_the_quantile_of_student_s_t(df, off):
    assert t_quantile(0.975, df) == pytest.approx(stats.t.ppf(0.975, df), abs=off)


def test_the_order_of_the_points_does_not_matter():
    order = np.random.default_rng(1).permutation(len(DATA.outcome))
    other = DATA.fit(
        person=DATA.person[order],
        sent=DATA.sent[order],
        probability=DATA.probability[order],
        outcome=DATA.outcome[order],
        baseline=DATA.g[order],
        moderators=DATA.f[order],
    )

    np.testing.assert_allclose(other.beta, DATA.fit().beta, rtol=1e-9)
    np.testing.assert_allclose(other.covariance, DATA.fit().covariance, rtol=1e-9)


def test_too_few_people_are_refused_by_the_floor():
    with pytest.raises(TooLittle, match="4 people more than coefficients, of at least 5"):
        Data(people=9).fit()


def test_what_one_person_alone_decides_is_not_told():
    only = np.where(DATA.person == "p3", DATA.f[:, 1], 0.0)
    with pytest.raises(TooLittle, match="one person alone"):
        DATA.fit(moderators=np.column_stack([DATA.f[:, 0], only]))


def test_moderators_that_never_differ_are_refused():
    with pytest.raises(TooLittle, match="do not differ"):
        DATA.fit(moderators=np.ones((len(DATA.outcome), 2)))


def test_the_value_of_other_odds():
    always, never = (
        value(DATA.sent, DATA.probability, DATA.outcome, odds, 50) for odds in (1.0, 0.0)
    )
    weight = DATA.sent / DATA.probability

    assert always.ips == pytest.approx((weight * DATA.outcome).mean())
    assert always.snips == pytest.approx((weight @ DATA.outcome) / weight.sum())
    assert always.effective == pytest.approx(weight.sum() ** 2 / (weight @ weight))
    assert always.snips - never.snips == pytest.approx(0.5, abs=0.3)


def test_the_odds_that_were_have_the_value_that_was():
    same = value(DATA.sent, DATA.probability, DATA.outcome, DATA.probability, 50)

    assert same.ips == same.snips == pytest.approx(DATA.outcome.mean())
    assert same.effective == len(DATA.outcome)


def test_a_value_is_refused_below_the_floor():
    with pytest.raises(TooLittle, match="effective points, of at least 50"):
        value(DATA.sent[:20], DATA.probability[:20], DATA.outcome[:20], 1.0, 50)
