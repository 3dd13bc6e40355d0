"""Old decisions come out as they were: a policy that decides otherwise goes by another tag."""

import json
from typing import get_args

import pytest

from coaching.policies import Policy
from tests.golden_decisions import FILE, again, key

RECORDS = json.loads(FILE.read_text())


@pytest.mark.parametrize("name", sorted({record["made"]["policy"] for record in RECORDS}))
def test_decides_as_it_did(name):
    for record in RECORDS:
        if record["made"]["policy"] == name:
            assert again(record) == record["made"]


def test_every_version_of_every_policy_is_on_record():
    recorded = {key(record["made"]) for record in RECORDS}

    assert {(policy.name, policy.version) for policy in get_args(Policy)} <= recorded


def test_the_records_tell_policies_apart():
    odds = {record["made"]["probability"] for record in RECORDS}
    learned = {
        record["made"]["probability"]
        for record in RECORDS
        if record["made"]["policy"] == "thompson_sampling"
    }

    assert {0.0, 0.6, 1.0} <= odds
    assert {0.2, 0.25, 0.8} <= learned
    assert len(learned) > 10
