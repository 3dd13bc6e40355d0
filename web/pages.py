"""Templates into responses. A name that a template does not know is an error, never a blank."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from analytics import scores
from coaching.engine import Protocol
from web.accounts.sessions import in_words
from web.tongue import ENGLISH, tongues
from web.wording import Wording

_TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """Renders what a study's people see, each in the language of who reads it."""

    def __init__(self, protocol: Protocol) -> None:
        self._study = protocol
        self._words = {name: Wording(tongue) for name, tongue in tongues().items()}
        self._templates = {name: templates(words) for name, words in self._words.items()}

    @property
    def languages(self) -> list[str]:
        """The languages that pages are there in."""
        return list(self._words)

    def words(self, language: str) -> Wording:
        """Return numbers and times as a language has them; in English where we lack it."""
        return self._words.get(language, self._words[ENGLISH])

    def show(self, name: str, said: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Return a template, filled, in the language that `said` has as `lang`."""
        templates = self._templates.get(said["lang"], self._templates[ENGLISH])
        return HTMLResponse(
            templates.get_template(name).render(said, study=self._study), status
        )


def templates(words: Wording) -> Environment:
    """Return the templates in a language."""
    tongue = words.tongue
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    cast("Any", found).install_gettext_translations(tongue.catalogue, newstyle=True)
    filters = cast("dict[str, Any]", found.filters)
    filters |= {
        "count": words.count,
        "hours": words.hours,
        "minute_of_day": words.minute_of_day,
        "clock": words.clock,
        "ago": words.ago,
        "day": words.day,
        "span": words.span,
        "weekday": tongue.weekday,
        "long_day": tongue.day,
        "day_of_year": tongue.day_of_year,
        "said": tongue.said,
        "browser": in_words,
        "imported_from": scores.imported_from,
    }
    shared = cast("dict[str, Any]", found.globals)
    shared |= {"page_language": tongue.language, "direction": tongue.direction}
    shared["once"] = _once
    return found


def _once() -> Markup:
    """Return a form's own key: however often the form arrives, it is counted once."""
    key = secrets.token_urlsafe(9)
    return Markup('<input type="hidden" name="once" value="{}">').format(key)
