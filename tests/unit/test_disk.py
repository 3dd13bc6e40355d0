"""How long the disk lasts, and what the doctor says of it and of backups."""

import shutil
import time
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from ingest.archive import Retention
from ingest.archive.growth import Growth, StreamGrowth
from ingest.log.hour_file import HOUR_US
from kindstep.backups import keeping
from kindstep.cli import main
from kindstep.disk import Forecast
from kindstep.doctor import examine
from kindstep.settings import Settings
from kindstep.stores import open_store
from tests.books import START_US, Books, walk

GB = 10**9


def lasts(free_bytes, *, backups_here):
    growth = Growth((StreamGrowth("accel", 4 * GB, 1.0 * GB),), 0, 0)
    forecast = Forecast(growth, free_bytes, backups_here, is_away=False, retention=Retention())
    return forecast.days


def test_backups_beside_it_take_their_room():
    assert lasts(10 * GB, backups_here=False) == 10
    assert lasts(10 * GB, backups_here=True) == 2  # a third of what proving leaves
    assert lasts(3 * GB, backups_here=True) == 0


@pytest.fixture
def settings(tmp_path):
    """A hub's settings with an hour of archive and a folder for backups."""
    data = tmp_path / "data"
    (data / "ingest").mkdir(parents=True)
    books = Books(data, data / "ingest" / "accounts.db")
    books.receive(walk(0, 100, 0))
    books.accounts.keep()
    books.archive.seal(books.log, START_US + 3 * HOUR_US, books.log.last)
    books.close()
    open_store(Settings(data=data)).close()
    path = tmp_path / "kindstep.toml"
    path.write_text(f'data = "{data}"\n[backup]\nfolder = "{tmp_path}/backups"\nevery_h = 6\n')
    return path


def findings(settings, word):
    return [(found.well, found.says) for found in examine(settings) if word in found.says]


def test_an_operator_sees_what_grows_and_for_how_long(settings):
    result = CliRunner().invoke(main, ["archive", "show", "--settings", str(settings)])

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["stream", "accel", "together"]
    assert lines[3] == "measured over 1 h, until 2023-11-14 23:00Z"
    assert lines[4].endswith("GB free: room for more than ten years")
    assert "backups lie on the same disk" in lines[5]


def archive(settings, *words):
    result = CliRunner().invoke(main, ["archive", *words, "--settings", str(settings)])
    assert result.exit_code == 0, result.output
    return result.output


def test_what_is_old_waits_for_an_export(settings):
    settings.write_text(settings.read_text() + "[archive.keep_days]\naccel = 30\n")
    shown = archive(settings, "show").splitlines()
    assert shown[1].split()[-1] == "30"
    assert "0.00 MB wait" not in shown[-1]

    days = ("--from", "2023-11-14", "--to", "2023-11-14")
    assert archive(settings, "exported", *days).startswith("accel of these days may be dropped")
    shown = archive(settings, "show").splitlines()
    assert "nothing goes before it is exported: 0.00 MB wait" in shown[-1]


def test_samples_are_kept_a_week_at_least(settings):
    settings.write_text(settings.read_text() + "[archive.keep_days]\naccel = 6\n")
    result = CliRunner().invoke(main, ["archive", "show", "--settings", str(settings)])

    assert result.exit_code == 2
    assert ">= 7" in result.output


def test_an_archive_that_is_empty_says_so(tmp_path):
    path = tmp_path / "kindstep.toml"
    path.write_text(f'data = "{tmp_path}/none"\n')

    result = CliRunner().invoke(main, ["archive", "show", "--settings", str(path)])

    assert result.exit_code == 0
    assert result.output.startswith(f"nothing is sealed in {tmp_path}/none")


def test_the_doctor_warns_of_a_disk_that_is_soon_full(settings, monkeypatch):
    ((well, _),) = findings(settings, "of archive")
    assert well

    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    assert findings(settings, "of archive") == [
        (False, "room for about 0 days of archive (kindstep archive show)")
    ]


def test_the_doctor_says_what_it_may_not_look_at(settings, tmp_path):
    (tmp_path / "data" / "archive" / "manifest.json").unlink()
    (tmp_path / "data" / "archive").rename(tmp_path / "moved")
    (tmp_path / "data" / "archive").write_text("no folder")

    ((well, says),) = findings(settings, "cannot be looked at")
    assert not well
    assert "manifest.json" in says


def test_the_doctor_knows_how_old_the_last_proved_backup_is(settings, tmp_path):
    into = tmp_path / "backups"
    assert findings(settings, "backup") == [(False, f"no backup in {into} was proved yet")]

    def back_up(hours_ago):
        now_us = round((time.time() - 3600 * hours_ago) * 1e6)
        chosen = Settings(data=tmp_path / "data")
        keeping.back_up(chosen, into, lambda: now_us, lambda _: None)

    back_up(13)
    assert findings(settings, "backup") == [
        (False, "the last proved backup is 13.0 h old, one is due every 6 h")
    ]
    back_up(7)
    assert findings(settings, "backup") == [
        (True, "the last proved backup is 7.0 h old, one is due every 6 h")
    ]


def test_the_doctor_names_a_backup_that_cannot_be_read(settings, tmp_path):
    broken = tmp_path / "backups" / "20260101T000000Z" / "backup.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")

    ((well, says),) = findings(settings, "is no backup")
    assert not well
    assert str(broken.parent) in says
