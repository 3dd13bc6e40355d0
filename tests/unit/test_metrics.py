import asyncio
import contextlib

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway import metrics, wire
from tests.brokers import free_port

NOW_US = 1_700_000_000_000_000
STATUS = wire.GatewayStatus(
    gateway="hall",
    online=True,
    start_id=1,
    version="0",
    at_us=NOW_US,
    devices=tuple(
        wire.Seen(
            device=f"strap-{n}",
            kind="heart_rate_strap",
            state=state,
            has_memory=False,
            battery_percent=55,
            time_error_us=error_us,
        )
        for n, (state, error_us) in enumerate(
            [("streaming", 600_000), ("streaming", 900), ("lost", None)]
        )
    ),
    radios=(
        wire.RadioState(radio="hci0", present=True, slots=8, slots_used=2, slots_wanted=1),
        wire.RadioState(radio="usb:0", present=False),
    ),
    spooled_batches=7,
    oldest_spooled_us=NOW_US - 2_500_000,
    spooled_bytes=4096,
    counts={"dropped": 3, "missing:accel": 9},
    traffic={"notifications": 120, "reconnects": 2},
)


def read(text):
    """Give every sample as Prometheus itself reads it."""
    return {
        (sample.name.removeprefix("kindstep_gateway_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_says_in_numbers_how_the_gateway_is():
    assert read(metrics.text(STATUS)) == {
        ("devices", "streaming"): 2,
        ("devices", "lost"): 1,
        ("radio_present", "hci0"): 1,
        ("radio_present", "usb:0"): 0,
        ("slots", "hci0"): 8,
        ("slots_used", "hci0"): 2,
        ("slots_used", "usb:0"): 0,
        ("slots_wanted", "hci0"): 1,
        ("slots_wanted", "usb:0"): 0,
        ("spool_batches",): 7,
        ("spool_bytes",): 4096,
        ("spool_age_seconds",): 2.5,
        ("set_aside_batches",): 0,
        ("time_error_seconds",): 0.6,
        ("notifications_total",): 120,
        ("reconnects_total",): 2,
        ("troubles_total", "dropped"): 3,
        ("troubles_total", "missing:accel"): 9,
    }


def test_every_family_says_what_it_is():
    families = list(text_string_to_metric_families(metrics.text(STATUS)))

    assert {family.type for family in families} == {"gauge", "counter"}
    assert all(family.documentation for family in families)


def test_names_no_device_and_no_reading():
    assert "strap" not in metrics.text(STATUS)
    assert "55" not in metrics.text(STATUS)


async def ask(port, request):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def test_is_served_over_http():
    port = free_port()

    async def status():
        return STATUS

    async with metrics.serve(port, status):
        said = await ask(port, b"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n")
        nothing = await ask(port, b"POST /metrics HTTP/1.1\r\n\r\n")

    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4")
    assert body.decode() == metrics.text(STATUS)
    assert nothing.startswith(b"HTTP/1.0 404 ")
    with pytest.raises(ConnectionError):
        await ask(port, b"")


async def test_who_asks_without_end_is_hung_up_on():
    port, faults = free_port(), []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))

    async with metrics.serve(port, never):
        with contextlib.suppress(ConnectionError):  # of what was not read
            assert await ask(port, b"GET /metrics" + b"?" * 100_000) == b""

    assert faults == []


async def never():
    raise AssertionError("it was asked")
