"""A decision of a package as the coach keeps it."""

import json
from typing import Any, Final

import msgspec

from coaching.records import Decision, State

#: What cannot be read, or stands on what is not here.
BROKEN: Final = (LookupError, TypeError, ValueError, msgspec.MsgspecError)


def decision(row: dict[str, Any]) -> Decision:
    """Read a row of the table; raise one of BROKEN for what is none."""
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
