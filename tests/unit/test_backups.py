"""Backups: whole or not there, proved before they count, put back only over nothing."""

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from ingest.archive import Retention
from ingest.log import Entry, Head
from ingest.log.hour_file import HOUR_US
from kindstep import stores
from kindstep.backups import keeping, schedule
from kindstep.backups.contents import NAME, BadBackup, found, read
from kindstep.backups.restoring import restore
from kindstep.backups.taking import POOL
from kindstep.cli import main
from kindstep.settings import BackupSettings, Settings, StoreSettings
from kindstep.tables import METADATAS
from people import registry
from tests import people_world
from tests.books import START_US, Books, walk

DAY_US = 24 * HOUR_US


def ignore(_bytes):
    """No progress bar."""


class Hub:
    """A data folder with a sealed hour, an open one, people and secrets."""

    def __init__(self, folder, store=None):
        self.settings = Settings(data=folder / "data", store=store)
        self.into = folder / "backups"
        self.now_us = START_US + DAY_US
        data = self.settings.data
        (data / "ingest").mkdir(parents=True)
        self.books = Books(data, data / "ingest" / "accounts.db")
        self.store = stores.open_store(self.settings)
        self.store.write(people_world.populate)
        (data / "secrets").mkdir()
        (data / "secrets" / "site-seed").write_text("7")
        self.walk(0)
        self.seal()
        self.walk(1)

    def walk(self, hour):
        at_us = START_US + hour * HOUR_US
        self.books.receive(walk(100 * hour, 100 * hour + 100, hour), received_us=at_us)
        self.books.accounts.keep()

    def seal(self):
        end_us = START_US + 3 * HOUR_US
        return self.books.archive.seal(self.books.log, end_us, self.books.log.last)

    def back_up(self):
        self.now_us += DAY_US
        return keeping.back_up(
            self.settings, self.into, lambda: self.now_us, lambda _bytes: None
        )

    def close(self):
        self.store.close()
        self.books.close()


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    yield hub
    hub.close()


def restored(backup, folder, store=None):
    settings = Settings(data=folder / "restored", store=store)
    restore(backup, settings, ignore)
    return settings


def rows(store):
    with store.reading() as db:
        return {
            table.name: set(db.execute(sa.select(table)).all())
            for metadata in METADATAS
            for table in metadata.sorted_tables
        }


def test_everything_is_there_again(hub, tmp_path):
    settings = restored(hub.back_up().folder, tmp_path)

    again = Books(settings.data, settings.data / "ingest" / "accounts.db")
    assert again.entries() == hub.books.entries()
    assert again.report("glasses-3f", "accel") == hub.books.report("glasses-3f", "accel")
    again.close()
    store = stores.open_store(settings)
    assert rows(store) == rows(hub.store)
    store.close()
    assert (settings.data / "secrets" / "site-seed").read_text() == "7"
    assert (settings.data / "secrets" / "site-seed").stat().st_mode & 0o77 == 0


def test_a_restored_hub_goes_on(hub, tmp_path):
    settings = restored(hub.back_up().folder, tmp_path)

    again = Books(settings.data, settings.data / "ingest" / "accounts.db")
    more = walk(200, 300, 2)
    (entry,) = again.receive(more, received_us=START_US + 2 * HOUR_US)
    assert entry.position == hub.books.log.last() + 1
    assert again.receive(more, received_us=START_US + 2 * HOUR_US) == []
    again.close()


def test_a_file_of_the_archive_is_copied_once(hub):
    first = hub.back_up()
    (sealed,) = (hub.into / POOL).rglob("*.parquet")
    written_ns = sealed.stat().st_mtime_ns
    hub.books.archive.seal(hub.books.log, START_US + 9 * HOUR_US, hub.books.log.last)
    second = hub.back_up()

    assert len(second.contents.archive) == len(first.contents.archive) + 1
    assert sealed.stat().st_mtime_ns == written_ns


def test_the_newest_are_kept_and_what_they_need(hub):
    for _ in range(3):
        hub.back_up()
    last = found(hub.into)[-1]

    assert keeping.thin(hub.into, 1) == 2
    assert found(hub.into) == [last]
    assert read(last).archive
    assert all((hub.into / POOL / file.path).exists() for file in read(last).archive)


def test_one_is_taken_whenever_it_is_due_and_again_after_a_failure(hub):
    settings = BackupSettings(folder=hub.into, every_h=6, keep=2)
    waited_s, said = [], []

    def ends(wait_s):
        waited_s.append(wait_s)
        hub.now_us += round(wait_s * 1e6)
        if len(waited_s) == 3:
            hub.into.rename(hub.into.with_name("unplugged"))
            hub.into.write_text("a file where a folder belongs")
        if len(waited_s) == 4:
            hub.into.unlink()
            hub.into.with_name("unplugged").rename(hub.into)
        return len(waited_s) == 6

    schedule.go_on(hub.settings, settings, ends, lambda: hub.now_us, said.append)

    assert waited_s == [60, 6 * 3600, 6 * 3600, 600, 6 * 3600, 6 * 3600]
    assert ["no backup" in each for each in said] == [False, False, True, False, False]
    kept = [each.contents.taken_us for each in keeping.proved(hub.into)]
    assert kept == [hub.now_us - 12 * HOUR_US, hub.now_us - 6 * HOUR_US]


def test_what_no_backup_needs_goes_with_the_last_that_did(hub):
    backup = hub.back_up().folder
    stray = hub.into / POOL / "stray.parquet"
    stray.write_bytes(b"nobody names me")

    keeping.thin(hub.into, 1)

    assert not stray.exists()
    assert found(hub.into) == [backup]


