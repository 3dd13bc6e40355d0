import pytest

from gateway import wire
from ingest.commands import Commands, alerts

NOW_US = 1_700_000_000_000_000
MINUTE_US = 60_000_000


class Post:
    """What was published, decoded."""

    def __init__(self):
        self.sent = []

    def __call__(self, topic, payload):
        self.sent.append((topic, wire.decode(payload, wire.Command)))

    def gateways(self):
        return [topic.split("/")[2] for topic, _ in self.sent]


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def open_commands(tmp_path, post):
    opened = []

    def open_():
        opened.append(Commands(tmp_path / "commands.db", post))
        return opened[-1]

    yield open_
    for commands in opened:
        commands.close()


@pytest.fixture
def commands(open_commands):
    return open_commands()


def status(gateway, *seen, online=True):
    devices = tuple(
        wire.Seen(device=name, kind="glasses", state=state, has_memory=True, rssi_dbm=rssi_dbm)
        for name, state, rssi_dbm in seen
    )
    return wire.GatewayStatus(
        gateway=gateway, online=online, start_id=1, version="0", at_us=NOW_US, devices=devices
    )


NEAR = ("glasses-1", "streaming", -50)
FAR = ("glasses-1", "streaming", -90)
LOST = ("glasses-1", "lost", None)


def test_goes_to_the_gateway_that_has_the_device(commands, post):
    commands.seen(status("hall", ("glasses-2", "streaming", -40)), NOW_US)
    commands.seen(status("attic", NEAR), NOW_US)

    sent = commands.send("glasses-1", "alert", 2, NOW_US)

    ((topic, command),) = post.sent
    assert topic == "kindstep/v1/attic/command"
    assert (command.id, command.device, command.kind, command.level) == (
        sent, "glasses-1", "alert", 2
    )  # fmt: skip
    assert command.expires_us == NOW_US + MINUTE_US


def test_goes_to_the_nearest_of_two(commands, post):
    commands.seen(status("hall", FAR), NOW_US)
    commands.seen(status("attic", NEAR), NOW_US)
    commands.seen(status("cellar", ("glasses-1", "waiting", -10)), NOW_US)

    commands.send("glasses-1", "alert", 1, NOW_US)

    assert post.gateways() == ["attic"]


def test_waits_for_a_device_that_nobody_has(commands, post):
    commands.seen(status("hall", LOST), NOW_US)
    commands.seen(status("attic", NEAR, online=False), NOW_US)
    commands.send("glasses-1", "alert", 1, NOW_US)
    assert post.sent == []

    commands.seen(status("hall", NEAR), NOW_US + MINUTE_US // 2)
    assert post.gateways() == ["hall"]


def test_is_sent_until_it_is_answered(commands, post):
    sent = commands.send("glasses-1", "alert", 1, NOW_US)
    for _ in range(2):
        commands.seen(status("hall", NEAR), NOW_US)
    assert commands.answer(sent) is None

    answer = wire.Answer(id=sent, done=True, at_us=NOW_US + 5)
    commands.answered(answer)
    commands.seen(status("hall", NEAR), NOW_US)

    assert post.gateways() == ["hall", "hall"]
    assert commands.answer(sent) == answer
    assert commands.outstanding(NOW_US) == []


def test_is_not_sent_too_late(commands, post):
    commands.send("glasses-1", "alert", 1, NOW_US)
    commands.send("glasses-1", "set_time", 0, NOW_US)

    commands.seen(status("hall", NEAR), NOW_US + MINUTE_US)

    assert [command.kind for _, command in post.sent] == ["set_time"]


def test_outlives_the_hub(open_commands, post):
    first = open_commands()
    sent = first.send("glasses-1", "forget_bond", 0, NOW_US)
    first.close()

    second = open_commands()
    second.seen(status("hall", NEAR), NOW_US)

    assert [command.id for _, command in post.sent] == [sent]


def test_what_came_of_finding_a_device_is_there_for_another_process(commands, tmp_path):
    path = tmp_path / "commands.db"
    for device, level, ago_us in (
        ("glasses-1", 2, 9 * MINUTE_US),
        ("glasses-1", 2, 2 * MINUTE_US),
        ("glasses-1", 1, MINUTE_US),  # a message that buzzes is no search
        ("glasses-2", 2, MINUTE_US),
        ("glasses-1", 0, MINUTE_US // 2),
    ):
        sent = commands.send(device, "alert", level, NOW_US - ago_us)
    commands.send("glasses-1", "restart", 0, NOW_US)
    answer = wire.Answer(id=sent, done=True, at_us=NOW_US)
    commands.answered(answer)

    found = alerts(path, "glasses-1", NOW_US - 5 * MINUTE_US)
    assert found == commands.alerts("glasses-1", NOW_US - 5 * MINUTE_US)
    rang, ended = found
    assert (rang.command.level, rang.at_us) == (2, NOW_US - 2 * MINUTE_US)
    assert not rang.waits(NOW_US)
    assert rang.waits(NOW_US - 2 * MINUTE_US + 1)
    assert (ended.command.level, ended.answer) == (0, answer)
    assert alerts(tmp_path / "none.db", "glasses-1", 0) == []


def test_an_answer_to_nobody_changes_nothing(commands):
    commands.answered(wire.Answer(id="unheard of", done=True, at_us=0))

    assert commands.answer("unheard of") is None


def test_is_forgotten_a_month_after_it_was_too_late(commands):
    month_us = 30 * 86_400_000_000
    first = commands.send("glasses-1", "alert", 2, NOW_US)
    commands.answered(wire.Answer(id=first, done=True, at_us=NOW_US))

    commands.send("glasses-2", "alert", 2, NOW_US + MINUTE_US + month_us)
    assert commands.answer(first) is not None

    commands.send("glasses-2", "alert", 2, NOW_US + MINUTE_US + month_us + 1)
    assert commands.answer(first) is None
    assert len(commands.alerts("glasses-2", 0)) == 2
