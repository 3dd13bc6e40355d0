"""A sensor that joins by a description: read, streamed, and refused by line when wrong."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from gateway.arrivals import Arrival
from gateway.batches import Batches
from gateway.described import reading
from gateway.described.description import Description
from gateway.discovery import KINDS, kind_of
from gateway.gatt.errors import MalformedValue
from gateway.sensors.sensor import Link
from gateway.wire import Quality
from kindstep import described, toml_file
from kindstep.cli import main

SERVICE = "6b740001-6b69-4e64-8a74-657073000000"
UUID = "6b740002-6b69-4e64-8a74-657073000000"
PLATE = f"""\
name = "plate"
service = "{SERVICE}"
spot_check = true

[[characteristic]]
uuid = "{UUID}"
name = "Force"

[[characteristic.field]]
type = "u8"

[[characteristic.field]]
type = "flags8"
known = 0x80

[[characteristic.field]]
name = "force_n"
type = "i24"
per_unit = 10
absent = -1
unit = "N"
stream = "force"

[[characteristic.field]]
name = "warmth"
type = "sfloat"
when = 0x02
unit = "°C"
stream = "temperature"
resolution = 0.01

[[characteristic.field]]
name = "is_left"
type = "bit"
bit = 0x01
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plate.toml").write_text(PLATE)
    (tmp_path / "notes.txt").write_text("not a description")
    return tmp_path


def read(text):
    return toml_file.parse(text, Description, "plate.toml")


@pytest.mark.parametrize(
    ("value", "force_n", "warmth", "is_left"),
    [
        ("07 00 7b0000", 12.3, None, False),
        ("07 81 85ffff", -12.3, None, True),
        ("07 02 ffffff 6ef1", None, 36.6, False),
        ("07 04 7b0000 0102", 12.3, None, False),
    ],
)
def test_reads_what_it_describes(value, force_n, warmth, is_left):
    (known,) = reading.characteristics(read(PLATE))
    record = known.decode(bytes.fromhex(value))

    assert (known.uuid, known.name) == (UUID, "Force")
    assert (record.force_n, record.warmth, record.is_left) == (force_n, warmth, is_left)


@pytest.mark.parametrize("value", ["", "07 00 7b00", "07 00 7b0000 00", "07 02 7b0000 6e"])
def test_refuses_what_does_not_end_where_its_flags_say(value):
    (known,) = reading.characteristics(read(PLATE))

    with pytest.raises(MalformedValue, match="6b740002"):
        known.decode(bytes.fromhex(value))


async def test_joins_as_a_sensor(folder):
    kinds = described.kinds(folder)
    found = kind_of([SERVICE], None, kinds)
    listened = []

    async def listen(uuid):
        listened.append(uuid)

    there = SimpleNamespace(get_characteristic=lambda uuid: True if uuid == UUID else None)
    sensor = found.sensor(SimpleNamespace(now_us=lambda: 5))
    client, batches = SimpleNamespace(services=there), Batches("plate-1")
    await sensor.begin(Link(client, batches, listen, listen, None))
    sensor.take(Arrival(UUID, bytes.fromhex("07 02 7b0000 ff07"), 7))
    force, warmth = sensor.batches(flush=False)

    assert (found.name, found.spot_check, listened) == ("plate", True, [UUID])
    assert (force.stream, force.unit, force.scale, force.samples) == (
        "force", "N", 0.1, b"\x7b\0"
    )  # fmt: skip
    assert (warmth.stream, warmth.quality) == ("temperature", Quality.SPECIAL)
    assert kinds[1:] == KINDS


def test_is_decoded_by_hand_too(folder):
    decoded = CliRunner().invoke(
        main, ["decode", UUID, "07 01 7b0000", "--sensors", str(folder)]
    )

    assert decoded.output == (
        '{"characteristic": "6B740002", "name": "Force", "force_n": 12.3, "warmth": null, '
        '"is_left": true}\n'
    )


def test_without_a_folder_nothing_is_described():
    assert described.kinds(None) == KINDS


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('name = "plate"', 'name = "Plate"', 1, "name 'Plate' is not lower case"),
        (SERVICE, "18", 1, "'18' is neither four hex digits nor a whole UUID"),
        (UUID, "2A3", 5, "'2A3' is neither"),
        ('type = "i24"', 'type = "i25"', 18, "i25"),
        ("per_unit = 10", "per_unit = 0", 19, "> 0.0"),
        ("per_unit = 10", "scale = 10", 19, "unknown field `scale`"),
        ('unit = "N"\n', "", 16, "a stream needs a name and a unit"),
        ('stream = "force"', 'stream = "Force!"', 16, "stream 'Force!'"),
        ("resolution = 0.01", "", 24, "a stream of sfloat needs a resolution"),
        ("resolution = 0.01", "per_unit = 10", 24, "for whole numbers, not sfloat"),
        ("bit = 0x01", "", 32, "a `bit` and only a `bit` says which"),
        ('name = "warmth"', 'name = "force_n"', 5, "its fields need names, each another"),
        ('type = "flags8"', 'type = "u8"', 5, "need one row of flags"),
        ('type = "u8"', 'type = "u8"\nwhen = 0x02', 5, "what stands before the flags"),
    ],
)
def test_a_wrong_description_is_named_by_line(folder, old, new, line, says):
    assert old in PLATE
    (folder / "plate.toml").write_text(PLATE.replace(old, new, 1))

    with pytest.raises(toml_file.BadSettings) as refused:
        described.kinds(folder)

    assert f"plate.toml:{line}: " in str(refused.value)
    assert says in str(refused.value)


def test_a_gateway_refuses_to_start_with_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own/plate.toml").write_text("name = 1\n")
    (tmp_path / "kindstep.toml").write_text(
        "[gateway]\nname = 'hall'\nsite = 'home'\nsensors = 'own'\n"
    )
    refused = CliRunner().invoke(main, ["gateway"])

    assert refused.exit_code == 2
    assert "plate.toml:1: " in refused.output


def test_a_folder_that_is_not_there_is_named_by_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kindstep.toml").write_text(
        "[gateway]\nname = 'hall'\nsite = 'home'\nsensors = 'absent'\n"
    )
    refused = CliRunner().invoke(main, ["gateway"])

    assert refused.exit_code == 2
    assert "kindstep.toml:4: no folder absent" in refused.output
