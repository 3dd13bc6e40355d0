"""The wire format as other people's code depends on it: change nothing here lightly."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from gateway import wire, wire_schema

DOCS = Path(__file__).parents[2] / "docs"
BATCH = wire.Batch(
    device="glasses-3f",
    boot=0x1F2E3D4C5B6A7988,
    stream="accel",
    sequence=40,
    start_us=1_700_000_000_000_000,
    start_error_us=900,
    period_us=20_000.0,
    scale=1 / 256,
    unit="g",
    channels=3,
    samples=bytes.fromhex("0000 0000 0001  0100 ffff 0001"),
    counted=wire.DeviceCount(boot=2, sample=81_200, ticks=53_215_232),
)
BEATS = replace(
    BATCH,
    stream="rr",
    period_us=None,
    offsets_us=(0).to_bytes(4, "little") + (812_500).to_bytes(4, "little"),
    scale=1000 / 1024,
    unit="ms",
    channels=1,
    samples=bytes.fromhex("0004 4003"),
    counted=None,
)
MARK = wire.Mark(device="glasses-3f", boot=7, stream="accel", sequence=-1)
OTHERS = [
    wire.GatewayStatus(
        gateway="hall",
        online=True,
        start_id=9,
        version="1",
        at_us=5,
        devices=(wire.Seen(device="x", kind="glasses", state="streaming", has_memory=True),),
        set_aside=(
            wire.SetAside(device="x", boot=1, stream="rr", sequence=3, reason="too large"),
        ),
    ),
    wire.HubStatus(online=False, start_id=9, version="1", at_us=5),
    wire.Watermarks(hub_start_id=9, marks=(MARK,)),
    wire.Command(id="c1", device="x", kind="alert", level=2, expires_us=99),
    wire.Answer(id="c1", done=False, reason="expired", at_us=100),
]


def encoded(**changes):
    return msgspec.msgpack.encode(replace(BATCH, **changes))


def test_topics_are_public():
    assert wire.batch_topic("hall", "glasses-3f") == "kindstep/v1/hall/glasses-3f/batch"
    assert wire.status_topic("hall") == "kindstep/v1/hall/status"
    assert wire.watermark_topic("hall") == "kindstep/v1/hall/watermark"
    assert wire.command_topic("hall") == "kindstep/v1/hall/command"
    assert wire.answer_topic("hall") == "kindstep/v1/hall/answer"
    assert wire.HUB_STATUS == "kindstep/v1/hub/status"


@pytest.mark.parametrize(
    ("gateway", "device"),
    [
        ("a b", "x"),
        ("a.b", "x"),
        ("a", ""),
        ("a", "x/"),
        ("a", 65 * "x"),
        ("a", "x\n"),
        ("hub", "x"),
    ],
)
def test_refuses_a_name_that_a_broker_cannot_carry(gateway, device):
    with pytest.raises(wire.BrokenContract):
        wire.batch_topic(gateway, device)


def test_a_topic_names_its_sender():
    assert wire.sender("kindstep/v1/hall/glasses-3f/batch") == "hall"


@pytest.mark.parametrize(
    "topic",
    ["kindstep/v1/hall", "kindstep/v2/hall/x/batch", "a/b/hall/x", "kindstep/v1//x/batch", ""],
)
def test_another_topic_has_no_sender(topic):
    with pytest.raises(wire.BrokenContract):
        wire.sender(topic)


@pytest.mark.parametrize("batch", [BATCH, BEATS])
def test_a_batch_comes_back_as_it_went(batch):
    assert wire.decode_batch(wire.encode(batch)) == batch
    assert batch.size == 2


@pytest.mark.parametrize("message", OTHERS, ids=lambda message: type(message).__name__)
def test_every_other_message_comes_back_as_it_went(message):
    assert wire.decode(wire.encode(message), type(message)) == message


def test_any_tool_can_read_it():
    fields = msgspec.msgpack.decode(wire.encode(BATCH))

    assert fields["device"] == "glasses-3f"
    assert fields["counted"]["sample"] == 81_200
    assert fields["samples"] == BATCH.samples


@pytest.mark.parametrize(
    "message", [BATCH, *OTHERS], ids=lambda message: type(message).__name__
)
def test_a_newer_sender_may_add_a_field(message):
    fields = msgspec.msgpack.decode(wire.encode(message))
    newer = msgspec.msgpack.encode({**fields, "mood": "sunny"})

    assert wire.decode(newer, type(message)) == message


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc0",
        b"not msgpack",
        wire.encode(BATCH)[:-1],
        b"\x81\xa6device\xa1\xff",  # no utf-8
        b"\x81\xa1z" + b"\x91" * 60_000,  # nesting without end, in a field nobody knows
    ],
)
@pytest.mark.parametrize(
    "read", [wire.decode_batch, lambda it: wire.decode(it, wire.Watermarks)]
)
def test_says_so_when_the_contract_is_broken(read, payload):
    with pytest.raises(wire.BrokenContract):
        read(payload)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"samples": b"12345"}, "5 bytes for 3 channels"),
        ({"samples": b""}, "0 bytes"),
        ({"width": 3}, "3 bytes"),
        ({"channels": 0}, "0 channels"),
        ({"device": "x\n"}, "device name"),
        ({"stream": "../accel"}, "stream name"),
        ({"scale": 0.0}, "scale"),
        ({"scale": float("nan")}, "scale"),
        ({"period_us": 0.0}, "period"),
        ({"period_us": float("nan")}, "period"),
        ({"period_us": float("inf")}, "period"),
        ({"period_us": None, "offsets_us": b"1234"}, "4 bytes of offsets, 2 events"),
        ({"offsets_us": b"12345678"}, "offsets beside a period"),
        ({"boot": 1 << 63}, "boot"),
        ({"sequence": -1}, "sequence"),
        ({"start_us": 1 << 63}, "start_us"),
        ({"counted": wire.DeviceCount(boot=0, sample=0, ticks=1 << 63)}, "ticks"),
    ],
)
def test_says_what_is_wrong_with_a_batch(changes, says):
    with pytest.raises(wire.BrokenContract, match=says):
        wire.decode_batch(encoded(**changes))


def test_a_watermark_may_say_that_nothing_is_stored():
    marks = wire.Watermarks(hub_start_id=1, marks=(MARK,))

    assert wire.decode(wire.encode(marks), wire.Watermarks).marks[0].sequence == -1


@pytest.mark.parametrize("field", ["boot", "sequence"])
def test_a_watermark_fits_where_it_is_kept(field):
    marks = wire.Watermarks(hub_start_id=1, marks=(replace(MARK, **{field: 1 << 63}),))

    with pytest.raises(wire.BrokenContract, match=field):
        wire.decode(wire.encode(marks), wire.Watermarks)


@pytest.mark.parametrize(
    "changes", [{"samples": bytes(6 * 11_000)}, {"start_us": 1 << 70}, {"device": "\ud800"}]
)
def test_refuses_to_send_what_no_one_could_read(changes):
    with pytest.raises(wire.BrokenContract):
        wire.encode(replace(BATCH, **changes))


def test_refuses_to_read_what_is_too_long():
    with pytest.raises(wire.BrokenContract, match="bytes"):
        wire.decode_batch(encoded(samples=bytes(6 * 11_000)))


def test_the_published_schema_is_this_one():
    assert (DOCS / "wire.schema.json").read_text() == wire_schema.text()


def test_the_page_names_every_field():
    page = (DOCS / "wire.md").read_text()

    parts = (
        wire.DeviceCount,
        wire.Lost,
        wire.Seen,
        wire.RadioState,
        wire.Mark,
        wire.SetAside,
        wire.SpooledFrom,
    )
    for kind in (*wire_schema.MESSAGES, *parts):
        for field in msgspec.structs.fields(kind):
            assert f"`{field.name}`" in page, f"{kind.__name__}.{field.name}"
