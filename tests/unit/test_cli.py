"""Every command as a person types it: what it prints, and how it refuses."""

import json
import shlex
import subprocess

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import csv, parquet

from analytics.recording import score_file
from kindstep import process
from kindstep.cli import main
from tests.brokers import Nats
from tests.edge import Edge
from tests.property.test_steps import gait

GATEWAY = "[gateway]\nname = 'hall'\nsite = 'home'\n"
PULSE = "19 2c01 0a00 0004 0003"
READING = (
    '{"characteristic": "2A37", "name": "Heart Rate Measurement", "rate_bpm": 300, '
    '"in_contact": null, "energy_kj": 10, "rr_ms": [1000.0, 750.0]}\n'
)


def get_command(name):
    return main.get_command(None, name)


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def walk(tmp_path):
    path = tmp_path / "walk.csv"
    csv.write_csv(
        pa.table(dict(zip("xyz", np.asarray(gait(90, 1.9, 0.4)).T, strict=True))), path
    )
    return path


def test_every_command_is_listed_and_helps():
    listed = run("--help")

    assert listed.exit_code == 0
    for name in main.list_commands(None):
        helps = run(name, "--help")
        assert helps.exit_code == 0
        assert helps.output.startswith(f"Usage: main {name}")
        assert f"\n  {name} " in listed.output


def test_every_verb_of_a_gateway_is_listed_and_helps():
    listed = run("gateway", "--help").output

    for name in get_command("gateway").list_commands(None):
        helps = run("gateway", name, "--help")
        assert helps.exit_code == 0
        assert helps.output.startswith(f"Usage: main gateway {name}")
        assert f"\n  {name} " in listed


@pytest.mark.parametrize(
    "arguments",
    [
        ("--settings", "x.toml"),
        ("--settings", "x.toml", "run"),
        ("run", "--settings", "x.toml"),
    ],
)
def test_a_gateway_takes_its_settings_before_and_behind_the_verb(arguments):
    refused = run("gateway", *arguments)

    assert refused.exit_code == 2
    assert "x.toml" in refused.output


def test_decodes_a_characteristic():
    assert run("decode", "2A37", PULSE).output == READING


@pytest.mark.parametrize(
    ("characteristic", "value", "says"),
    [
        ("2A37", "19 2c01 0a00 0004 00", "2a37-0000-1000-8000-00805f9b34fb: cannot read"),
        ("2A37", "19 2", "an odd number of hex digits"),
        ("2AFF", "00", "unknown characteristic '2AFF'"),
    ],
)
def test_says_why_it_cannot_decode(characteristic, value, says):
    refused = run("decode", characteristic, value)

    assert refused.exit_code == 2
    assert says in refused.output


def test_decodes_in_a_process_of_its_own():
    ended = subprocess.run(
        process.kindstep("decode", "2A37", PULSE), capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, READING, "")


def test_scores_a_recording(walk):
    options = ("--rate", 50, "--scale", 1 / 4096, "--epoch", 30, "--chunk", 1000)
    result = score_file(walk, rate_hz=50, scale=1 / 4096, epoch_s=30)
    epochs = result.pop("epochs")

    *said, last = map(json.loads, run("score", walk, *options, "--json").stdout.splitlines())
    assert said == epochs
    assert last == {"total": result}
    lines = run("score", walk, *options).stdout.splitlines()
    assert lines[0].split() == ["start", "samples", "ENMO", "mg", "counts", "steps", "state"]
    assert [line.split()[0] for line in lines[1:4]] == ["0:00:00", "0:00:30", "0:01:00"]
    assert any(line.startswith(f"{result['steps']} steps, ") for line in lines)
    assert lines[-1] == "Without epochs of 60 s, dates: no nights, days, score"


