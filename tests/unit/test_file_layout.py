"""A SQLite file of ours that another release laid out: named, and left as it is."""

import contextlib
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from ingest import commands, deadletters, gateways
from ingest.archive import Archive
from ingest.commands import Commands
from ingest.deadletters import DeadLetters
from ingest.gateways import Gateways
from ingest.influx.outbox import Outbox
from ingest.layout import FileUnusable
from ingest.ledger import Ledger
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from kindstep.cli import main
from tests.batches import batch
from tests.books import START_US, Books
from web.accounts.sign_in_file import SignInFile

OTHER = 99


def open_commands(path):
    return Commands(path, lambda _topic, _payload: None)


def open_outbox(path):
    return Outbox(path, 1 << 20)


def open_sign_in(path):
    return contextlib.nullcontext(SignInFile(path))


def open_hour(path):
    return SqliteLog(path.parent)


#: What opens each of them, and what reads it beside another process.
FILES = {
    "log/20231114T22-0000000000000000001.db": (
        open_hour,
        lambda path: SqliteLog(path.parent, read_only=True),
    ),
    "dead-letters.db": (DeadLetters, deadletters.tallies),
    "commands.db": (open_commands, lambda path: commands.alerts(path, "glasses-3f", 0)),
    "gateways.db": (Gateways, gateways.last_heard),
    "outbox.db": (open_outbox, None),
    "sign-in.db": (open_sign_in, None),
}


def closing(opened):
    return opened if hasattr(opened, "__exit__") else contextlib.closing(opened)


def stamp(path, layout):
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {layout}")


def dump(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


@pytest.fixture(params=FILES)
def name(request):
    return request.param


@pytest.fixture
def path(name, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    with closing(FILES[name][0](path)) as opened:
        if isinstance(opened, SqliteLog):
            opened.append([Arrival(START_US, "hall", 0, batch(0))])
    return path


def test_one_of_another_layout_is_named_and_left_alone(name, path):
    stamp(path, OTHER)
    before = dump(path)

    for opens in filter(None, FILES[name]):
        says = f"{path} has layout {OTHER}, this kindstep reads layout 1: "
        with pytest.raises(FileUnusable, match=re.escape(says)):
            opens(path)
    assert dump(path) == before


def test_one_that_is_no_database_is_named(name, path):
    path.write_bytes(b"spilt coffee\n" * 100)
    for leftover in path.parent.glob(f"{path.name}-*"):
        leftover.unlink()

    for opens in filter(None, FILES[name]):
        with pytest.raises(FileUnusable, match=re.escape(f"{path} is no database")):
            opens(path)


def test_many_may_make_it_at_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        files = list(pool.map(SignInFile, [tmp_path / "sign-in.db"] * 8))

    assert {tuple(file.ask("SELECT * FROM tokens", ())) for file in files} == {()}


def test_nobody_reads_what_is_only_begun(tmp_path):
    (tmp_path / "begun.db").touch()

    assert deadletters.tallies(tmp_path / "begun.db") == []
    assert commands.pairings(tmp_path / "begun.db", "glasses-3f", 0) == []
    assert gateways.last_heard(tmp_path / "begun.db") == []
    assert gateways.batteries(tmp_path / "begun.db", ["glasses-3f"]) == {}


def test_a_file_that_names_no_hour_is_named(tmp_path):
    (tmp_path / "copy of an hour.db").touch()

    with pytest.raises(FileUnusable, match=r"copy of an hour\.db is no hour of the log"):
        SqliteLog(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"version": 99}', "has layout 99, this kindstep reads layout 1"),
        ("spilt coffee", "cannot be read: JSON is malformed"),
        ('{"hours": 5}', "cannot be read: Expected `array`"),
    ],
)
def test_a_manifest_of_another_layout_is_named(tmp_path, content, says):
    (tmp_path / "manifest.json").write_text(content)

    with pytest.raises(FileUnusable, match=re.escape(f"{tmp_path / 'manifest.json'} {says}")):
        Archive(tmp_path).last()


def test_accounts_of_another_layout_are_counted_again(tmp_path):
    books = Books(tmp_path)
    books.receive(batch(0), batch(1))
    books.reopen(kept=True)
    was = books.report("glasses-3f", "accel")
    books.close()
    stamp(books.ledger, OTHER)

    with pytest.raises(FileUnusable, match=f"has layout {OTHER}, this"):
        Ledger(books.ledger, read_only=True)
    books.reopen()
    assert books.report("glasses-3f", "accel") == was
    books.close()


@pytest.mark.parametrize("command", ["up --no-web", "audit", "deadletters list"])
def test_a_command_says_it_in_one_line(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "kindstep-data"
    books = Books(data / "ingest")
    books.receive(batch(0))
    books.close()
    DeadLetters(data / "ingest" / "dead-letters.db").close()
    (data / "ingest" / "log").rename(data / "log")
    (hour,) = (data / "log").glob("*.db")
    for path in (hour, data / "ingest" / "dead-letters.db"):
        stamp(path, OTHER)
    refused = CliRunner().invoke(main, command.split())

    file = data / "ingest" / "dead-letters.db" if command.startswith("dead") else hour
    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert refused.output.startswith(f"Error: {file} has layout {OTHER}, this kindstep reads")
    assert refused.output.count("\n") == 1
