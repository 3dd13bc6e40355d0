"""Whatever a file holds, it is scored, or one line says what is wrong with it."""

import gzip
import json
import zipfile
from io import BytesIO

import numpy as np
import pyarrow as pa
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv, parquet

from kindstep.cli import main

few = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
numbers = st.sampled_from(["", "0", "1", "-0.5", "nan", "inf", "1e400", str(2**70), "900"])
numbers |= st.floats(-20, 20).map(str)
cells = numbers | st.sampled_from(["up", '"', "2024-05-06", "é"])
heads = st.permutations(["x", "y", "z", "time", "bpm", "rr_ms", "note"])
options = st.sampled_from(
    [
        (),
        ("--rate", "50"),
        ("--rate", "50", "--scale", "0.001"),
        ("--unit", "m/s2"),
        ("--epoch", "1"),
    ]
)


@st.composite
def tables(draw):
    """Give tables of which many can be scored in part."""
    named = draw(heads)[: draw(st.integers(3, 7))]
    if draw(st.booleans()):
        named = ["x", "y", "z", *(name for name in named if name not in "xyz")]
    kind = cells if draw(st.booleans()) else numbers
    width = st.integers(1, 9) if draw(st.booleans()) else st.just(len(named))
    rows = [
        draw(st.lists(kind, min_size=n, max_size=n)) for n in draw(st.lists(width, max_size=8))
    ]
    if draw(st.booleans()) and "time" in named:
        for n, row in enumerate(rows):
            row[named.index("time") % len(row)] = str(n / 25)
    delimiter = draw(st.sampled_from(",;\t"))
    return "\n".join(delimiter.join(row) for row in [named, *rows])


def walk():
    values = np.tile([0.1, -0.2, 0.9], (90, 1))
    return pa.table({"time": np.arange(90) / 30, **dict(zip("xyz", values.T, strict=True))})


def whole_files():
    text, table, arrays, device = BytesIO(), BytesIO(), BytesIO(), BytesIO()
    csv.write_csv(walk(), text)
    parquet.write_table(walk(), table)
    np.savez(arrays, t=np.arange(90) / 30, acc_g=np.ones((90, 3)))
    with zipfile.ZipFile(device, "w") as archive:
        seconds = (
            b"\x1e\x1a" + n.to_bytes(4, "little") + b"\xb4\0" + bytes(181) for n in range(3)
        )
        archive.writestr("log.bin", b"".join(seconds))
        archive.writestr("info.txt", "Sample Rate: 30\nAcceleration Scale: 256\n")
    return [
        *(f.getvalue() for f in (text, table, arrays, device)),
        gzip.compress(text.getvalue()),
    ]


WHOLE = whole_files()


def check(path, *arguments):
    result = CliRunner().invoke(main, ["score", str(path), "--json", *arguments])

    assert result.exception is None or isinstance(result.exception, SystemExit)
    if result.exit_code == 0:
        *epochs, last = map(json.loads, result.stdout.splitlines())
        total = last["total"]
        assert sum(epoch["n_valid"] for epoch in epochs) == total["valid"]
        assert total["valid"] + total["refused"] == total["samples"]
    else:
        assert result.exit_code == 2
        assert (result.stderr.count("\n"), result.stderr[:7]) == (1, "Error: ")


def test_a_whole_file_of_each_kind_is_scored(tmp_path):
    for content in WHOLE:
        (tmp_path / "file").write_bytes(content)
        check(tmp_path / "file")
        assert CliRunner().invoke(main, ["score", str(tmp_path / "file")]).exit_code == 0


@few
@given(tables(), options)
def test_text_of_any_kind(tmp_path, text, options):
    (tmp_path / "file").write_text(text)
    check(tmp_path / "file", *options)


@few
@given(st.binary(max_size=200), options)
def test_bytes_of_any_kind(tmp_path, content, options):
    (tmp_path / "file").write_bytes(content)
    check(tmp_path / "file", *options)


@few
@given(st.sampled_from(WHOLE), st.data())
def test_a_file_that_was_damaged(tmp_path, content, data):
    damaged = bytearray(content[: data.draw(st.integers(0, len(content)))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(damaged) - 1)), max_size=3)):
        if damaged:
            damaged[at] ^= data.draw(st.integers(1, 255))
    (tmp_path / "file").write_bytes(bytes(damaged))
    check(tmp_path / "file")
