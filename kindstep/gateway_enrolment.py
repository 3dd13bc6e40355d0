"""A gateway's first token: traded for a code, and written down with where it publishes."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from gateway import tokens
from gateway.settings import GatewaySettings
from gateway.tokens import Admission, Hub, NotAdmitted
from kindstep import settings, toml_file

_TEXT: Final = """\
[gateway]
name = {name}
site = {site}
hub = {hub}
spool = {spool}

[gateway.broker]
host = {host}
port = {port}
tls = {tls}
token_file = {token_file}
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody may say beside the code."""

    site: str | None = None  # none: the hub's own, as far as it says
    ca_file: Path | None = None  # none: the authorities this system trusts
    state: Path | None = None  # where token and spool lie; none: beside the settings


def enrol(path: Path, code: str, wishes: Wishes = Wishes()) -> Admission:
    """Trade a code for a token and keep it; raise NotAdmitted or BadSettings if it cannot be.

    `code` is what the hub shows, ADDRESS/gateway#CODE. A settings file gets a [gateway] table
    if it has none; what is there is not changed.
    """
    address, _, secret = code.partition("/gateway#")
    if not secret or not tokens.is_address(address):
        says = f"{code!r} is no code of a hub, as in http://HOST:PORT/gateway#CODE"
        raise NotAdmitted(says, for_good=True)
    known = _known(path)
    _check_places(path, known, wishes)
    made = _hub(address, wishes.ca_file).enrol(secret)
    if known is None:
        token_file = _write(path, made, address, wishes)
    elif known.name == made.gateway and known.broker.token_file is not None:
        token_file = known.broker.token_file
    else:
        says = f"the code is of {made.gateway!r}, but [gateway] is {known.name!r}"
        raise toml_file.BadSettings(f"{path}: {says}")
    tokens.keep(token_file, made.token)
    return made


def _check_places(path: Path, known: GatewaySettings | None, wishes: Wishes) -> None:
    """Raise BadSettings where nothing can be kept: a code is spent by asking."""
    token_file = known.broker.token_file if known else None
    places = (path.parent, wishes.state or path.parent)
    for folder in (token_file.parent,) if token_file else places:
        if not os.access(folder, os.W_OK):
            raise toml_file.BadSettings(f"{path}: cannot write into {folder}")


def _hub(address: str, ca_file: Path | None) -> Hub:
    try:
        return Hub(address, ca_file)
    except OSError as error:
        raise NotAdmitted(f"{ca_file} holds no authority: {error}", for_good=True) from error


def _known(path: Path) -> GatewaySettings | None:
    """Return the gateway that the settings have, if it is one with a token."""
    known = settings.load(path).gateway if path.exists() else None
    if known is not None and known.broker.token_file is None:
        says = "gateway.broker has no token_file: take [gateway] out, and it is written anew"
        raise toml_file.BadSettings(f"{path}: {says}")
    return known


def _write(path: Path, made: Admission, address: str, wishes: Wishes) -> Path:
    state = (wishes.state or path.parent).absolute()
    token_file, ca_file = state / f"{made.gateway}.token", wishes.ca_file
    host = made.host or urlsplit(address).hostname or "localhost"
    texts = {
        "name": made.gateway,
        "site": wishes.site or made.site or "home",
        "hub": address,
        "spool": str(state / "kindstep-spool.db"),
        "host": host,
        "token_file": str(token_file),
    }
    quoted = {key: json.dumps(value) for key, value in texts.items()}  # TOML's too
    text = _TEXT.format(**quoted, port=made.port, tls=json.dumps(made.tls))
    if ca_file is not None:
        line = f"hub_ca_file = {json.dumps(str(ca_file.absolute()))}\n"
        text = text.replace("\n[gateway.broker]", f"{line}\n[gateway.broker]", 1)
        if made.tls and host == urlsplit(address).hostname:
            text += f"ca_file = {json.dumps(str(ca_file.absolute()))}\n"
    before = path.read_text(encoding="utf-8") + "\n" if path.exists() else ""
    path.write_text(before + text, encoding="utf-8")
    return token_file
