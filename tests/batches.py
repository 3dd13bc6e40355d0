"""Batches as a gateway makes them, for tests that only carry them about."""

from gateway import wire


def batch(sequence, *, device="glasses-3f", boot=7, stream="accel", size=25):
    """Half a second of acceleration; the sequence number is in the samples as well."""
    return wire.Batch(
        device=device,
        boot=boot,
        stream=stream,
        sequence=sequence,
        start_us=1_700_000_000_000_000 + sequence * size * 20_000,
        start_error_us=900,
        period_us=20_000.0,
        scale=1 / 256,
        unit="g",
        channels=3,
        samples=(sequence % 30_000).to_bytes(2, "little") * 3 * size,
        counted=wire.DeviceCount(boot=1, sample=sequence * size, ticks=sequence * 16_384),
    )
