"""Who may say what at mosquitto: its password and access files, written by the hub."""

import logging
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from gateway.home_assistant import BIRTH
from gateway.wire import HUB_STATUS, command_topic, status_topic, watermark_topic
from kindstep.broker_config import HOME_ASSISTANT, gateway_of

log = logging.getLogger(__name__)

_RELOAD_S: Final = 30.0


class MosquittoFiles:
    """Two files in a folder that mosquitto reads, and the command that lets it read them."""

    def __init__(self, folder: Path, reload: tuple[str, ...], hub: str) -> None:
        self._folder, self._reload, self._hub = folder, reload, hub

    def set_users(self, users: Mapping[str, str]) -> None:
        """Let exactly these in from now on; hashes by user."""
        self._write("passwords", (f"{name}:{users[name]}" for name in sorted(users)))
        self._write("acl", (line for name in sorted(users) for line in self._may(name)))
        try:
            subprocess.run(self._reload, check=True, capture_output=True, timeout=_RELOAD_S)  # noqa: S603 - the operator's
        except (OSError, subprocess.SubprocessError) as error:
            log.error("mosquitto was not told who may come in: %s", error)  # noqa: TRY400 - no bug of ours

    def _write(self, name: str, lines: Iterable[str]) -> None:
        unfinished = self._folder / f"{name}.new"
        unfinished.touch(mode=0o640)
        unfinished.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        unfinished.replace(self._folder / name)

    def _may(self, user: str) -> Iterator[str]:
        yield f"user {user}"
        if user == self._hub:
            yield "topic readwrite kindstep/v1/#"
        elif user == HOME_ASSISTANT:
            yield f"topic write {BIRTH}"
            yield f"topic read {HOME_ASSISTANT}/#"
            yield "topic read kindstep/v1/+/+/last/+"
        else:
            yield from _gateway_may(gateway_of(user))


def _gateway_may(gateway: str) -> Iterator[str]:
    yield f"topic write {status_topic(gateway).removesuffix('status')}#"
    yield f"topic write {HOME_ASSISTANT}/sensor/{gateway}/+/config"
    for heard in (watermark_topic(gateway), command_topic(gateway), HUB_STATUS, BIRTH):
        yield f"topic read {heard}"
