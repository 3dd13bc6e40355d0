"""IEEE 1752.1, which Open mHealth's schemas of activity gave way to: a data point a day."""

from typing import Any, Final

from research.standards.timeline import date_of, uuid_of

Row = dict[str, Any]

SCHEMA: Final = {"namespace": "ieee", "name": "physical-activity", "version": "1.0"}


def data_point(package: str, day: Row) -> Row | None:
    """Return what a row of the table of days says, None for a day of which it tells nothing."""
    body: Row = {}
    if day["steps"] is not None:
        body["base_movement_quantity"] = {"unit": "steps", "value": day["steps"]}
    for name in ("moderate", "vigorous"):
        minutes = day[f"{name}_minutes"]
        if minutes is not None:
            body[f"duration_{name}_activity"] = {"unit": "min", "value": minutes}
    if not body:
        return None
    begins = f"{date_of(day['study_day'])}T00:00:00Z"
    interval = {"start_date_time": begins, "duration": {"unit": "d", "value": 1}}
    return {
        "header": {
            "uuid": uuid_of(package, day["participant"], day["study_day"]),
            "schema_id": SCHEMA,
            "source_creation_date_time": begins,
            "modality": "sensed",
        },
        "body": {
            "activity_name": "daily movement",
            "effective_time_frame": {"time_interval": interval},
            **body,
        },
    }
