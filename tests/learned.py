"""A study whose odds are learned, and people who move more after a message."""

from datetime import timedelta

import msgspec
import numpy as np

from coaching.policies import ThompsonSampling
from coaching.policies.thompson_sampling import Guess
from tests.coached import MINUTE_US, MONDAY, Study, at, usc

POLICY = ThompsonSampling(
    baseline={"always": Guess(mean=3.0, sd=3.0), "recent": Guess(mean=0.5, sd=1.0)},
    effect={"always": Guess(mean=0.1, sd=0.5), "dose": Guess(mean=-0.2, sd=0.5)},
    noise_sd=2.0,
    burden=0.02,
    first_days=2,
    first_odds=0.25,
    fewest_minutes=24,
    pool_people=2,
    pool_points=3,
)
LEARNED = msgspec.structs.replace(usc(), arms={"prompted": POLICY})
FIRST, LAST = 17, 38  # half hours of a day that are lived
ZONES = {"ada": "Europe/Berlin", "ben": "America/New_York", "gil": "Pacific/Auckland"}


def lived(days, people=ZONES, seed=20, *, rules=LEARNED, arm="prompted", **silent):
    """Give a study in which so many days went by; in a person's silent hours nothing counts."""
    study = Study(rules, site_seed=seed)
    for who, zone in people.items():
        study.join(who, zone=zone, arm=arm)
    rng = np.random.default_rng(seed)
    for start_us, who, day, half in sorted(_half_hours(days, people)):
        study.engine.tick(study.db, start_us)
        if half // 2 not in silent.get(who, ()):
            study.live(who, start_us, 30, 40 * (rng.random(30) < 0.06))
            study.observe(who, day, start_us + 30 * MINUTE_US, complete=half == LAST)
    return study


def _half_hours(days, people):
    """Give the waking half hours of everyone's days."""
    for n in range(days):
        for who, zone in people.items():
            day = MONDAY + timedelta(days=n)
            for half in range(FIRST, LAST + 1):
                clock = f"{half // 2:02d}:{30 * (half % 2):02d}"
                yield at(day, clock, zone), who, day, half
