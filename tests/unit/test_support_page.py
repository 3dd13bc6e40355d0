"""The page of sensors says what the code can."""

import re
from pathlib import Path

import pytest

from gateway.adverts.table import ADVERTS
from gateway.gatt.service import short
from gateway.gatt.table import SERVICES
from gateway.support_page import renewed
from gateway.trackers import TRACKERS, Verdict

PAGE = (Path(__file__).parents[2] / "docs/sensors.md").read_text(encoding="utf-8")


def test_the_page_is_as_the_code_has_it():
    # If it is stale: python -m gateway.support_page docs/sensors.md
    assert renewed(PAGE) == PAGE


def test_a_table_that_changed_would_be_seen():
    assert renewed(PAGE.replace("Heart Rate Measurement `2A37`", "Nothing")) == PAGE


def test_every_characteristic_is_listed():
    for service in SERVICES:
        for each in service.characteristics:
            assert f"{each.name} `{short(each.uuid).upper()}`" in PAGE


@pytest.mark.parametrize("tracker", TRACKERS, ids=lambda tracker: tracker.name)
def test_what_is_said_of_a_device_is_so(tracker):
    known = {short(service.uuid) for service in SERVICES} | {short(it.uuid) for it in ADVERTS}
    held = (
        re.search(rf"`{tracker.service.upper()}` \| [a-z]", PAGE) if tracker.service else None
    )

    assert (tracker.service in known) == (tracker.verdict is not Verdict.CANNOT)
    if tracker.verdict in {Verdict.WORKS, Verdict.BROADCASTS}:
        assert held