@pytest.mark.parametrize("name", ["study.db", "ingest/accounts.db", "archive/manifest.json"])
def test_a_spoilt_file_is_named_and_nothing_is_put_back(hub, tmp_path, name):
    backup = hub.back_up().folder
    spoilt = backup / name
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"?")

    with pytest.raises(BadBackup, match=f"{name} is not as it was"):
        restored(backup, tmp_path)
    assert not (tmp_path / "restored").exists()


WEEK = Retention({"accel": 7}, until_exported=False)


def test_what_is_dropped_before_or_during_a_backup_does_not_spoil_it(hub, tmp_path):
    hub.seal()
    hub.walk(2)
    old_us = START_US + 9 * DAY_US

    def drops_meanwhile(_bytes):
        hub.books.archive.drop(WEEK, old_us)

    for progress in (drops_meanwhile, ignore, ignore):
        hub.now_us += DAY_US
        keeping.back_up(hub.settings, hub.into, lambda: hub.now_us, progress)
    hub.books.archive.export("me", (0, old_us), None, old_us)
    settings = restored(hub.back_up().folder, tmp_path)

    again = Books(settings.data, settings.data / "ingest" / "accounts.db")
    assert again.entries() == hub.books.entries()
    assert [type(record) for record in again.entries()] == [Head, Head, Entry]
    assert again.archive.exports() == hub.books.archive.exports()
    again.archive.drop(WEEK, old_us)  # what was leaving when it was copied is not there
    again.close()


def test_a_missing_file_of_the_archive_is_named(hub, tmp_path):
    backup = hub.back_up()
    path = backup.contents.archive[0].path
    (hub.into / POOL / path).unlink()

    with pytest.raises(BadBackup, match=path):
        restored(backup.folder, tmp_path)


def test_a_backup_of_spoilt_data_is_no_proved_one(hub):
    hub.back_up()
    hub.books.archive.manifest()
    (sealed,) = hub.settings.data.rglob("*.parquet")
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"?")
    for pooled in (hub.into / POOL).rglob("*.parquet"):
        pooled.unlink()

    with pytest.raises(BadBackup, match="is not right"):
        hub.back_up()
    assert len(keeping.proved(hub.into)) == 1
    assert len(found(hub.into)) == 2
    assert keeping.thin(hub.into, 1) == 0  # the last proved one stays, whatever came after


def test_a_folder_with_something_in_it_is_left_alone(hub, tmp_path):
    backup = hub.back_up().folder
    (tmp_path / "restored").mkdir()
    (tmp_path / "restored" / "mine").touch()

    with pytest.raises(BadBackup, match="is not empty"):
        restored(backup, tmp_path)


def test_what_was_cut_short_is_no_backup(hub):
    left = hub.into / "20200101T000000Z.unfinished"
    left.mkdir(parents=True)
    (left / "study.db").touch()

    hub.back_up()

    assert not left.exists()
    assert len(found(hub.into)) == 1


def test_a_backup_of_a_newer_release_is_refused(hub, tmp_path):
    backup = hub.back_up().folder
    contents = json.loads((backup / NAME).read_bytes())
    (backup / NAME).write_text(json.dumps(contents | {"revision": "9999"}))

    with pytest.raises(BadBackup, match="newer kindstep"):
        restored(backup, tmp_path)


def in_database(postgresql):
    url = postgresql.database().render_as_string(hide_password=False)
    return StoreSettings(url=url)


def test_tables_move_between_databases(hub, tmp_path, postgresql):
    there = restored(hub.back_up().folder, tmp_path, in_database(postgresql))
    store = stores.open_store(there)
    assert rows(store) == rows(hub.store)
    store.write(
        lambda db: registry.add_person(db, registry.Person("p-new", registry.Role.COACH), 1)
    )
    backup = keeping.back_up(there, hub.into, lambda: 9 * DAY_US, ignore)

    back = Settings(data=tmp_path / "back")
    restore(backup.folder, back, ignore)
    in_file = stores.open_store(back)
    assert rows(in_file) == rows(store)
    in_file.close()
    store.close()


def test_a_database_with_rows_is_left_alone(hub, tmp_path, postgresql):
    chosen = in_database(postgresql)
    store = stores.open_store(Settings(data=tmp_path / "other", store=chosen))
    store.write(people_world.populate)
    before = rows(store)

    with pytest.raises(BadBackup, match="database that the settings name is not empty"):
        restored(hub.back_up().folder, tmp_path, chosen)
    assert rows(store) == before
    store.close()


@pytest.fixture
def run(hub, tmp_path):
    settings = tmp_path / "kindstep.toml"
    settings.write_text(
        f'data = "{hub.settings.data}"\n[backup]\nfolder = "{hub.into}"\nkeep = 2\n'
    )
    other = tmp_path / "other.toml"
    other.write_text(f'data = "{tmp_path / "other"}"\n')

    def run(*arguments, file=settings):
        return CliRunner().invoke(main, [*arguments, "--settings", str(file)])

    run.other = other
    return run


def test_an_operator_backs_up_and_restores(hub, run, tmp_path):
    assert "restored aside and right" in run("backup").output
    (backup,) = found(hub.into)

    result = run("restore", str(backup), file=run.other)

    assert result.exit_code == 0
    assert f"is as it was when {backup.name} was taken" in result.output
    assert (tmp_path / "other" / "study.db").exists()


def test_what_is_no_backup_is_said_in_one_line(run, tmp_path):
    result = run("restore", str(tmp_path), file=run.other)

    assert result.exit_code == 1
    assert f"{tmp_path} is no backup" in result.output
    assert len(result.output.splitlines()) == 1


def test_without_a_place_to_put_it_nothing_is_copied(run):
    result = run("backup", file=run.other)

    assert result.exit_code == 2
    assert "say where with --to" in result.output
