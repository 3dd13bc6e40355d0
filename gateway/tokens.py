"""A gateway's token: given for an enrolment code, kept in a file, renewed at the hub."""

import http.client
import json
import os
import re
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

_TOKEN: Final = re.compile(r"[!-~]+\.[!-~]+")
_API: Final = "/api/v1/gateways"
_TIMEOUT_S: Final = 20.0
_LARGEST: Final = 1 << 16


class NotAdmitted(Exception):
    """The hub does not let this gateway in, or cannot be asked; the message says why."""

    def __init__(self, says: str, *, for_good: bool = False) -> None:
        super().__init__(says)
        self.for_good = for_good  # trying again will not help


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """What a hub answers to a code."""

    gateway: str
    token: str
    host: str | None = None  # of the broker; none: the machine that answered
    port: int
    tls: bool = False
    site: str | None = None  # none: the hub does not know


class Hub:
    """Where a hub's pages are."""

    def __init__(self, address: str, ca_file: Path | None = None) -> None:
        """Raise OSError for a file that holds no authority."""
        self._address = address.rstrip("/")
        self._context = ssl.create_default_context(cafile=ca_file)

    def enrol(self, code: str) -> Admission:
        """Trade a code for a token; raise NotAdmitted where it is not good."""
        answer = self._post("/enrol", {"code": code}, {})
        try:
            return msgspec.json.decode(answer, type=Admission)
        except msgspec.MsgspecError as error:
            raise self._is_no_hub(error) from error

    def renew(self, token: str) -> str | None:
        """Return a new token, or None while the one there is may stay."""
        answer = self._post("/token", {}, {"Authorization": f"Bearer {token}"})
        try:
            return json.loads(answer)["token"]
        except (ValueError, KeyError, TypeError) as error:
            raise self._is_no_hub(error) from error

    def _post(self, path: str, said: dict[str, Any], heads: dict[str, str]) -> bytes:
        heads = {"Content-Type": "application/json", **heads}
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{self._address}{_API}{path}", json.dumps(said).encode(), heads
        )
        try:
            return self._answer(request)
        except (OSError, ValueError) as error:  # ValueError: a name that no network can have
            says = f"no hub answers at {self._address}: {_reason(error)}"
            raise NotAdmitted(says) from error
        except http.client.HTTPException as error:
            raise self._is_no_hub(error) from error

    def _answer(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(  # noqa: S310 - the scheme was checked
                request, timeout=_TIMEOUT_S, context=self._context
            ) as answer:
                return answer.read(_LARGEST)
        except urllib.error.HTTPError as refused:
            for_good = refused.code in {401, 403}
            with refused:
                raise NotAdmitted(self._why(refused), for_good=for_good) from refused

    def _why(self, refused: urllib.error.HTTPError) -> str:
        try:
            return str(json.loads(refused.read(_LARGEST))["detail"])
        except (ValueError, KeyError, TypeError):
            return f"{self._address} says {refused.code} {refused.reason}, as no hub does"

    def _is_no_hub(self, error: Exception) -> NotAdmitted:
        return NotAdmitted(f"{self._address} answers, but is no hub: {error}")


def _reason(error: Exception) -> str:
    """Return what went wrong, without how this program came to ask."""
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"{inner.verify_message}; its authority can be named: --ca-file"
    return getattr(inner, "strerror", None) or str(inner)


def is_address(text: str) -> bool:
    """Tell whether a hub's pages can be there."""
    try:
        parts = urlsplit(text)
        has_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return has_place and parts.scheme in {"http", "https"} and " " not in text


def login(token: str) -> tuple[str, str]:
    """Return who a token is at a broker, and the password."""
    user, _, password = token.partition(".")
    return user, password


def read(path: Path) -> str:
    """Return the token that a file holds; raise ValueError if that is none."""
    token = path.read_text(encoding="utf-8").strip()
    if not _TOKEN.fullmatch(token):
        raise ValueError("it holds no token: enrol this gateway again")
    return token


def keep(path: Path, token: str) -> None:
    """Put a token into its file, for its owner alone; a power cut leaves the old or the new."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.touch(mode=0o600)
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(token + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
