"""Tables made at once, tables made step by step, and stores that neither made."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from ingest.store.postgresql import PostgresqlStore
from ingest.store.sqlite import SqliteStore
from kindstep import schema, stores
from kindstep.cli import main


def in_sqlite(_request, folder):
    return SqliteStore(folder / "study.db")


def in_postgresql(request, _folder):
    return PostgresqlStore(request.getfixturevalue("postgresql").database())


@pytest.fixture(params=[in_sqlite, in_postgresql])
def store(request, tmp_path):
    store = request.param(request, tmp_path)
    yield store
    store.close()


def look(store, question):
    with store.reading() as db:
        return question(db)


def test_a_new_store_gets_todays_tables(store):
    schema.settle(store)

    assert look(store, schema.revision) == schema.head()
    assert look(store, schema.differences) == []


def test_every_step_together_makes_the_same_tables(store):
    assert schema.upgrade(store) == (None, schema.head())

    # Otherwise a step is missing: python -m kindstep.migrations "what changed"
    assert look(store, schema.differences) == []


def test_going_on_changes_nothing(store):
    schema.settle(store)
    schema.settle(store)

    assert schema.upgrade(store) == (schema.head(), schema.head())


def stamp(revision):
    return lambda db: db.execute(
        sa.text("UPDATE alembic_version SET version_num = :r"), {"r": revision}
    )


def test_a_store_of_a_newer_release_is_left_alone(store):
    schema.settle(store)
    store.write(stamp("9999"))

    for ask in (schema.settle, schema.upgrade):
        with pytest.raises(schema.StoreUnusable, match=r"newer kindstep \(9999\)"):
            ask(store)
    assert look(store, schema.revision) == "9999"


def test_tables_of_somebody_else_are_left_alone(store):
    store.write(lambda db: db.exec_driver_sql("CREATE TABLE cats (name TEXT)"))

    for ask in (schema.settle, schema.upgrade):
        with pytest.raises(schema.StoreUnusable, match="no release of kindstep"):
            ask(store)
    assert look(store, lambda db: sa.inspect(db).get_table_names()) == ["cats"]


def test_an_operator_sees_and_takes_the_steps(tmp_path):
    settings = tmp_path / "kindstep.toml"
    settings.write_text(f'data = "{tmp_path}"\n')

    def run(verb):
        return CliRunner().invoke(main, ["db", verb, "--settings", str(settings)])

    for verb in ("show", "upgrade"):
        assert "no hub has run" in run(verb).output
    (tmp_path / "study.db").touch()  # as a hub leaves it that was killed at once
    assert run("upgrade").output == f"tables none -> {schema.head()}\n"
    assert run("show").output == f"tables {schema.head()}, this release {schema.head()}\n"
    assert run("upgrade").output == f"tables {schema.head()}, as before\n"


def test_a_database_that_is_not_there_is_said_in_one_line(tmp_path):
    settings = tmp_path / "kindstep.toml"
    settings.write_text('store.url = "postgresql://ada@127.0.0.1:1/study"\n')

    result = CliRunner().invoke(main, ["db", "show", "--settings", str(settings)])

    assert result.exit_code == 1
    assert "no PostgreSQL at 127.0.0.1:1" in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://host/study",
        "postgresql://ada:pw@host/study",
        "mysql://ada@host/study",
        "x",
    ],
)
def test_an_address_that_is_none_is_refused_by_line(tmp_path, url):
    settings = tmp_path / "kindstep.toml"
    settings.write_text(f'# where\n[store]\nurl = "{url}"\n')

    result = CliRunner().invoke(main, ["db", "show", "--settings", str(settings)])

    assert result.exit_code == 2
    assert "kindstep.toml:2: url is not postgresql://" in result.output


def test_the_store_of_a_hub_is_opened_with_its_tables(tmp_path):
    store = stores.in_file(tmp_path / "study.db")

    assert look(store, schema.revision) == schema.head()
    store.close()
