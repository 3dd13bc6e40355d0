"""A hub from nothing: its two files, whoever runs it, and their way in."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kindstep import settings, study
from kindstep.enrolment import Desk
from kindstep.folder import Folder
from kindstep.taking_in import Newcomer
from people.registry import Role

SETTINGS: Final = "kindstep.toml"
STUDY: Final = "study.toml"
GATEWAY: Final = "home"
ELSEWHERE: Final = "elsewhere"  # a first gateway on another machine
SOLO: Final = "solo"
STUDIES: Final = ("usc", "learning", SOLO)

_TEXT: Final = """\
# What each key means stands in docs/running.md; what is not here has its default.
data = {data}
study = {study}

[broker]
gateways = [{gateway}]

[web]
host = "127.0.0.1"
port = {port}
own_devices = {own_devices}

[gateway]
name = {gateway}
site = {site}
spool = {spool}

[gateway.broker]
host = "127.0.0.1"
password_file = {password_file}
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody who begins is asked."""

    name: str  # theirs
    study: str  # one of STUDIES
    zone: str
    site: str
    port: int


@dataclass(frozen=True, slots=True)
class Begun:
    """What lets people and a gateway in, once each and within a day."""

    ways_in: tuple[tuple[str, str], ...]  # which page each link opens
    gateway_code: str  # for a radio on another machine; the hub's own needs none


def zone_here() -> str:
    """Return the time zone that this machine is set to, UTC where it does not say."""
    if named := os.environ.get("TZ", ""):
        return named.removeprefix(":")
    _, found, zone = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return zone if found else "UTC"


class AlreadyThere(FileExistsError):
    """A hub was begun here before; nothing was changed."""


def found(where: Path, plan: Plan) -> Begun:
    """Write both files, make the data folder, and return what lets in.

    Raises AlreadyThere if either file stands there, NotDone for a zone that nobody knows.
    """
    chosen, protocol = where / SETTINGS, where / STUDY
    for path in (chosen, protocol):
        if path.exists():
            raise AlreadyThere(f"{path} is there already: move it away to begin anew")
    where.mkdir(parents=True, exist_ok=True)
    protocol.write_text(study.builtin(plan.study), encoding="utf-8")
    chosen.write_text(_settings(where, plan), encoding="utf-8")
    try:
        return _open(chosen, plan)
    except BaseException:  # Ctrl-C too: what is half begun would stand in the way
        chosen.unlink()
        protocol.unlink()
        raise


def _settings(where: Path, plan: Plan) -> str:
    data = where / "kindstep-data"
    written = {
        "data": data,
        "study": where / STUDY,
        "gateway": GATEWAY,
        "site": plan.site,
        "spool": where / "kindstep-spool.db",
        "password_file": Folder(data).password(GATEWAY),
    }
    texts = {key: json.dumps(str(value)) for key, value in written.items()}  # TOML's too
    alone = json.dumps(plan.study == SOLO)
    return _TEXT.format(**texts, port=plan.port, own_devices=alone)


def _open(path: Path, plan: Plan) -> Begun:
    chosen = settings.load(path)
    protocol = study.load(chosen.study)
    with Desk(chosen, protocol, time.time_ns() // 1000) as desk:
        return Begun(tuple(_people(desk, plan)), desk.invite(ELSEWHERE))


def _people(desk: Desk, plan: Plan) -> Iterator[tuple[str, str]]:
    if plan.study == SOLO:
        own = desk.link(desk.add(Newcomer(plan.name, plan.zone)))
        # Two names for one machine: a browser keeps the two sign-ins apart.
        yield "your own page", own.replace("//127.0.0.1:", "//localhost:")
    yield "the operator's page", desk.link(desk.add_other(plan.name, Role.OPERATOR))
