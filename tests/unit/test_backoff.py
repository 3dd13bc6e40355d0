import pytest

from gateway.backoff import Backoff


@pytest.mark.parametrize(
    ("losses", "ceiling_s"), [(0, 1.0), (3, 8.0), (8, 256.0), (9, 300.0), (10_000, 300.0)]
)
def test_waits_are_random_under_a_growing_ceiling(losses, ceiling_s):
    waits = [Backoff().delay_s(losses) for _ in range(200)]

    assert ceiling_s / 2 <= min(waits) < max(waits) <= ceiling_s
