"""Vectors written by hand from the Continuous Glucose Monitoring Service's tables."""

import pytest

from gateway.gatt.cgm import (
    control_point,
    crc,
    feature,
    measurement,
    session_run,
    session_start,
    state,
)
from gateway.gatt.cgm.control_point import Calibration, CgmControl, Operation, Result
from gateway.gatt.cgm.feature import Feature
from gateway.gatt.cgm.measurement import Record
from gateway.gatt.cgm.status import Status
from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.glucose.sample import Fluid, Place, Sample
from gateway.gatt.ieee11073 import Special

UNDER_THE_SKIN = Sample(Fluid.INTERSTITIAL_FLUID, Place.SUBCUTANEOUS)
CALIBRATION = Calibration(100, 5, UNDER_THE_SKIN, 60, 1, 0)


def test_the_crc_is_that_of_the_catalogue():
    # CRC-16/MCRF4XX of the catalogue of parametrised CRC algorithms.
    assert crc.crc(b"123456789") == bytes.fromhex("916f")


@pytest.mark.parametrize(
    ("value", "records"),
    [
        pytest.param("06 00 6400 0500", (Record(100, 5, Status(0), None, None),), id="least"),
        pytest.param(
            "0d e3 6400 0500 02 10 08 f6ff e5f3",
            (
                Record(
                    100, 5, Status.BATTERY_LOW | Status.TOO_WARM | Status.HYPER, -1.0, 99.7
                ),
            ),
            id="everything",
        ),
        pytest.param(
            "06 00 6400 0500 07 20 6500 0600 04",
            (
                Record(100, 5, Status(0), None, None),
                Record(101, 6, Status.HYPO, None, None),
            ),
            id="two",
        ),
        pytest.param(
            "06 00 ff07 0500", (Record(Special.NAN, 5, Status(0), None, None),), id="no number"
        ),
        pytest.param(
            "07 04 6400 0500 99", (Record(100, 5, Status(0), None, None),), id="reserved flag"
        ),
    ],
)  # fmt: skip
def test_reads_records(value, records):
    assert measurement.decode(bytes.fromhex(value)).records == records


def test_reads_a_record_that_is_sealed():
    value = crc.sealed(bytes.fromhex("08 00 6400 0500"))

    assert measurement.decode(value).records == (Record(100, 5, Status(0), None, None),)


def test_refuses_a_record_that_was_tampered_with():
    value = bytearray(crc.sealed(bytes.fromhex("08 00 6400 0500")))
    value[2] ^= 1

    with pytest.raises(MalformedValue, match="2aa7"):
        measurement.decode(bytes(value))


def test_reads_what_it_can():
    said = feature.decode(bytes.fromhex("008001 59 ffff"))

    assert said == feature.CgmFeature(Feature.TREND | Feature.QUALITY, UNDER_THE_SKIN)


def test_a_monitor_that_says_so_seals_its_features_too():
    sealed = crc.sealed(bytes.fromhex("001000 59"))

    assert feature.decode(sealed).supports == Feature.E2E_CRC
    with pytest.raises(MalformedValue, match="2aa8"):
        feature.decode(bytes.fromhex("001000 59 ffff"))


STATE = "0500 010000"
START = "e807 02 1d 0c 00 1e 04 04"
RUN = "a800"


@pytest.mark.parametrize(
    ("decode", "value", "reading"),
    [
        (state.decode, STATE, state.CgmState(5, Status.SESSION_STOPPED)),
        (
            session_start.decode,
            START,
            session_start.SessionStart(DateTime(2024, 2, 29, 12, 0, 30), 60, 60),
        ),
        (
            session_start.decode,
            "e807 02 1d 0c 00 1e 80 ff",
            session_start.SessionStart(DateTime(2024, 2, 29, 12, 0, 30), None, None),
        ),
        (session_run.decode, RUN, session_run.SessionRun(168)),
        (control_point.decode, "1a", CgmControl(Operation.START_SESSION)),
        (control_point.decode, "01 05", CgmControl(Operation.SET_INTERVAL, minutes=5)),
        (control_point.decode, "0d 4600", CgmControl(Operation.SET_HYPO, level=70)),
        (control_point.decode, "18 02f0", CgmControl(Operation.RATE_OF_INCREASE, level=0.2)),
        (control_point.decode, "05 0100", CgmControl(Operation.GET_CALIBRATION, record=1)),
        (
            control_point.decode,
            "06 6400 0500 59 3c00 0100 00",
            CgmControl(Operation.CALIBRATION, calibration=CALIBRATION),
        ),
        (
            control_point.decode,
            "1c 1a 01",
            CgmControl(
                Operation.RESPONSE, order=Operation.START_SESSION, result=Result.SUCCESS
            ),
        ),
    ],
)
@pytest.mark.parametrize("seal", [bytes, crc.sealed], ids=["bare", "sealed"])
def test_reads_the_rest_with_and_without_crc(decode, value, reading, seal):
    assert decode(seal(bytes.fromhex(value))) == reading


@pytest.mark.parametrize(
    ("operation", "minutes", "value"),
    [(Operation.START_SESSION, None, "1a"), (Operation.SET_INTERVAL, 5, "01 05")],
)
def test_an_order_reads_as_it_was_written(operation, minutes, value):
    order = bytes.fromhex(value)

    assert control_point.encode(operation, minutes, with_crc=False) == order
    assert control_point.encode(operation, minutes, with_crc=True) == crc.sealed(order)


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (measurement.decode, ""),
        (measurement.decode, "05 00 6400 05"),
        (measurement.decode, "07 00 6400 0500"),
        (measurement.decode, "06 00 6400 0500 06"),
        (measurement.decode, "07 00 6400 0500 00"),
        (measurement.decode, "08 00 6400 0500 0000"),
        (feature.decode, "001000"),
        (state.decode, STATE + "0000"),
        (session_start.decode, START + "0000"),
        (session_run.decode, "a8"),
        (control_point.decode, ""),
        (control_point.decode, "1d"),
        (control_point.decode, "1a 00"),
        (control_point.decode, "0d 46"),
    ],
)
def test_refuses_what_does_not_end_where_it_says(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
