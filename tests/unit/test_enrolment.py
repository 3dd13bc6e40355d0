"""From an empty folder to somebody who can sign in, by the command line alone."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from analytics.tables import rescores
from coaching.post import addresses
from ingest.store.sqlite import SqliteStore
from kindstep.cli import main
from kindstep.folder import Folder
from people.authorize import Actor, Role
from tests.books import Books, walk
from web.accounts import Accounts


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "kindstep.toml"
    path.write_text(f'data = "{tmp_path}/data"\n')

    def invoke(*arguments):
        command, *rest = arguments
        given = ["people", command, "--settings", str(path), *rest]
        return CliRunner().invoke(main, given)

    return invoke


def test_a_newcomer_signs_in_by_the_link(run, tmp_path):
    who, address = run("add", "Ana", "--zone", "Europe/Berlin").output.split()

    accounts = Accounts(tmp_path / "data" / "sign-in.db")
    session = accounts.redeem(address.rsplit("/", 1)[1], 0)
    assert accounts.session(session, 0) == Actor(who, Role.PARTICIPANT)


def test_lists_who_wears_what(run):
    coach, _ = run("coach", "Dana").output.split()
    assert "no verified credential" in run("add", "Ana", "--coach", coach).output
    run("verify", coach, "nurse", "--until", "2099-01-01")
    who, _ = run("add", "Ana", "--coach", coach).output.split()
    run("wear", who, "glasses-12")

    assert run("list").output == f"{who}  Ana  glasses-12\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "Ana", "--zone", "Mars/North"], "no zone Mars/North"),
        (["add", "Ana", "--arm", "best"], "this study has no arm best"),
        (["add", "Ana", "--coach", "nobody"], "nobody"),
        (["wear", "nobody", "glasses-1"], "nobody"),
        (["wear", "nobody", "glasses 1"], "no device is called 'glasses 1'"),
        (["link", "nobody"], "nobody goes by nobody"),
        (["zone", "nobody", "Europe/Berlin"], "nobody"),
        (["reach", "nobody", "--email", "a@b.org"], "nobody goes by nobody"),
    ],
)
def test_says_what_cannot_be(run, arguments, says):
    result = run(*arguments)

    assert result.exit_code == 1
    assert says in result.output
    assert run("list").output == ""


def test_one_device_has_one_wearer(run):
    ana, _ = run("add", "Ana").output.split()
    ben, _ = run("add", "Ben").output.split()
    run("wear", ana, "glasses-12")

    result = run("wear", ben, "glasses-12")

    assert result.exit_code == 1
    assert f"glasses-12 is worn by {ana}" in result.output


def test_lists_strangers_until_somebody_wore_them_then(run, tmp_path):
    folder = Folder(tmp_path / "data")
    folder.ingest.mkdir(parents=True)
    books = Books(folder.root, ledger=folder.ledger)
    books.receive(walk(0, 30_000, 0))  # ten minutes from 22:13:20 UTC on
    books.accounts.keep()
    books.close()
    who, _ = run("add", "Ana", "--zone", "Europe/Berlin").output.split()
    everything = "glasses-3f  2023-11-14T22:13Z to 2023-11-14T22:23Z  accel\n"
    assert run("strangers").output == everything

    run("wear", who, "glasses-3f", "--since", "2023-11-14T23:20")
    assert run("strangers").output == everything.replace("22:23Z", "22:20Z")

    ben, _ = run("add", "Ben").output.split()
    assert run("hand-over", "glasses-3f", ben, "--at", "2023-11-14T22:21Z").exit_code == 0
    assert rescored(folder) == {who, ben}


def rescored(folder):
    store = SqliteStore(folder.store, read_only=True)
    with store.reading() as db:
        people = set(db.scalars(select(rescores.c.participant)))
    store.close()
    return people


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("yesterday", "is no time such as"),
        ("2026-13-01T00:00", "is no time such as"),
        ("2999-01-01T00:00", "2999-01-01T00:00 is still to come"),
    ],
)
def test_a_time_that_is_none_is_refused(run, when, says):
    who, _ = run("add", "Ana").output.split()

    result = run("wear", who, "glasses-1", "--since", when)

    assert result.exit_code == 1
    assert says in result.output


def test_somebody_is_reached_by_mail_and_webhook(run, tmp_path):
    who, _ = run("add", "Ana").output.split()
    run("reach", who, "--email", "ana@example.org", "--webhook", "jsons://hook.example.org/x")

    store = SqliteStore(Folder(tmp_path / "data").store, read_only=True)
    with store.reading() as db:
        kept = addresses.of(db, [who])[who]
    store.close()
    assert {(each.channel, each.address) for each in kept} == {
        ("email", "ana@example.org"),
        ("webhook", "jsons://hook.example.org/x"),
    }
