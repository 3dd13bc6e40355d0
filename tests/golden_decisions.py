"""Decisions as they were made under each version of each policy, for good.

`python -m tests.golden_decisions` adds records of policies that have none yet. It changes none:
who decided once must decide so for ever, or go by another tag.
"""

import json
from pathlib import Path

import msgspec
import numpy as np

from coaching.grounds import Grounds
from coaching.messages import library
from coaching.policies import FixedSchedule, MicroRandomised, Policy, Unprompted
from coaching.prompts.decisions import decide
from coaching.prompts.state import State, Worn
from tests.coached import HOUR_US, usc
from tests.learned import POLICY
from tests.unit.test_availability import READY

FILE = Path(__file__).parent / "golden/decisions.json"
EACH = 60
#: What states have got since then says nothing against a message.
_QUIET = msgspec.to_builtins(READY)
POLICIES = [FixedSchedule(), MicroRandomised(odds=0.6), POLICY, Unprompted()]


def again(record):
    """Give what is decided today about what was seen then."""
    policy = msgspec.convert(record["arm"], Policy)
    grounds = Grounds(msgspec.structs.replace(usc(), arms={"a": policy}), library.load(), 7)
    state = msgspec.convert(_QUIET | record["state"], State)
    made = decide(state, grounds)
    return {
        "reasons": list(made.reasons),
        "policy": made.policy,
        "policy_version": made.policy_version,
        "probability": made.probability,
        "draw": made.draw,
        "choice_draw": made.choice_draw,
        "sent": made.template is not None,
    }


def seen(rng, counter):
    """Give a state like no other; most of them leave it to the policy."""
    spread = rng.normal(size=(2, 2))
    learned = {
        "version": counter,
        "points": 3 * counter,
        "mean": rng.normal(0, 0.25, 2).tolist(),
        "covariance": (0.02 * (spread @ spread.T) + 0.01 * np.eye(2)).tolist(),
    }
    changed = msgspec.structs.replace(
        READY,
        counter=counter,
        arm="a",
        occasion=str(rng.choice(["morning", "midday", "afternoon"])),
        last_push_us=READY.at_us - int(rng.integers(0, 9)) * HOUR_US,
        paused=bool(rng.random() < 0.1),
        worn=Worn(rng.choice([Worn.STILL, Worn.MOVING, Worn.NOT_WORN], p=[0.5, 0.4, 0.1])),
        steps_30min=int(rng.integers(0, 170)),
        steps_2h=int(rng.integers(200, 2100)),
        steps_today=int(rng.integers(1000, 8000)),
        days_in=int(rng.integers(0, 6)),
        dose=float(rng.uniform(0, 20)),
    )
    return msgspec.to_builtins(changed) | ({"learned": learned} if counter % 5 else {})


def key(made):
    return made["policy"], made["policy_version"]


def add():
    """Record what has no record yet."""
    records = json.loads(FILE.read_text()) if FILE.exists() else []
    there = {key(record["made"]) for record in records}
    rng = np.random.default_rng(len(records))
    for policy in POLICIES:
        if (policy.name, policy.version) not in there:
            arm = msgspec.to_builtins(policy)
            new = [{"arm": arm, "state": seen(rng, n)} for n in range(EACH)]
            records += [record | {"made": again(record)} for record in new]
    lines = ",\n".join(json.dumps(record) for record in records)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    add()
