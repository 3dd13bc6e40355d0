"""From an empty folder to somebody who can sign in, by the command line alone."""

import pytest
from click.testing import CliRunner

from kindstep.cli import main
from people.authorize import Actor, Role
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
    who, _ = run("add", "Ana", "--coach", coach).output.split()
    run("wear", who, "glasses-12")

    assert run("list").output == f"{who}  Ana  glasses-12\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "Ana", "--zone", "Mars/North"], "no zone 'Mars/North'"),
        (["add", "Ana", "--arm", "best"], "no arm 'best'"),
        (["add", "Ana", "--coach", "nobody"], "nobody"),
        (["wear", "nobody", "glasses-1"], "nobody"),
        (["link", "nobody"], "nobody goes by nobody"),
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
