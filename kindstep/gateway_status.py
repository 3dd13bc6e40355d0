"""A gateway's status as its operator reads it."""

from collections.abc import Iterator
from typing import Final

from gateway import wire

_ABSENT: Final = "-"


def lines(status: wire.GatewayStatus) -> Iterator[str]:
    """Yield the gateway's own line, one a device, and what went wrong."""
    yield f"{status.gateway}, kindstep {status.version}: {_spool(status)}"
    yield from (_radio(radio) for radio in status.radios)
    yield f"{'device':26} {'state':13} {'heard':>8} {'signal':>8} {'battery':>8} {'clock':>9}"
    for seen in sorted(status.devices, key=lambda each: each.device):
        yield _device(seen, status.at_us)
    if not status.devices:
        yield "nothing within reach yet"
    for said, counted in (("so far", status.traffic), ("went wrong", status.counts)):
        if counted:
            yield f"{said}: " + ", ".join(
                f"{name} {n:,}" for name, n in sorted(counted.items())
            )


def _spool(status: wire.GatewayStatus) -> str:
    size = f"{status.spooled_bytes / 1e6:.1f} MB"
    if status.oldest_spooled_us is None:
        return f"nothing waits for the hub, the spool has {size}"
    age_s = (status.at_us - status.oldest_spooled_us) / 1e6
    return f"{status.spooled_batches:,} batches wait for the hub since {_age(age_s)}, {size}"


def _radio(radio: wire.RadioState) -> str:
    if not radio.present:
        return f"{radio.radio}: not there"
    budget = "" if radio.slots is None else f" of {radio.slots}"
    return f"{radio.radio}: {radio.slots_used}{budget} slots used, {radio.slots_wanted} wanted"


def _device(seen: wire.Seen, now_us: int) -> str:
    heard = _ABSENT
    if seen.last_heard_us is not None:
        heard = _age((now_us - seen.last_heard_us) / 1e6)
    signal = _with_unit(seen.rssi_dbm, "dBm")
    battery = _with_unit(seen.battery_percent, "%")
    error_ms = None if seen.time_error_us is None else round(seen.time_error_us / 1000, 1)
    clock = _ABSENT if error_ms is None else f"±{error_ms} ms"
    return f"{seen.device:26} {seen.state:13} {heard:>8} {signal:>8} {battery:>8} {clock:>9}"


def _with_unit(value: int | None, unit: str) -> str:
    return _ABSENT if value is None else f"{value} {unit}"


def _age(seconds: float) -> str:
    if seconds < 120:
        return f"{max(0, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
