"""Each way in which the accounts could be wrong is one that counting again finds."""

import sqlite3
from contextlib import closing

import msgspec
import pytest
from click.testing import CliRunner

from ingest.audit import differences
from ingest.ledger import Ledger
from ingest.log import Arrival
from kindstep.cli import main
from kindstep.folder import Folder
from tests.books import START_US, Books, beats, walk


@pytest.fixture
def books(tmp_path):
    """Give books with a bit of everything, half of it sealed."""
    folder = Folder(tmp_path / "data")
    folder.ingest.mkdir(parents=True)
    books = Books(folder.root, ledger=folder.ledger)
    books.receive(walk(0, 100, 0), walk(150, 200, 2), walk(0, 80, 0, boot=8))
    give_up(books, 1)
    give_up(books, 4)
    forget(books, walk(0, 1, 1_000_000, boot=8))
    heard(books, boot=5, after_us=0)
    books.archive.seal(books.log, START_US * 2, books.log.last)
    books.receive(walk(200, 300, 4), walk(200, 210, 1, boot=8))
    heard(books, boot=6, after_us=100_000)
    books.receive(*[beats([START_US + n * 1_000_000], [71], n, boot=9) for n in range(30, 40)])
    books.accounts.keep()
    yield books
    books.close()


def give_up(books, sequence):
    refused = books.accounts.set_aside(
        START_US, "hall", ("glasses-3f", 7, "accel"), sequence, "set_aside: too large"
    )
    books.log.append([], refused)
    books.accounts.committed()


def forget(books, batch):
    lane = (batch.device, batch.boot, batch.stream)
    books.log.append([], books.accounts.give_up(START_US, "hall", lane, batch.sequence))
    books.accounts.committed()


def heard(books, *, boot, after_us):
    for n in range(20):
        books.receive(beats([START_US + n * 1_000_000 + after_us], [70], n, boot=boot))


def found(books):
    with Ledger(books.ledger, read_only=True) as ledger:
        return list(differences(ledger, books.journal))


def damage(books, sql, *values):
    with closing(sqlite3.connect(books.ledger)) as db, db:
        assert db.execute(sql, values).rowcount == 1


def test_what_is_right_is_right(books):
    assert found(books) == []


@pytest.mark.parametrize("kept", [False, True])
def test_so_it_is_after_the_hub_was_killed(books, kept):
    books.receive(walk(300, 400, 5), walk(120, 130, 6))
    books.reopen(kept=kept)
    books.accounts.keep()

    assert found(books) == []


def test_what_came_since_the_accounts_were_kept_is_left_out(books):
    books.receive(walk(300, 400, 5))

    assert found(books) == []


@pytest.mark.parametrize("what", ["stored", "overlap", "echo"])
def test_a_wrong_count_is_named(books, what):
    stream = "heart_rate" if what == "echo" else "accel"
    with Ledger(books.ledger) as ledger:
        device = "strap-1" if what == "echo" else "glasses-3f"
        tally = ledger.account((device, stream)).tally
    setattr(tally, what, getattr(tally, what) + 1)
    damage(
        books,
        "UPDATE stream SET tally = ? WHERE stream = ?",
        msgspec.msgpack.encode(tally),
        stream,
    )

    (line,) = found(books)
    assert line.startswith(f"{device} {stream}: ")
    assert what in line


def test_a_range_that_nobody_stored_is_named(books):
    spans = msgspec.msgpack.encode([(0, 300, START_US, START_US)])
    damage(books, "UPDATE coverage SET spans = ?", spans)

    assert found(books) == [
        "glasses-3f accel boot 1: stored are [(0, 100), (150, 300)], "
        "the accounts say [(0, 300)]"
    ]


def test_a_mark_that_runs_ahead_is_named(books):
    damage(books, "UPDATE lane SET upto = 9 WHERE boot = 7")

    assert found(books) == [
        "glasses-3f accel connection 7: settled are [(0, 3), (4, 5)], "
        "the accounts say [(0, 10)]"
    ]


def test_what_was_given_up_is_no_secret(books):
    damage(books, "UPDATE lane SET given_up = ? WHERE boot = 7", msgspec.msgpack.encode([]))

    (line,) = found(books)
    assert "given up are [(1, 2)], the accounts say []" in line


def test_a_silence_less_is_noticed(books):
    damage(books, "UPDATE rhythm SET runs = ?", msgspec.msgpack.encode([]))

    assert found(books) == ["strap-1 heart_rate: its silences are not those of the accounts"]


def test_a_sample_that_is_stored_twice_is_named(books):
    twins = (walk(210, 220, 7), beats([START_US], [70], 0, boot=5))
    books.log.append([Arrival(START_US, "hall", 0, twins[0])])  # past the accounts
    at_us = START_US + 7_200_000_000  # the log itself would know it within the hour
    books.archive.seal(books.log, START_US * 2, books.log.last)
    books.log.append([Arrival(at_us, "hall", 0, twins[1])])
    damage(books, "UPDATE position SET upto = 1000")

    lines = found(books)

    assert "glasses-3f accel boot 1: sample 210 is stored twice" in lines
    assert "strap-1 heart_rate boot 5: batch 0 is stored twice" in lines


def audit(folder):
    settings = folder.parent / "kindstep.toml"
    settings.write_text(f'data = "{folder}"\n')
    return CliRunner().invoke(main, ["audit", "--settings", str(settings)])


def test_the_command_ends_well_beside_a_hub(books):
    result = audit(books.folder)

    assert (result.exit_code, result.output.count("\n")) == (0, 1), result.output
    assert "0 differences" in result.output


def test_the_command_ends_with_1_and_the_lines(books):
    damage(books, "UPDATE lane SET upto = 9 WHERE boot = 7")

    result = audit(books.folder)

    assert result.exit_code == 1
    assert "the accounts say [(0, 10)]" in result.output


def test_the_command_finds_a_file_that_was_changed(books):
    path = next(books.archive._folder.glob("*/*accel.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    result = audit(books.folder)

    assert result.exit_code == 1
    assert f"{path.name}: is not what was sealed" in result.output