def test_keeps_the_epochs_of_a_recording(walk, tmp_path):
    out = tmp_path / "epochs.parquet"
    options = ("--rate", 50, "--scale", 1 / 4096, "--epoch", 1)

    assert run("score", walk, *options, "--out", out).exit_code == 0
    epochs = score_file(walk, rate_hz=50, scale=1 / 4096, epoch_s=1)["epochs"]
    assert parquet.read_table(out).to_pylist() == epochs


@pytest.fixture
def nats(tmp_path):
    broker = Nats(tmp_path / "broker")
    yield broker.start()
    broker.stop()


def test_watches_what_passes(nats):
    edge = Edge(nats.port)
    edge.tell(counts={"dropped": 3})
    login = ("--user", "hub", "--password-file", nats.password_file)
    seen = run("watch", "--broker", f"127.0.0.1:{nats.port}", *login, "--count", 1, "--json")
    edge.close()

    (said,) = map(json.loads, seen.output.splitlines())
    assert seen.exit_code == 0
    assert said["topic"] == "kindstep/v1/hall/status"
    assert (said["online"], said["counts"]) == (True, {"dropped": 3})


def test_says_that_nobody_is_there_to_watch(nats):
    nats.stop()
    refused = run("watch", "--broker", f"127.0.0.1:{nats.port}")

    assert refused.exit_code == 1
    assert f"127.0.0.1:{nats.port}: " in refused.output
    assert run("watch", "--broker", "nowhere").exit_code == 2


