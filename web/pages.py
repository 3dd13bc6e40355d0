"""Templates into responses. A name that a template does not know is an error, never a blank."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from coaching.engine import Protocol
from web import wording

_TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """Renders what a study's people see."""

    def __init__(self, protocol: Protocol) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters = cast("dict[str, Any]", self._templates.filters)
        filters |= {
            "count": wording.count,
            "hours": wording.hours,
            "minute_of_day": wording.minute_of_day,
            "clock": wording.clock,
            "ago": wording.ago,
            "span": wording.span,
        }
        self._study = protocol

    def show(self, name: str, said: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Return a template, filled."""
        return HTMLResponse(
            self._templates.get_template(name).render(said, study=self._study), status
        )
