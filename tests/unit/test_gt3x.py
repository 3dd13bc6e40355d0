""".gt3x files: as ActiLife reads them, and broken ones."""

import csv
import gzip
import struct
import zipfile

import numpy as np
import pytest

from analytics.files import gt3x
from analytics.files.content import Hints
from analytics.files.errors import BadRecording
from analytics.recording import score_file
from tests import recordings
from tests.unit.test_counts_golden import gt3x as samples_of

INFO = "Serial Number: TAS1\nSample Rate: 30\nAcceleration Scale: 256.0\n"
T0 = 1_700_000_000


def record(kind, second, payload):
    return struct.pack("<BBIH", 0x1E, kind, second, len(payload)) + payload + b"\0"


def whole_second(second, value=256):
    return record(gt3x.WHOLE, second, np.full((30, 3), value, "<i2").tobytes())


def write(path, log, info=INFO):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("log.bin", log)
        archive.writestr("info.txt", info)
    return path


def blocks(path):
    return list(gt3x.read(path, Hints()).blocks)


def test_reads_what_actilife_exported_of_the_same_file():
    (block,) = blocks(recordings.path("readgt3x_100hz_36min.gt3x"))
    exported = recordings.path("readgt3x_100hz_36min_actilife_raw.csv.gz")
    text = gzip.decompress(exported.read_bytes()).decode()
    values_g = np.array(list(csv.reader(text.splitlines()))[11:], float)

    start_us = block.times_us[0]
    index = (block.times_us - start_us) // 10_000  # ActiLife repeats a value through a gap
    np.testing.assert_allclose(block.accel / 256, values_g[index], atol=0.000501)


def test_reads_whole_seconds_of_a_link():
    name = "bh_wrist_100hz_3min.gt3x"
    (block,) = blocks(recordings.path(name))

    np.testing.assert_array_equal(block.accel, samples_of(name))
    assert np.unique(np.diff(block.times_us)).tolist() == [10_000]


def test_seconds_asleep_are_gaps():
    found = score_file(recordings.path("ggir_30hz_29min.gt3x"))

    assert (found["samples"], found["segments"], found["rate_hz"]) == (588 * 30, 24, 30)


def test_unpacks_twelve_bits_as_published():
    packed = bytes.fromhex("00 60 08 EB D0 07 00 9E BF 00 70 08 EB F0")

    expected = [[8, 6, -323], [9, 7, -321], [8, 7, -321]]
    assert gt3x.unpacked(packed).tolist() == expected


def test_leaves_other_records_alone(tmp_path):
    cable = record(gt3x.WHOLE, T0 + 1, b"\1")
    log = record(6, T0, b"{}") + whole_second(T0) + cable + whole_second(T0 + 1)

    found = score_file(write(tmp_path / "a.gt3x", log))
    assert (found["samples"], found["segments"], found["start_s"]) == (60, 1, 1_699_999_980)


@pytest.mark.parametrize(
    ("log", "info", "says"),
    [
        (b"", INFO, "a.gt3x has no samples"),
        (whole_second(T0)[:-9], INFO, "log.bin: no whole record at byte 0"),
        (whole_second(T0) + b"\x1f" * 20, INFO, "no whole record at byte 189"),
        (whole_second(T0), "Serial Number: TAS1\n", "info.txt: no 'Sample Rate'"),
        (whole_second(T0), "Sample Rate: fast\n", "info.txt: "),
        (whole_second(T0), INFO.replace("256", "0"), "30.0 Hz at 0.0 to a g"),
    ],
)
def test_says_what_is_broken_and_where(tmp_path, log, info, says):
    with pytest.raises(BadRecording, match=says):
        score_file(write(tmp_path / "a.gt3x", log, info))


def test_refuses_another_rate(tmp_path):
    path = write(tmp_path / "a.gt3x", whole_second(T0))

    with pytest.raises(BadRecording, match="sampled at 30 Hz, not 50"):
        score_file(path, rate_hz=50)
