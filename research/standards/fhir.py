"""FHIR R4 as the HL7 Physical Activity guide 1.0 has it: NDJSON, a file a resource type."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from research.standards.timeline import date_of, uuid_of

Row = dict[str, Any]
Resource = dict[str, Any]

GUIDE: Final = "http://hl7.org/fhir/us/physical-activity"
PROFILE: Final = f"{GUIDE}/StructureDefinition/pa-observation-time-measure"
OWN_CODES: Final = f"{GUIDE}/CodeSystem/pa-temporary-codes"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
_ACTIVITY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_SECURITY: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Measure:
    """What a column of the table of days is called there."""

    column: str
    code: str  # LOINC
    display: str
    unit: str
    ucum: str


MEASURES: Final = (
    Measure("steps", "41950-7", "Number of steps in 24 hour Measured", "steps per day", "/d"),
    Measure("active_minutes", "55411-3", "Exercise duration", "minutes", "min"),
    Measure(
        "moderate_minutes", "77592-4", "Moderate physical activity [IPAQ]", "minutes", "min"
    ),
    Measure(
        "vigorous_minutes", "77593-2", "Vigorous physical activity [IPAQ]", "minutes", "min"
    ),
    Measure("resting_bpm", "40443-4", "Heart rate --resting", "beats per minute", "/min"),
)


def patient(package: str, participant: str) -> Resource:
    """Return who an observation is of: a pseudonym and nothing else."""
    return {
        "resourceType": "Patient",
        "id": uuid_of(package, participant),
        "meta": _meta(),
        "identifier": [{"system": f"urn:kindstep:{package}", "value": participant}],
    }


def observations(package: str, day: Row) -> Iterator[Resource]:
    """Yield what a row of the table of days says; what is not known is left out."""
    if day["moderate_minutes"] is not None:
        day = day | {"active_minutes": day["moderate_minutes"] + day["vigorous_minutes"]}
    for measure in MEASURES:
        if day.get(measure.column) is not None:
            yield _observation(package, day, measure)


def _observation(package: str, day: Row, measure: Measure) -> Resource:
    subject = {"reference": f"Patient/{uuid_of(package, day['participant'])}"}
    worn = day["wear_minutes"]
    what = (day["participant"], day["study_day"], measure.code)
    said: Resource = {
        "resourceType": "Observation",
        "id": uuid_of(package, *what),
        "meta": _meta(PROFILE),
        "status": "final",
        "category": [
            {"coding": [{"system": _ACTIVITY, "code": "activity"}]},
            {"coding": [{"system": OWN_CODES, "code": "PhysicalActivity"}]},
        ],
        "code": {
            "coding": [{"system": LOINC, "code": measure.code, "display": measure.display}]
        },
        "subject": subject,
        "effectiveDateTime": date_of(day["study_day"]).isoformat(),
        "performer": [subject],
        "valueQuantity": _quantity(day[measure.column], measure.unit, measure.ucum),
    }
    if worn is not None:
        said["component"] = [_worn(round(100 * worn / _DAY_MINUTES, 1))]
    return said


def _worn(percent: float) -> Resource:
    coding = [{"system": OWN_CODES, "code": "DeviceActivePercentage"}]
    return {"code": {"coding": coding}, "valueQuantity": _quantity(percent, "%", "%")}


def _quantity(value: float, unit: str, code: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def _meta(*profiles: str) -> Resource:
    said: Resource = {"security": [{"system": _SECURITY, "code": "PSEUDED"}]}
    return {"profile": list(profiles), **said} if profiles else said
