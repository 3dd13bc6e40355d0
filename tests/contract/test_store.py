"""What every store owes its callers. A new adapter joins by one line in `store`."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from ingest.store import insert_new, insert_once, upsert
from ingest.store.postgresql import PostgresqlStore
from ingest.store.sqlite import SqliteStore

people, pets = sa.MetaData(), sa.MetaData()
person = sa.Table("person", people, sa.Column("name", sa.Text, primary_key=True))
pet = sa.Table(
    "pet", pets, sa.Column("name", sa.Text, primary_key=True), sa.Column("legs", sa.Integer)
)


def in_sqlite(_request, folder):
    path = folder / "a folder?" / "store#1.db"
    return lambda **options: SqliteStore(path, [people, pets], **options)


def in_postgresql(request, _folder):
    url = request.getfixturevalue("postgresql").database()
    return lambda **options: PostgresqlStore(url, [people, pets], **options)


@pytest.fixture(params=[in_sqlite, in_postgresql])
def open_store(request, tmp_path):
    stores, opened = [], request.param(request, tmp_path)

    def open_(**options):
        stores.append(opened(**options))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store):
    return open_store()


def add(name):
    return lambda db: db.execute(sa.insert(person).values(name=name)).rowcount


def names(store):
    with store.reading() as db:
        return db.scalars(sa.select(person.c.name).order_by(person.c.name)).all()


def test_gives_back_what_a_change_returned(store):
    assert store.write(add("ada")) == 1
    assert names(store) == ["ada"]


def test_has_the_tables_of_every_stage(store):
    store.write(lambda db: db.execute(sa.insert(pet).values(name="rex", legs=4)))

    with store.reading() as db:
        assert db.scalar(sa.select(pet.c.legs)) == 4


def test_undoes_a_change_that_fails_and_says_so(store):
    def change(db):
        add("ada")(db)
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError, match="a bug"):
        store.write(change)

    assert names(store) == []
    store.write(add("bob"))
    assert names(store) == ["bob"]


def test_tells_of_a_broken_rule(store):
    store.write(add("ada"))

    with pytest.raises(IntegrityError):
        store.write(add("ada"))


def test_a_reader_sees_one_moment(store):
    store.write(add("ada"))
    with store.reading() as db:
        count = sa.select(sa.func.count()).select_from(person)
        assert db.scalar(count) == 1
        store.write(add("bob"))
        assert db.scalar(count) == 1

    assert names(store) == ["ada", "bob"]


def test_changes_of_many_threads_come_one_after_the_other(store):
    store.write(lambda db: db.execute(sa.insert(pet).values(name="millipede", legs=0)))

    def grow(db):
        legs = db.scalar(sa.select(pet.c.legs))
        db.execute(sa.update(pet).values(legs=legs + 1))

    with ThreadPoolExecutor(8) as threads:
        for _ in range(100):
            threads.submit(store.write, grow)

    with store.reading() as db:
        assert db.scalar(sa.select(pet.c.legs)) == 100


def test_a_change_may_not_wait_for_another(store):
    with pytest.raises(RuntimeError, match="another change"):
        store.write(lambda _db: store.write(add("ada")))


def test_is_there_again_after_closing(open_store):
    first = open_store()
    first.write(add("ada"))
    first.close()

    assert names(open_store()) == ["ada"]


def test_closing_lets_a_change_finish(open_store):
    store, begun, go = open_store(), threading.Event(), threading.Event()

    def slow(db):
        begun.set()
        go.wait(30)
        return add("ada")(db)

    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(store.write, slow)
        begun.wait(30)
        closing = threads.submit(store.close)
        go.set()
        assert writing.result(30) == 1
        closing.result(30)

    assert names(open_store()) == ["ada"]


def test_a_read_only_store_follows_and_never_changes(open_store):
    store = open_store()
    follower = open_store(read_only=True)
    store.write(add("ada"))

    assert names(follower) == ["ada"]
    with pytest.raises(DBAPIError, match=r"read-?only"):
        follower.write(add("bob"))


def test_a_read_only_store_makes_no_table(open_store, tmp_path):
    follower = open_store(read_only=True)

    with pytest.raises(DBAPIError, match=r"unable to open|does not exist"):
        names(follower)
    assert list(tmp_path.iterdir()) == []


def test_puts_a_row_in_place_of_the_one_with_its_key(store):
    rows = [{"name": "rex", "legs": 4}, {"name": "rex", "legs": 3}, {"name": "tux", "legs": 2}]

    store.write(lambda db: db.execute(upsert(db, pet), rows))

    with store.reading() as db:
        assert db.execute(sa.select(pet).order_by(pet.c.name)).all() == [("rex", 3), ("tux", 2)]


def test_inserts_a_row_once_and_says_so(store):
    row = {"name": "rex", "legs": 4}

    assert store.write(lambda db: insert_once(db, pet, row)) is True
    assert store.write(lambda db: insert_once(db, pet, {**row, "legs": 3})) is False

    with store.reading() as db:
        assert db.scalar(sa.select(pet.c.legs)) == 4


def test_two_hubs_at_once_change_in_turn(open_store):
    mine, others = open_store(), open_store()
    mine.write(lambda db: db.execute(sa.insert(pet).values(name="millipede", legs=0)))

    def grow(db):
        db.execute(sa.update(pet).values(legs=db.scalar(sa.select(pet.c.legs)) + 1))

    with ThreadPoolExecutor(2) as threads:
        for store in (mine, others) * 50:
            threads.submit(store.write, grow)

    with mine.reading() as db:
        assert db.scalar(sa.select(pet.c.legs)) == 100


def test_sqlite_waits_for_durability(tmp_path):
    store = SqliteStore(tmp_path / "store.db")

    def settings(db):
        return [
            db.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert store.write(settings) == ["wal", 2, 1]
    store.close()


def test_postgresql_waits_for_durability(postgresql):
    store = PostgresqlStore(postgresql.database())

    assert (
        store.write(lambda db: db.exec_driver_sql("SHOW synchronous_commit").scalar()) == "on"
    )
    store.close()


def test_inserts_only_rows_that_are_new(store):
    store.write(lambda db: insert_once(db, pet, {"name": "rex", "legs": 4}))
    rows = [{"name": "rex", "legs": 3}, {"name": "tux", "legs": 2}]

    store.write(lambda db: db.execute(insert_new(db, pet), rows))

    with store.reading() as db:
        assert db.execute(sa.select(pet).order_by(pet.c.name)).all() == [("rex", 4), ("tux", 2)]
