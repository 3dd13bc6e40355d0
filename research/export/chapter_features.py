"""Social features that were left to chance, day by day, at the odds that were."""

from collections.abc import Iterator
from typing import Any, Final

from coaching import records
from coaching.records import Drawn
from people.authorize import Topic
from research.export.case import Case, Piece
from research.export.documents import Documents
from research.export.layout import Layout, always, consent_version, participant

_BY: Final = "coaching.features"

FEATURES: Final = Layout(
    "features",
    "One row a local day and social feature that was left to chance",
    ("participant", "study_day", "feature"),
    (
        participant(),
        always("study_day", "integer", "1 is the local day of enrolment", _BY, "d"),
        always("feature", "category", "board, cheer (a nudge) or charity (the framing)", _BY),
        always("odds", "number", "of its being there, as in the protocol", _BY, "1"),
        always("draw", "number", "there if below the odds", _BY, "1"),
        always("shown", "boolean", "it was there that day", _BY),
        always("protocol", "category", "hash of the protocol, see documents/", _BY),
        consent_version(topic="circle"),
    ),
)


def pieces(case: Case, documents: Documents) -> Iterator[Piece]:
    """Yield what was drawn for somebody."""
    if case.has(Topic.CIRCLE):
        drawn = records.drawn_features(case.db, case.who)
        yield FEATURES.name, [_row(case, each, documents) for each in drawn]


def _row(case: Case, drawn: Drawn, documents: Documents) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.CIRCLE),
        "study_day": case.time.day_of(drawn.day),
        "feature": drawn.feature.value,
        "odds": drawn.odds,
        "draw": drawn.draw,
        "shown": drawn.is_on,
        "protocol": documents.name(drawn.protocol),
    }
