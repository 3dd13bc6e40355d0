"""Who may speak to the broker: users that the settings name, and gateways that have a token."""

import threading

from kindstep import broker_place
from kindstep.broker import Broker
from kindstep.broker_config import HOME_ASSISTANT
from kindstep.folder import Folder
from kindstep.mosquitto_files import MosquittoFiles
from kindstep.settings import Settings
from web.accounts import Accounts
from web.accounts.gateways import pbkdf2


class Admission:
    """Tells the broker whom it lets in; one that nobody may tell keeps its own list."""

    def __init__(self, settings: Settings, folder: Folder, accounts: Accounts) -> None:
        self._settings, self._folder = settings, folder
        self._tokens = accounts.gateways
        self._lock = threading.Lock()
        self._files = _files(settings)
        self._broker: Broker | None = None  # of our own; none: another is named
        if settings.broker.url is None:
            place = settings.broker
            self._broker = Broker(
                folder.broker,
                place.port,
                self._plain(),
                host=place.host,
                certificate=broker_place.certificate(settings),
            )

    def start(self) -> None:
        """Return once the broker lets in whom it should."""
        if self._broker is not None:
            self._broker.start()
        else:
            self.renew()

    def stop(self) -> None:
        """End the broker that lives and dies with the hub."""
        if self._broker is not None:
            self._broker.stop()

    def renew(self) -> None:
        """Let in whom the records name now, and end the connections of all others."""
        with self._lock:
            if self._broker is not None:
                self._broker.set_users(self._plain())
            elif self._files is not None:
                self._files.set_users(self._hashed())

    def _plain(self) -> dict[str, str]:
        return self._named() | {each.user: each.bcrypt for each in self._tokens.logins()}

    def _hashed(self) -> dict[str, str]:
        fixed = {name: pbkdf2(password) for name, password in self._named().items()}
        return fixed | {each.user: each.pbkdf2 for each in self._tokens.logins()}

    def _named(self) -> dict[str, str]:
        chosen = self._settings.broker
        others = (HOME_ASSISTANT,) if chosen.home_assistant else ()
        named = {
            name: self._folder.password(name).read_text()
            for name in (*chosen.gateways, *others)
        }
        return named | {chosen.user: self._hub_password()}

    def _hub_password(self) -> str:
        chosen = self._settings.broker
        own = chosen.password_file if chosen.url is not None else None
        return (own or self._folder.password(chosen.user)).read_text().strip()


def _files(settings: Settings) -> MosquittoFiles | None:
    chosen = settings.broker
    if chosen.url is None or chosen.users_folder is None:
        return None
    return MosquittoFiles(chosen.users_folder, chosen.reload, chosen.user)
