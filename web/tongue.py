"""The languages of pages: templates are in English, a catalogue makes another of it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from babel import Locale, dates
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from people.sentence import Sentence

_CATALOGUES: Final = Path(__file__).parent / "catalogues"
ENGLISH: Final = "en"


@dataclass(frozen=True)
class Tongue:
    """One language: its sentences, its dates, and the side it begins on."""

    language: str  # "he"
    locale: Locale
    catalogue: NullTranslations

    @cached_property
    def direction(self) -> str:
        """Return "rtl" for a language read from the right, else "ltr"."""
        return self.locale.text_direction

    @property
    def own_name(self) -> str:
        """Return what its speakers call it."""
        return self.locale.language_name or self.language

    def said(self, words: str | Sentence) -> str:
        """Return what another stage said, or a name of its own, in this language."""
        return words.by(self._of) if isinstance(words, Sentence) else self._of(words)

    def _of(self, words: str) -> str:
        return self.catalogue.gettext(words) if words else ""  # "" stands for its header

    def weekday(self, day: date, width: Literal["abbreviated", "wide"] = "abbreviated") -> str:
        """Return the name of a day of the week."""
        return dates.get_day_names(width, locale=self.locale)[day.weekday()]

    def day(self, day: date) -> str:
        """Return a day with its name, "Wednesday 25 November"."""
        return dates.format_skeleton("MMMMEEEEd", day, locale=self.locale)

    def day_of_year(self, then: date) -> str:
        """Return a day and its month, "25 Nov"."""
        return dates.format_skeleton("MMMd", then, locale=self.locale)


def tongues() -> dict[str, Tongue]:
    """Return English and every language there is a catalogue of."""
    english = Tongue(ENGLISH, Locale("en", "GB"), NullTranslations())
    return {ENGLISH: english} | {path.stem: _read(path) for path in _CATALOGUES.glob("*.po")}


def preferred(accepted: str, known: list[str]) -> str:
    """Return the language that an Accept-Language header asks for first among those we have."""
    asked = [part.partition(";")[0].strip() for part in accepted.split(",")]
    return negotiate_locale(asked, known, sep="-") or ENGLISH


def _read(path: Path) -> Tongue:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Tongue(path.stem, Locale.parse(path.stem), Translations(compiled))
