"""Where somebody is signed in, as they recognise it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from people.sentence import Sentence, say
from web.accounts.sign_in_file import digest

_BROWSERS: Final = (
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


class Lack(StrEnum):
    """What a session lacks before it opens anything."""

    NOTHING = ""
    CODE = "code"  # of the second factor
    FACTOR = "factor"  # staff have to set one up first


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in."""

    handle: str  # names it, and signs nobody in
    begun_us: int
    browser: str

    def is_of(self, session_id: str) -> bool:
        """Tell whether it is the one with this id."""
        return self.handle == digest(session_id).hex()


def browser_of(user_agent: str) -> str:
    """Return a browser and its system, "Chrome on Android", as far as a browser says so."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "A browser")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


def in_words(browser: str) -> Sentence:
    """Return the same to be said in any language."""
    name, _, system = browser.partition(" on ")
    which = Sentence(name) if name else say("A browser")
    return say("%(browser)s on %(system)s", browser=which, system=system) if system else which