@pytest.mark.parametrize(
    ("command", "text", "line", "says"),
    [
        ("up", "[broker]\nport = 99999\n", 2, "Expected `int` <= 65535 (broker.port)"),
        ("up", "[broker]\nurl = 'http://hub'\n", 1, "not mqtt://host:port"),
        ("up", "[broker]\ngateways = ['my hall']\n", 1, "gateway name 'my hall'"),
        ("up", "[broker]\npassword_file = 'absent'\n", 2, "cannot read absent"),
        ("up", "[influx]\nurl = 'http://db'\ntoken_file = 'absent'\n", 3, "cannot read absent"),
        ("up", "data = 'kindstep.toml'\n", 1, "File exists"),
        ("up", "study = 'absent'\n", 1, "cannot read absent (study)"),
        ("web", "[web]\nport = 0\n", 2, "Expected `int` >= 1"),
        ("people", "[web]\nports = 1\n", 2, "unknown field `ports`"),
        ("people", "data = 'kindstep.toml'\n", 1, "File exists"),
        ("gateway", GATEWAY + "[gateway.broker]\nport = 0\n", 5, "gateway.broker.port"),
        (
            "gateway",
            GATEWAY + "[gateway.broker]\npassword_file = 'absent'\n",
            5,
            "cannot read absent",
        ),
        ("gateway", GATEWAY + "spool = 'kindstep.toml/spool'\n", 4, "File exists"),
        (
            "gateway",
            GATEWAY + "hub = 'ftp://h'\n[gateway.broker]\ntoken_file = 'kindstep.toml'\n",
            1,
            "hub 'ftp://h' is not http://host:port",
        ),
        (
            "gateway",
            GATEWAY + "hub = 'http://h'\n[gateway.broker]\ntoken_file = 'kindstep.toml'\n",
            6,
            "cannot read kindstep.toml: it holds no token",
        ),
        (
            "gateway",
            GATEWAY + "[gateway.broker]\ntls = true\nca_file = 'kindstep.toml'\n",
            6,
            "cannot read kindstep.toml: ",
        ),
    ],
)
def test_wrong_settings_are_named_by_line(tmp_path, monkeypatch, command, text, line, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kindstep.toml").write_text(text)
    arguments = ("people", "add", "Ana") if command == "people" else (command,)
    refused = run(*arguments)

    assert refused.exit_code == 2
    assert f"kindstep.toml:{line}: " in refused.output
    assert says in refused.output


#: What needs a hub's data folder, with all that it has to be told.
OF_A_HUB = [
    "accounts strap-1",
    "archive show",
    "audit",
    "backup --to copies",
    "db show",
    "db upgrade",
    "deadletters list",
    "export --as r-1 --preview",
    "replay",
    "rescore --into scored",
    "study locks",
    "trail",
]


@pytest.mark.parametrize("command", OF_A_HUB)
@pytest.mark.parametrize("data", ["nowhere", "a file"])
def test_where_no_hub_has_run_a_command_says_so_in_one_line(
    tmp_path, monkeypatch, command, data
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a file").write_text("no folder")
    (tmp_path / "kindstep.toml").write_text(f"data = '{data}'\n")
    ended = run(*command.split())

    assert isinstance(ended.exception, SystemExit | None)
    assert ended.exit_code in ({0, 1} if command == "archive show" else {1})
    says = ended.output.strip().splitlines()[-1]
    assert data in says or "strap-1" in says


@pytest.mark.parametrize("command", [*OF_A_HUB, "up", "web", "backup", "people list"])
def test_settings_that_are_not_there_are_named_in_one_line(command):
    refused = run(*command.split(), "--settings", "absent.toml")

    assert refused.exit_code == 2
    assert refused.output.endswith("\nError: absent.toml: No such file or directory\n")


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("gateway invite my_hall!", 2, "up to 64 letters, digits"),
        ("study lock --reason ''", 2, "--reason says nothing"),
        ("replay p-nobody", 1, "there is no such record"),
        ("watch --broker 127.0.0.1:65536", 2, "wanted HOST:PORT"),
        ("watch --ca-file picture.png", 2, "--ca-file picture.png: no certificate in it"),
        ("archive exported --from 2026-01-02 --to 2026-01-01", 2, "a day before --from"),
        ("archive exported --from 9999-12-31 --to 9999-12-31", 1, "nothing of that is sealed"),
        ("influx backfill --from 2026-01-02 --to 2026-01-01", 2, "a day before --from"),
        ("deadletters list --limit 0", 2, "0 is not in the range"),
        ("deadletters show 99999999999999999999", 2, "is not in the range"),
        ("deadletters replay", 2, "name the letters, or say --all"),
        ("people link p-nobody", 1, "Error: nobody goes by p-nobody"),
        ("messages lint picture.png", 1, "picture.png: "),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path, monkeypatch, command, code, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff")
    assert run(*["people", "coach", "Dana"]).exit_code == 0
    refused = run(*shlex.split(command))

    assert refused.exit_code == code
    assert isinstance(refused.exception, SystemExit)
    assert says in refused.output


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("gateway enrol nonsense", 1, "Error: 'nonsense' is no code of a hub"),
        (
            "gateway enrol --settings new.toml http://127.0.0.1:1/gateway#x",
            1,
            "Error: no hub answers at http://127.0.0.1:1: Connection refused\n",
        ),
        ("gateway", 1, "kindstep-spool.db: file is not a database\n"),
        ("gateway status", 1, "no gateway runs here: "),
        ("doctor --radio --report absent/it.json", 2, "--report: cannot write absent/it.json"),
    ],
)
def test_what_a_gateway_cannot_do_is_said_in_one_line(
    tmp_path, monkeypatch, command, code, says
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kindstep.toml").write_text(GATEWAY)
    (tmp_path / "kindstep-spool.db").write_text("no database" * 1000)
    refused = run(*shlex.split(command))

    assert refused.exit_code == code
    assert isinstance(refused.exception, SystemExit)
    assert says in refused.output


def test_a_port_that_is_taken_is_said(tmp_path, nats):
    (tmp_path / "kindstep.toml").write_text(f"[broker]\nport = {nats.port}\n")
    up = process.kindstep("up", "--no-web")
    ended = subprocess.run(up, cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)

    says = f"Error: cannot listen on 127.0.0.1:{nats.port}: Address already in use\n"
    assert (ended.returncode, ended.stderr) == (1, says)
