"""The report as one page that needs nothing else: drawings, tables and style are in it."""

from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from research import figures as figures_of
from research import trial
from research.engagement import engagement
from research.export.manifest import NAME, sha256
from research.opened import Opened
from research.report import outcomes, staying, taking_part

_PAGES: Final = Environment(
    loader=PackageLoader("research", "report"), autoescape=True, undefined=StrictUndefined
)


def page(package: Opened) -> str:
    """Return the report of a package."""
    found = engagement(package)
    lives = taking_part.lives(package, found.people)
    panel = trial.effect_panel(package)
    figures = (
        taking_part.flow(package, found),
        figures_of.adherence(lives),
        figures_of.quality(lives),
        outcomes.activity(package),
        outcomes.by_kind(panel),
        outcomes.over_time(panel),
        outcomes.giving(package),
        staying.retention(found),
        staying.wear(found),
        staying.together(found),
        staying.table(found),
    )
    style = resources.files("research.report").joinpath("report.css").read_text("utf-8")
    return _PAGES.get_template("report.html").render(
        title=package.title,
        manifest=package.manifest,
        name=sha256(package.folder / NAME),
        figures=[(each, Markup(each.drawing)) for each in figures],  # noqa: S704 - drawn here
        style=Markup(style),  # noqa: S704 - our own
    )
