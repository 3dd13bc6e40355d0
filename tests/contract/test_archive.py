"""The archive over every shelf: a folder, and object storage behind a real S3 server."""

import itertools
import logging
from itertools import pairwise

import pytest
from msgspec.structs import replace as changed

from ingest.archive import Archive, Retention, Selection, ShelfAway, hour
from ingest.archive.objects import s3
from ingest.archive.shelf import FolderShelf
from ingest.journal import Journal
from ingest.log import Entry, Head
from ingest.log.hour_file import HOUR_US
from kindstep.backups import keeping
from kindstep.backups.restoring import restore
from kindstep.settings import ArchiveSettings, Settings
from kindstep.shelves import open_archive
from kindstep.stores import open_store
from tests.books import START_US, Books, beats, walk
from tests.objects import ACCESS_KEY, BUCKET, SECRET_KEY, ObjectServer

LATER_US = START_US + 3 * HOUR_US
OLD_US = START_US + 9 * 24 * HOUR_US
WEEK = Retention({"accel": 7}, until_exported=False)
_prefixes = (f"{BUCKET}/archive-{n}" for n in itertools.count())


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = ObjectServer(tmp_path_factory.mktemp("objects")).start()
    yield server
    server.stop()


def in_folder(folder, _request):
    return FolderShelf(folder)


def in_objects(_folder, request):
    server = request.getfixturevalue("server")
    keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
    return s3(next(_prefixes), region="us-east-1", endpoint=server.endpoint, **keys)


@pytest.fixture(params=[in_folder, in_objects])
def shelf(request, tmp_path):
    return request.param(tmp_path / "archive", request)


@pytest.fixture
def archive(tmp_path, shelf):
    return Archive(tmp_path / "archive", shelf)


@pytest.fixture
def books(tmp_path, archive):
    """Give books with two streams and a refusal, not sealed yet."""
    books = Books(tmp_path, archive=archive)
    books.receive(walk(0, 100, 0), walk(60, 160, 0, boot=8))
    books.receive(*[beats([START_US + n * 1_000_000], [70], n) for n in range(9)])
    yield books
    books.close()


def seal(books):
    return books.archive.seal(books.log, LATER_US, books.log.last)


def test_gives_back_what_was_sealed(books):
    entries, refusals = books.entries(), list(books.journal.refusals())
    assert seal(books) == 1

    assert books.log.read(0, 1) == []
    assert books.entries() == entries
    assert list(books.journal.refusals()) == refusals
    (found,) = books.archive.batches(Selection({"strap-1"}, span_us=(START_US, START_US + 1)))
    assert found == entries[2]
    assert list(books.archive.spoilt()) == []


def test_many_devices_share_several_files_by_name(books, monkeypatch):
    monkeypatch.setattr(hour, "_DEVICES_IN_A_FILE", 2)
    names = [f"glasses-{n}" for n in range(5)]
    books.receive(*[changed(walk(0, 50, 0), device=name) for name in names])
    entries = books.entries()
    seal(books)
    assert books.entries() == entries

    files = [f for f in books.archive.manifest().files() if f.stream == "accel"]
    apart = [file.devices for file in files]
    assert all(first <= last for first, last in apart)
    assert all(before[1] < after[0] for before, after in pairwise(apart))
    for name in names:
        asked = Selection([name])
        assert [file.devices for file in files if asked.may_be_in(file)] == [
            ends for ends in apart if ends[0] <= name <= ends[1]
        ]
        mine = [entry for entry in entries if entry.batch.device == name]
        assert list(books.archive.batches(asked)) == mine


def test_another_reader_sees_the_same(books, shelf, tmp_path):
    seal(books)

    assert list(Archive(tmp_path / "archive", shelf).entries()) == books.entries()
    assert books.archive.query("SELECT count(*), max(v0) FROM accel") == [(160, 159)]
    manifest = shelf.files.open_input_file("manifest.json").readall()
    assert manifest == (tmp_path / "archive" / "manifest.json").read_bytes()


