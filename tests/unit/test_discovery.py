import pytest

from gateway.discovery import GLASSES, KINDS, STRAP, kind_of, pseudonym
from gateway.wire import check_device

HEART_RATE = "0000180d-0000-1000-8000-00805f9b34fb"
BATTERY = "0000180f-0000-1000-8000-00805f9b34fb"
GLASSES_SERVICE = "6b730001-6b69-4e64-8a74-657073000000"


@pytest.mark.parametrize(
    ("services", "kind"),
    [
        ([HEART_RATE, BATTERY], STRAP),
        ([BATTERY, GLASSES_SERVICE], GLASSES),
        ([BATTERY], None),
        ([], None),
    ],
)
def test_knows_what_is_ours(services, kind):
    assert kind_of(services) is kind


@pytest.mark.parametrize(
    ("services", "name", "reported"),
    [
        (["00001809-0000-1000-8000-00805f9b34fb"], None, "thermometer"),
        (["00001810-0000-1000-8000-00805f9b34fb"], "BP5", "blood_pressure_cuff"),
        ([HEART_RATE], "InfiniTime", "watch"),
        ([], "InfiniTime", "watch"),
    ],
)
def test_knows_each_standard_service_and_a_watch_by_its_name(services, name, reported):
    assert kind_of(services, name).reported == reported


def test_no_two_kinds_share_a_service():
    services = [kind.service for kind in KINDS if kind.service]

    assert len(set(services)) == len(services)


def test_a_name_is_the_same_everywhere_at_a_site_and_nowhere_else():
    name = pseudonym(GLASSES, "usc", "SN-1")

    assert name == pseudonym(GLASSES, "usc", "SN-1") == check_device(name)
    assert name.startswith("glasses-")
    assert "SN-1" not in name
    assert name not in {
        pseudonym(GLASSES, "ucla", "SN-1"),
        pseudonym(GLASSES, "usc", "SN-2"),
        pseudonym(STRAP, "usc", "SN-1"),
    }
