import pytest

from gateway.redaction import without_addresses


@pytest.mark.parametrize(
    "said",
    [
        "F0:00:00:00:01:02",
        "f0-00-00-00-01-02",
        "/org/bluez/hci0/dev_F0_00_00_00_01_02/service0010",
        "Device 2AB6F7F4-1B2C-4E1F-9D3B-8A7C6D5E4F3A was not found",
    ],
)
def test_takes_every_form_of_an_address_out(said):
    assert "(address)" in without_addresses(said)
    assert "F0" not in without_addresses(said).upper()
    assert "2AB6" not in without_addresses(said)


@pytest.mark.parametrize(
    "said",
    [
        "00002a37-0000-1000-8000-00805f9b34fb is not known",
        "6b730001-6b69-4e64-8a74-657073000000",
        "2026-11-25 20:31:00,123 glasses-442615b84f4ffdf2: it did not answer",
    ],
)
def test_leaves_the_rest_as_it_is(said):
    assert without_addresses(said) == said
