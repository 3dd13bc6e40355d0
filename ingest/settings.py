"""How ingest reaches its broker and how much it holds at once."""

import ssl
from pathlib import Path

import msgspec


class IngestSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may choose about ingest."""

    host: str = "127.0.0.1"
    port: int = 1883
    user: str | None = None
    password_file: Path | None = None  # secrets are files, never settings
    tls: bool = False
    ca_file: Path | None = None  # none: the authorities this system trusts
    certificate: Path | None = None  # of a broker of ours: trusted alone, whatever it names
    group_ms: int = 50  # what arrives within this is made durable together,
    group_messages: int = 128  # or sooner, if so many wait, or as many as a broker lets come
    queue_messages: int = 2_048  # beyond this the broker has to wait
    queue_bytes: int = 16 * 1024 * 1024  # and as much again may be on its way to the disk
    keep_accounts_s: float = 10.0
    status_s: float = 10.0
    dead_letter_bytes: int = 64 * 1024 * 1024

    def password(self) -> str | None:
        """Read the password; none is configured for a broker that asks for none."""
        if self.password_file is None:
            return None
        return self.password_file.read_text(encoding="utf-8").strip()

    def trusted(self) -> ssl.SSLContext:
        """Return whom the hub takes for its broker."""
        if self.certificate is None:
            return ssl.create_default_context(cafile=self.ca_file)
        only = ssl.create_default_context(cafile=self.certificate)
        only.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # or it asks who vouches for it
        only.check_hostname = False
        return only
