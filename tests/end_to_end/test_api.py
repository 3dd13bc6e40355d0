"""The example app of docs/api.md beside a real hub: it brings, is told, and counts once."""

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx

from kindstep import enrolment, process, settings, study
from kindstep.folder import Folder
from kindstep.taking_in import Newcomer
from people.authorize import Actor, Role
from tests.brokers import free_port
from web.accounts import Accounts, Scope

EXAMPLE = Path(__file__).parents[2] / "docs" / "example_app.py"
SETTINGS = """\
data = {data}
[broker]
port = {broker}
[web]
port = {web}
[api]
webhook_hosts = ["127.0.0.1"]
"""


def test_the_example_app_is_short_enough_to_read():
    assert len(EXAMPLE.read_text().splitlines()) <= 60


def test_what_a_program_brings_is_stored_once_scored_and_told(tmp_path):
    path, web = tmp_path / "kindstep.toml", free_port()
    data = json.dumps(str(tmp_path / "data"))
    path.write_text(SETTINGS.format(data=data, broker=free_port(), web=web))
    now_us = time.time_ns() // 1000
    chosen = settings.load(path)
    with enrolment.Desk(chosen, study.load(None), now_us) as desk:
        ana = desk.add(Newcomer("Ana", "UTC"))
        desk.wear(ana, "phone-ana", "2026-01-01T00:00")
    tokens = Accounts(Folder(chosen.data).sign_in).tokens
    token = tokens.make(Actor(ana, Role.PARTICIPANT), "test", Scope, now_us, 2 * now_us)
    hub = f"http://127.0.0.1:{web}"
    command = [sys.executable, str(EXAMPLE), hub, token, "phone-ana", str(free_port())]
    with process.child(process.kindstep("up", "--settings", str(path))):
        _wait_until_served(hub)
        with process.child(command, stdout=subprocess.PIPE) as app:
            lines = iter(app.stdout.readline, "")
            brought = [next(lines).strip(), next(lines).strip()]
            told = {}
            while told.keys() != {"epochs", "scores"}:
                told |= [next(lines).split(" ", 1)]
            heads = {"authorization": f"Bearer {token}"}
            accounts = httpx.get(f"{hub}/api/v1/people/{ana}/accounts", headers=heads)

    assert brought == ["stored 60 duplicates 0", "stored 0 duplicates 60"]
    (minute,) = json.loads(told["epochs"])["items"]
    assert (minute["state"], minute["heart_rate_bpm"]) == ("worn_still", 89.5)
    assert json.loads(told["scores"])["score"]["score"] is None  # a day is too few
    assert accounts.status_code == 200


def _wait_until_served(hub):
    deadline_s = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{hub}/api/v1/openapi.json").raise_for_status()
        except httpx.TransportError:
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
        else:
            return
