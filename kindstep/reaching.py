"""Notifications out of the hub: which channels this site has, and the thread that uses them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Protocol

from coaching.post.channels import Channel, Kind, web_push
from coaching.post.channels.notifier import EmailChannel, WebhookChannel
from coaching.post.channels.wearable import WearableChannel
from coaching.post.channels.web_push import WebPushChannel
from coaching.post.postman import Postman
from ingest.commands import Commands
from ingest.store import Store
from kindstep.folder import Folder
from kindstep.settings import ReachSettings
from people import registry

_LOOK_S: Final = 5.0  # for what is to be tried again, and for receipts
_MINUTE_US: Final = 60_000_000


def postman(chosen: ReachSettings, folder: Folder, store: Store, commands: Commands) -> Postman:
    """Return who takes notifications to their channels at this site."""

    def worn_by(participant: str, now_us: int) -> tuple[str, ...]:
        with store.reading() as db:
            return registry.devices_of(db, participant, now_us)

    channels: dict[Kind, Channel] = {
        Kind.WEBHOOK: WebhookChannel(),
        Kind.WEARABLE: WearableChannel(commands, worn_by),
    }
    if chosen.contact is not None:
        channels[Kind.WEB_PUSH] = WebPushChannel(_push_key(folder), chosen.contact)
    if chosen.mail_file is not None:
        channels[Kind.EMAIL] = EmailChannel(chosen.mail_file.read_text().strip())
    return Postman(store, channels, receipt_within_us=chosen.receipt_min * _MINUTE_US)


def public_key(chosen: ReachSettings, folder: Folder) -> str | None:
    """Return what browsers subscribe with; none where this site has no web push."""
    return None if chosen.contact is None else web_push.public_key(_push_key(folder))


def _push_key(folder: Folder) -> bytes:
    return folder.push_key(web_push.new_key).read_bytes()


class Round(Protocol):
    """Somebody who tries what is due."""

    def round(self, now_us: int) -> int: ...


class Rounds:
    """A postman's thread: at work when something was written, and every few seconds."""

    def __init__(self, postman: Round, now_us: Callable[[], int]) -> None:
        self._postman = postman
        self._now_us = now_us
        self._written = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="postman")
        self.ended: Future[None] = Future()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def written(self) -> None:
        """Say that something may wait."""
        self._written.set()

    def stop(self) -> None:
        """End after the parcel in hand."""
        self._stopping.set()
        self._written.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._stopping.is_set():
                self._written.wait(_LOOK_S)
                self._written.clear()
                self._postman.round(self._now_us())
            self.ended.set_result(None)
        except BaseException as error:
            self.ended.set_exception(error)
            raise
