"""A decision of a package as the coach keeps it."""

import json
from typing import Any

import msgspec

from coaching.records import Decision, State


def decision(row: dict[str, Any]) -> Decision:
    """Read a row of the table; raise what a row that is none brings."""
    return Decision(
        state=msgspec.json.decode(row["state"], type=State),
        reasons=tuple(json.loads(row["reasons"])),
        options=tuple(json.loads(row["options"])),
        policy=row["policy"],
        policy_version=row["policy_version"],
        protocol=row["protocol"],
        library=row["library"],
        site_seed=0,  # stays at the site
        probability=row["probability"],
        draw=row["draw"],
        choice_draw=row["choice_draw"],
        template=row["template"],
        text=row["text"],
    )
