"""What followed decisions, and what was believed because of it from night to night."""

import json
from collections.abc import Iterator
from typing import Any, Final

from coaching import records
from coaching.records import Outcome, Version
from people.authorize import Topic
from research.export.case import Case, Piece
from research.export.documents import Documents
from research.export.layout import Column, Layout, always, consent_version, moment, participant

_FOLLOWED: Final = "coaching.outcomes"
_BELIEVED: Final = "coaching.beliefs"
_BOTH: Final = "activity and prompts (that of prompts)"

OUTCOMES: Final = Layout(
    "outcomes",
    "One row a decision with the half hour that followed it",
    ("participant", "counter"),
    (
        participant(),
        always("counter", "integer", "of the decision, as in decisions", _FOLLOWED),
        always(
            "counted_min", "integer", "of thirty minutes, with steps known", _FOLLOWED, "min"
        ),
        Column("steps", "integer", "in them; null: nothing counted them", _FOLLOWED, "1"),
        consent_version(topic=_BOTH),
    ),
)
BELIEFS: Final = Layout(
    "beliefs",
    "One row a version of what a learned policy believed of a participant",
    ("participant", "policy", "version"),
    (
        participant(),
        always("policy", "category", "hash of the policy, see documents/", _BELIEVED),
        always("version", "integer", "each goes on from the one before", _BELIEVED),
        *moment("made", "when, at night", _BELIEVED),
        Column(
            "pool", "integer", "began with what was believed of all; null: by policy", _BELIEVED
        ),
        always("points", "integer", "decisions it was learned from, in all", _BELIEVED),
        always("counters", "json", "the new ones, by their counters", _BELIEVED),
        always("steps", "json", "that followed each, as known then", _BELIEVED, "1"),
        always("mean", "json", "of the coefficients: baseline, odds, effect", _BELIEVED),
        always("covariance", "json", "of the same, line by line", _BELIEVED),
        consent_version(topic=_BOTH),
    ),
)


def pieces(case: Case, documents: Documents) -> Iterator[Piece]:
    """Yield what there is of these tables."""
    if not case.has(Topic.PROMPTS, Topic.ACTIVITY):
        return
    yield OUTCOMES.name, [_outcome(case, each) for each in records.outcomes(case.db, case.who)]
    versions = list(records.beliefs(case.db, case.who))
    documents.fetch({each.rule for each in versions})
    yield BELIEFS.name, [_version(case, each) for each in versions]


def _outcome(case: Case, outcome: Outcome) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.PROMPTS),
        "counter": outcome.counter,
        "counted_min": outcome.minutes,
        "steps": outcome.steps,
    }


def _version(case: Case, made: Version) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.PROMPTS),
        "policy": made.rule,
        "version": made.version,
        **case.time.moment("made", made.made_us),
        "pool": made.pool,
        "points": made.points,
        "counters": json.dumps(made.counters),
        "steps": json.dumps(made.steps),
        "mean": json.dumps(made.belief.mean.tolist()),
        "covariance": json.dumps(made.belief.covariance.tolist()),
    }
