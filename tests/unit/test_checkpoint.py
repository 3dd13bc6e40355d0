"""A row of a checkpoint says in which layout it was written."""

import numpy as np
import pytest

from analytics import checkpoint
from analytics.checkpoint import OtherLayout, SavedLane
from analytics.rows import RECORDS, Rows

LANES = {"accel": SavedLane(b"state", False, None, [], {})}


@pytest.mark.parametrize(
    "record",
    [
        np.dtype([("a", np.int32), ("b", np.float64)], align=True),
        np.dtype([("a", np.int32), ("b", np.float64)]),
        np.dtype([("b", np.int32), ("a", np.float64)]),
        np.dtype([("a", np.float32), ("b", np.float64)], align=True),
    ],
)
def test_any_change_of_a_record_is_another_layout(record):
    others = [*RECORDS[:-1], record]

    assert checkpoint.stamp(others) != checkpoint.stamp(RECORDS)
    assert checkpoint.stamp(others) == checkpoint.stamp([*RECORDS[:-1], record])
    assert checkpoint.stamp(others) != checkpoint.stamp([record, *RECORDS[:-1]])


def test_what_is_laid_out_otherwise_is_not_read():
    data = checkpoint.encode(LANES)

    assert checkpoint.decode(data) == LANES
    for other in (b"", data[8:], bytes([data[0] ^ 1]) + data[1:]):
        with pytest.raises(OtherLayout):
            checkpoint.decode(other)


def test_what_stands_between_fields_is_not_kept():
    rows = Rows(60_000_000)
    row = rows.add()
    state = rows.dump(row)
    at = RECORDS[0].itemsize + RECORDS[1].itemsize + RECORDS[2].itemsize
    fields = {name: told[1] for name, told in RECORDS[3].fields.items()}
    padding = at + fields["thirds"] + 1  # before a wider field

    rows.load(row, state[:padding] + b"?" + state[padding + 1 :])
    assert state[padding] == 0
    assert rows.dump(row) == state
