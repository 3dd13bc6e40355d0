"""An evening by mabwiser: one LinTS a person, in a plain loop, with the peers' Python."""

import copy
import json
import sys
import time

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

_HISTORY = 80  # decisions that each has learned from


def main(contexts: list[list[float]]) -> tuple[float, float]:
    """Return the seconds it takes to draw an arm for each person, by the wall and of a core."""
    rng = np.random.default_rng(0)
    width = len(contexts[0])
    past = rng.normal(size=(_HISTORY, width))
    arms, rewards = rng.integers(0, 2, _HISTORY), rng.normal(size=_HISTORY)
    taught = MAB([0, 1], LearningPolicy.LinTS(alpha=1.0), seed=0)
    taught.fit(arms, rewards, past)
    bandits = [copy.deepcopy(taught) for _ in contexts]
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    for bandit, context in zip(bandits, contexts, strict=True):
        bandit.predict([context])
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
