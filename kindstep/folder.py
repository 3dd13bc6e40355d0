"""What lies where in a hub's data folder."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folder:
    """A hub's data folder; only its owner may look into it."""

    root: Path

    def make(self) -> None:
        """Create it if it is not there."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def store(self) -> Path:
        return self.root / "study.db"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def ingest(self) -> Path:
        return self.root / "ingest"

    @property
    def ledger(self) -> Path:
        return self.ingest / "accounts.db"

    @property
    def gateways(self) -> Path:
        return self.ingest / "gateways.db"

    @property
    def dead_letters(self) -> Path:
        return self.ingest / "dead-letters.db"

    @property
    def influx_outbox(self) -> Path:
        return self.root / "influx-outbox.db"

    @property
    def influx_backfill(self) -> Path:
        return self.root / "influx-backfill.db"

    @property
    def broker(self) -> Path:
        return self.root / "broker"

    @property
    def sign_in(self) -> Path:
        return self.root / "sign-in.db"

    @property
    def trail(self) -> Path:
        """Return the file of who did or saw what."""
        return self.root / "trail.db"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def line(self) -> Path:
        return self.root / "hub.sock"

    @property
    def errands(self) -> Path:
        """Return where what an operator started leaves what it says."""
        return self.root / "errands"

    @property
    def exports(self) -> Path:
        """Return the log of who took which package."""
        return self.root / "exports.jsonl"

    def password(self, user: str) -> Path:
        """Return the file with a broker user's password, made at first sight."""
        return self._secret(f"{user}.password", secrets.token_urlsafe(24))

    def push_key(self, make: Callable[[], str]) -> Path:
        """Return the file with the private key browsers know this study by, made once."""
        path = self.secrets / "push.pem"
        return path if path.exists() else self._secret("push.pem", make())

    def site_seed(self) -> int:
        """Return the seed of every draw at this site, made at first sight."""
        return int(self._secret("site-seed", str(secrets.randbits(63))).read_text())

    def export_key(self) -> bytes:
        """Return the key of every pseudonym in an export, made at first sight."""
        return bytes.fromhex(self._secret("export-key", secrets.token_hex(32)).read_text())

    def webhook_key(self) -> bytes:
        """Return the key that the secrets of webhooks are made from, made at first sight."""
        return bytes.fromhex(self._secret("webhook-key", secrets.token_hex(32)).read_text())

    def _secret(self, name: str, made: str) -> Path:
        path = self.secrets / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(made)
        return path
