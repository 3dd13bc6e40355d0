import pytest

from gateway.gatt.ieee11073 import Special, float32, sfloat


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (0x0078, 120.0),
        (0xF0A0, 16.0),
        (0xFFFF, -0.1),
        (0x2001, 100.0),
        (0x8001, 1e-8),
        (0x07FE, Special.POSITIVE_INFINITY),
        (0x07FF, Special.NAN),
        (0x0800, Special.NRES),
        (0x0801, Special.RESERVED),
        (0x0802, Special.NEGATIVE_INFINITY),
    ],
)
def test_reads_sixteen_bits(raw, number):
    assert sfloat(raw) == number


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (0xFF00016E, 36.6),
        (0xFEFFFFFF, -0.01),
        (0x02000001, 100.0),
        (0x007FFFFF, Special.NAN),
        (0x00800000, Special.NRES),
    ],
)
def test_reads_thirty_two_bits(raw, number):
    assert float32(raw) == number
