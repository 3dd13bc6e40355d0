"""Devices that tell single values, on the virtual radio: from their bytes to the spool."""

import struct
from dataclasses import replace

import pytest
from bumble.core import UUID, AdvertisingData

from firmware_sims.air import Air
from firmware_sims.hci_port import HciPort
from firmware_sims.peripheral import Peripheral
from firmware_sims.services import device_information, notified, readable, service
from gateway.described import reading
from gateway.described.description import (
    CharacteristicDescription,
    Description,
    FieldDescription,
)
from gateway.discovery import KINDS
from gateway.gatt import current_time
from gateway.radio import Radio
from gateway.settings import GatewaySettings
from gateway.spool import Spool
from gateway.wire import Quality
from tests.airborne import HURRY, SECOND_US, SITE, Kept, now_us, running

WATCH = "00030000-78fc-48fe-8e23-433b3a1942d0"
WATCH_STEPS = "00030001-78fc-48fe-8e23-433b3a1942d0"
PLATE = "6b740001-6b69-4e64-8a74-657073000000"
PLATE_FORCE = "6b740002-6b69-4e64-8a74-657073000000"

DESCRIBED = reading.kind(
    Description(
        name="plate",
        service=PLATE,
        characteristic=(
            CharacteristicDescription(
                uuid=PLATE_FORCE,
                name="Force",
                field=(
                    FieldDescription(
                        name="force_n", type="u16", per_unit=10, unit="N", stream="force"
                    ),
                ),
            ),
        ),
    )
)


class Talking(Peripheral):
    """Says the same values again and again to whoever listens."""

    kind = "talking"

    def __init__(self, air, name, offered, values, clock_ahead_s):
        super().__init__(
            air, address="F0:00:00:00:02:01", name=name, clock=now_us, battery_life_s=3600.0
        )
        self._values = [(notified(number), value) for number, value in values.items()]
        self._ahead_us = clock_ahead_s * SECOND_US
        clock = readable(0x2A2B, self._calendar)
        services = [
            service(offered, *(value for value, _ in self._values)),
            service(0x1805, clock),
            device_information("T-1", "T1"),
        ]
        self.offer(services, _advertised(name, offered))

    def _calendar(self):
        return current_time.encode(now_us() + self._ahead_us)

    def due_us(self):
        return now_us() + 50_000

    def catch_up(self):
        for characteristic, value in self._values:
            for connection in self.listeners(characteristic):
                self.notify(connection, characteristic, value)


def _advertised(name, offered):
    if name == "InfiniTime":
        return []
    if isinstance(offered, int):
        kind = AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
        return [(kind, struct.pack("<H", offered))]
    kind = AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
    return [(kind, bytes(UUID(offered)))]


@pytest.fixture
async def told(tmp_path):
    """`await told(name, service, values, streams)` is the first batch of each stream."""
    air = Air()
    port = HciPort(air, "gateway")
    await port.open()
    settings = GatewaySettings(
        name="gw", site=SITE, radio=port.transport, spool=tmp_path / "spool.db"
    )

    async def tell(name, offered, values, streams, clock_ahead_s=0):
        device = Talking(air, name, offered, values, clock_ahead_s)
        await device.power_on()
        with Spool(settings.spool, limit_bytes=1 << 30) as spool:
            kept = Kept(spool)
            radio = Radio(
                settings, kept, now_us, kinds=(DESCRIBED, *KINDS), patience=replace(HURRY)
            )
            async with running(radio):
                await kept.until(lambda: all(kept.of(stream) for stream in streams))
        await device.power_off()
        return [kept.of(stream)[0] for stream in streams]

    yield tell
    port.close()


@pytest.mark.parametrize(
    ("name", "offered", "values", "expected"),
    [
        pytest.param(
            "Cuff", 0x1810, {0x2A35: "14 7800 5000 5d00 4800 0100"},
            {
                "blood_pressure": (0.1, "mmHg", (1200, 800), Quality.DOUBTED),
                "pulse": (0.1, "bpm", (720,), Quality.DOUBTED),
            },
            id="cuff",
        ),
        pytest.param(
            "Oximeter", 0x1822, {0x2A5F: "00 6200 4800"},
            {"spo2": (0.1, "percent", (980,), 0), "pulse": (0.1, "bpm", (720,), 0)},
            id="oximeter",
        ),
        pytest.param(
            "Scale", 0x181D, {0x2A9D: "00 d036"},
            {"weight": (0.005, "kg", (14032,), 0)},
            id="scale",
        ),
        pytest.param(
            "InfiniTime", WATCH, {WATCH_STEPS: "e8030000"},
            {"steps_so_far": (1.0, "count", (1000,), 0)},
            id="watch, known by its name",
        ),
        pytest.param(
            "Plate", PLATE, {PLATE_FORCE: "7b00"},
            {"force": (0.1, "N", (123,), 0)},
            id="a sensor that is described only",
        ),
    ],
)  # fmt: skip
async def test_a_value_reaches_the_spool(told, name, offered, values, expected):
    sent = {number: bytes.fromhex(text) for number, text in values.items()}
    batches = await told(name, offered, sent, list(expected))

    assert {
        batch.stream: (
            batch.scale, batch.unit,
            struct.unpack(f"<{batch.channels}h", batch.samples), batch.quality,
        )
        for batch in batches
    } == expected  # fmt: skip


async def test_a_stored_reading_has_the_time_it_was_taken(told):
    # Its calendar shows local time, two hours ahead; the reading is from ten minutes ago.
    ahead_s = 2 * 3600
    taken_us = now_us() - 600 * SECOND_US
    calendar = current_time.encode(taken_us + ahead_s * SECOND_US)[:7]
    value = bytes.fromhex("02 6e0100ff") + calendar

    (batch,) = await told("Thermometer", 0x1809, {0x2A1C: value}, ["temperature"], ahead_s)

    assert batch.samples == struct.pack("<h", 3660)
    assert abs(batch.start_us - taken_us) <= batch.start_error_us < 2 * SECOND_US
