"""From an empty folder to files that a hub starts with, and links that sign in."""

import re

import pytest
from click.testing import CliRunner

from kindstep import settings, study
from kindstep.cli import main
from kindstep.folder import Folder
from people.authorize import Role
from web.accounts import Accounts


@pytest.fixture
def init(tmp_path):
    def run(*options, answers=""):
        return CliRunner().invoke(main, ["init", str(tmp_path), *options], input=answers)

    return run


def signed_in(folder, output):
    """Give the roles that the printed links sign in."""
    accounts = Accounts(folder.sign_in)
    tokens = [
        line.split()[0].rpartition("/")[2] for line in output.splitlines() if "/in/" in line
    ]
    return [accounts.session(accounts.redeem(token, 0), 0).role for token in tokens]


def test_asks_five_things_at_most(init, tmp_path):
    result = init(answers='Inès\nusc\nEurope/Paris\nLab "3"\n8801\n')

    assert result.exit_code == 0, result.output
    assert result.output.count("]: ") <= 5
    chosen = settings.load(tmp_path / "kindstep.toml")
    assert study.load(chosen.study).name == "usc"
    assert (chosen.web.port, chosen.gateway.site) == (8801, 'Lab "3"')
    password = settings.load_gateway(tmp_path / "kindstep.toml").broker.password()
    assert password == Folder(chosen.data).password("home").read_text()
    assert signed_in(Folder(chosen.data), result.output) == [Role.OPERATOR]


SOLO = ("--name", "Ana", "--study", "solo", "--site", "home", "--port", "8800")


def test_somebody_alone_gets_a_page_of_their_own(init, tmp_path):
    result = init(*SOLO, "--zone", "Europe/Berlin")

    assert result.exit_code == 0, result.output
    folder = Folder(settings.load(tmp_path / "kindstep.toml").data)
    assert signed_in(folder, result.output) == [Role.PARTICIPANT, Role.OPERATOR]


def test_a_gateway_elsewhere_gets_a_code_that_lets_it_in_once(init, tmp_path):
    printed = init(*SOLO, "--zone", "Europe/Berlin").output

    (code,) = re.findall(
        r"kindstep gateway enrol http://127\.0\.0\.1:8800/gateway#(\S+)", printed
    )
    gateways = Accounts(Folder(settings.load(tmp_path / "kindstep.toml").data).sign_in).gateways
    assert gateways.enrol(code, 0).gateway == "elsewhere"
    assert gateways.enrol(code, 0) is None


def test_begins_nothing_where_a_hub_was_begun(init, tmp_path):
    init(*SOLO, "--zone", "Europe/Berlin")
    before = (tmp_path / "kindstep.toml").read_text()
    again = init(*SOLO, "--zone", "Europe/Berlin")

    assert again.exit_code == 1
    assert "is there already" in again.output
    assert (tmp_path / "kindstep.toml").read_text() == before


def test_a_wrong_answer_leaves_nothing_behind(init, tmp_path):
    result = init(*SOLO, "--zone", "Mars/North")

    assert result.exit_code == 2
    assert "there is no zone Mars/North" in result.output
    assert not (tmp_path / "kindstep.toml").exists()
    assert init(*SOLO, "--zone", "Europe/Berlin").exit_code == 0
