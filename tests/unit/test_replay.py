"""A letter that nobody could read is stored once, after whatever was wrong was mended."""

import threading

import pytest
from click.testing import CliRunner

from gateway.wire import batch_topic, encode
from ingest.deadletters import DeadLetter, DeadLetters
from ingest.replay import Replay
from ingest.settling import Settling
from kindstep.cli import main
from kindstep.folder import Folder
from tests.books import START_US, Books, beats, walk

WALK, BEATS = walk(100, 150, 1), beats([START_US], [70], 0)


class Hub:
    """What an older hub left behind that could read neither WALK nor BEATS."""

    def __init__(self, root):
        self.folder = Folder(root)
        self.folder.ingest.mkdir(parents=True)
        self.books = Books(root, ledger=self.folder.ledger)
        self.letters = DeadLetters(self.folder.dead_letters)
        self.books.receive(walk(0, 100, 0))
        self.bury(WALK)
        self.bury(BEATS)
        self.books.receive(walk(150, 200, 2))

    def bury(self, batch):
        reason = "batch: of a time to come"
        topic = batch_topic("hall", batch.device)
        self.letters.keep([DeadLetter(START_US, topic, reason, encode(batch))])
        lane = (batch.device, batch.boot, batch.stream)
        accounts = self.books.accounts
        refused = accounts.set_aside(START_US, "hall", lane, batch.sequence, reason)
        self.books.log.append([], refused)
        accounts.committed()

    def run(self):
        books = self.books
        settling = Settling(books.log, books.accounts, self.letters, threading.Event())

        def settle(messages):
            settling.settle(messages)
            return True

        Replay(self.letters, settle, lambda: START_US).run()

    def close(self):
        self.letters.close()
        self.books.close()


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path / "data")
    yield hub
    hub.close()


def batches(hub):
    return [(e.batch.stream, e.batch.sequence) for e in hub.books.entries()]


def test_nothing_happens_unasked(hub):
    hub.run()

    assert batches(hub) == [("accel", 0), ("accel", 2)]
    assert len(hub.letters.latest()) == 2


@pytest.mark.parametrize("kept", [False, True])
def test_it_is_stored_and_its_gap_is_filled(hub, kept):
    hub.letters.ask([1, 2])
    hub.run()

    assert batches(hub) == [("accel", 0), ("accel", 2), ("accel", 1), ("heart_rate", 0)]
    assert hub.letters.latest() == {}
    hub.books.reopen(kept=kept)
    report = hub.books.report("glasses-3f", "accel")
    assert (report.stored, report.missing, report.lanes) == (200, 0, ())


@pytest.mark.parametrize("sealed", [False, True])
def test_a_hub_that_was_killed_in_between_stores_it_once(hub, sealed):
    letters = hub.letters.latest()
    hub.letters.ask(letters)
    hub.run()
    hub.letters.keep(list(letters.values()))  # as if they had not been forgotten
    if sealed:
        hub.books.archive.seal(hub.books.log, START_US * 2, hub.books.log.last)
    hub.books.reopen()
    hub.letters.ask(hub.letters.latest())
    hub.run()

    assert len(batches(hub)) == 4
    assert hub.letters.latest() == {}


def test_what_still_cannot_be_used_stays_with_the_new_reason(hub):
    status = DeadLetter(START_US, "kindstep/v1/hall/status", "status: odd", b"\x80")
    broken = DeadLetter(START_US, batch_topic("hall", "strap-1"), "batch: odd", b"\x80")
    hub.letters.keep([status, broken])
    hub.letters.ask([3, 4])
    hub.run()

    reasons = [letter.reason for letter in hub.letters.find([3, 4]).values()]
    assert reasons[0].startswith("status: Object missing")
    assert reasons[1].startswith("batch: Object missing")
    assert hub.letters.asked(9) == {}


class Running:
    """A hub that looks for letters all the time, as ingest does."""

    def __init__(self, hub):
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(hub,))

    def _run(self, hub):
        while not self._over.wait(0.02):
            hub.run()

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


@pytest.fixture
def run(hub, tmp_path):
    settings = tmp_path / "kindstep.toml"
    settings.write_text(f'data = "{hub.folder.root}"\n')

    def run(verb, *arguments):
        command = ["deadletters", verb, "--settings", str(settings), *arguments]
        return CliRunner().invoke(main, command)

    return run


def test_the_command_lists_and_shows(run):
    listed = run("list").output.splitlines()
    assert listed[0] == ("batch: 2 came, 0 were stored later, 0 were dropped to make room")
    assert [line.split()[0] for line in listed[1:]] == ["2", "1"]
    assert listed[1].endswith("batch: of a time to come")

    assert '"sequence": 1' in run("show", "1").output
    for verb in ("show", "replay"):
        assert run(verb, "7").output == "Error: there is no letter 7\n"


def test_the_command_has_them_tried_again(hub, run):
    broken = DeadLetter(START_US, batch_topic("hall", "strap-1"), "batch: odd", b"\x80")
    hub.letters.keep([broken])
    with Running(hub):
        one = run("replay", "1")
        rest = run("replay", "--all")

    assert (one.exit_code, one.output) == (0, "1 stored, 0 still cannot be used\n")
    assert rest.exit_code == 1
    assert rest.output.startswith("1 stored, 1 still cannot be used\n3  batch: Object")
    assert len(batches(hub)) == 4
