"""How long people stayed, what they did together, and with what more steps went."""

from coaching.effect import Interval
from research.engagement import Engagement, Finding
from research.figures import drawing
from research.figures.figure import FEWEST, Figure, limits, nothing


def retention(found: Engagement) -> Figure:
    """Draw the share of people who have not left off."""
    stayed = found.retention
    title = "Time to leaving off"
    told = [step for step in stayed.steps if step.at_risk >= FEWEST]
    if not told:
        return nothing(title, f"Fewer than {FEWEST} people were followed.")
    half = f"Half had left by day {stayed.median_day}." if stayed.median_day else ""
    points = [(float(step.day), *_percent(step.share)) for step in told]
    last = max(each.days for each in found.people) if told == [*stayed.steps] else told[-1].day
    return Figure(
        title,
        f"The share of {stayed.people} people who have not left off (Kaplan-Meier, 95 % "
        f"limits); {stayed.left} have. {half}".strip(),
        drawing.band(
            [*points, (float(last), *points[-1][1:])],
            "study day",
            "% still with it",
            steps=True,
        ),
        ("from day", "at risk", "% still with it", "low", "high"),
        tuple(
            (step.day, step.at_risk, *(round(each, 1) for each in _percent(step.share)))
            for step in told
        ),
    )


def wear(found: Engagement) -> Figure:
    """Draw on which share of days it was worn, week by week."""
    title = "Wear"
    weeks = [each for each in found.worn if each.people >= FEWEST]
    if len(weeks) < 2:
        return nothing(title, f"There are no two whole weeks of {FEWEST} people.")
    return Figure(
        title,
        "The share of days with ten hours of wear, a mean over everyone followed through the "
        "week, with 95 % limits.",
        drawing.band(
            [(float(each.week), *_percent(each.share)) for each in weeks],
            "study week",
            "% of days",
        ),
        ("week", "people", "% of days", "low", "high"),
        tuple(
            (each.week, each.people, *(round(share, 1) for share in _percent(each.share)))
            for each in weeks
        ),
    )


def together(found: Engagement) -> Figure:
    """Draw interactions a person and year."""
    title = "Interactions a person and year"
    if len(found.people) < FEWEST:
        return nothing(title, f"Fewer than {FEWEST} people were followed.")
    lines = [
        (f"with {rate.whom}", each.value, each.low, each.high)
        for rate in found.contacts
        for each in [rate.a_year]
    ]
    return Figure(
        title,
        "In which both had a part: a message answered, a cheer returned, a comment. With 95 % "
        "limits.",
        drawing.dots(lines, "a person and year"),
        ("with", "interactions", "a year", "low", "high"),
        tuple((rate.whom, rate.count, *limits(rate.a_year)) for rate in found.contacts),
    )


def table(found: Engagement) -> Figure:
    """Tell the study's own table."""
    told = [each for each in found.findings if each.effect and each.unit == "steps a day"]
    return Figure(
        "What went with more steps",
        "Observational lines say how people differ who differ in this; only where a draw "
        "decided is the difference an effect.",
        drawing.dots([_line(each) for each in told], "steps a day") if told else "",
        ("", "design", "people", "more", "low", "high", "unit", "why not"),
        tuple(
            (e.name, e.design.value, e.people, *limits(e.effect, 2), e.unit, e.refused or None)
            for e in found.findings
        ),
    )


def _line(found: Finding) -> tuple[str, float, float, float]:
    effect = found.effect
    if effect is None:
        raise ValueError(f"{found.name} is not told")
    return (found.name, effect.value, effect.low, effect.high)


def _percent(share: Interval) -> tuple[float, float, float]:
    """Return a share and its limits, which end where shares do."""
    return 100 * share.value, 100 * max(share.low, 0.0), 100 * min(share.high, 1.0)