def test_a_file_that_nobody_named_is_not_there(books, shelf):
    seal(books)
    accel = next(f for f in books.archive.manifest().files() if f.stream == "accel")
    with shelf.files.open_input_stream(accel.path) as source:
        content = source.readall()
    with shelf.files.open_output_stream(accel.path.replace("accel", "stray")) as stray:
        stray.write(content)

    assert len(books.entries()) == 11


def test_a_file_that_was_changed_is_named(books, shelf):
    seal(books)
    first, second = books.archive.manifest().files()[:2]
    with shelf.files.open_output_stream(first.path) as changed:
        changed.write(b"PAR1")
    shelf.remove(second.path)

    assert set(books.archive.spoilt()) == {first.path, second.path}


def test_samples_go_and_heads_stay(books, shelf):
    seal(books)
    before = {file.path for file in books.archive.manifest().files()}
    assert books.archive.drop(WEEK, OLD_US) == 1
    (left,) = before - {file.path for file in books.archive.manifest().files()}
    assert shelf.files.get_file_info(left).is_file

    books.archive.drop(WEEK, OLD_US)
    assert not shelf.files.get_file_info(left).is_file
    kinds = [type(record) for record in books.entries()]
    assert kinds == [Head, Head, *[Entry] * 9]
    shelf.remove(left)  # twice is no error


class TestWithoutTheServer:
    """Object storage that is away for a while."""

    @pytest.fixture
    def shelf(self, request):
        return in_objects(None, request)

    def test_hours_stay_in_the_log(self, books, server):
        entries = books.entries()
        server.stop()
        try:
            with pytest.raises(ShelfAway):
                seal(books)
            assert books.archive.last() == 0
        finally:
            server.start()

        assert books.entries() == entries
        assert seal(books) == 1
        assert books.entries() == entries

    def test_an_echo_waits_to_be_told(self, books, server, caplog):
        seal(books)
        server.stop()
        waits = []

        def gives_up(seconds):
            waits.append(seconds)
            server.start()
            return False

        journal = Journal(books.log, books.archive, gives_up)
        span = (START_US, START_US + HOUR_US)
        with caplog.at_level(logging.WARNING):
            assert len(list(journal.events("strap-1", "heart_rate", *span))) == 9
        assert waits == [1.0]
        assert "waiting for the archive to tell echoes from news" in caplog.text

        server.stop()
        try:
            with pytest.raises(ShelfAway):
                list(Journal(books.log, books.archive).events("strap-1", "heart_rate", *span))
        finally:
            server.start()


def test_a_study_in_object_storage_is_backed_up_and_put_back(tmp_path, server):
    secret = tmp_path / "secret"
    secret.write_text(SECRET_KEY)

    def settings(data):
        chosen = ArchiveSettings(
            url=f"s3://{next(_prefixes)}", endpoint=server.endpoint, access_key=ACCESS_KEY,
            secret_key_file=secret,
        )  # fmt: skip
        return Settings(data=tmp_path / data, archive=chosen)

    first, second = settings("first"), settings("second")
    books = fill(first)
    backup = keeping.back_up(first, tmp_path / "backups", lambda: OLD_US, lambda _: None)
    restore(backup.folder, second, lambda _: None)

    again = opened(second)
    assert again.entries() == books.entries()
    assert list(again.archive.spoilt()) == []
    assert not list((tmp_path / "second").rglob("*.parquet"))
    again.close()
    books.close()


def opened(settings):
    ledger = settings.data / "ingest" / "accounts.db"
    return Books(settings.data, ledger, archive=open_archive(settings))


def fill(settings):
    (settings.data / "ingest").mkdir(parents=True)
    open_store(settings).close()
    books = opened(settings)
    books.receive(walk(0, 100, 0))
    seal(books)
    books.receive(walk(100, 200, 1))
    books.accounts.keep()
    return books
