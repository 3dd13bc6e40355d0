"""A package, written whole or not at all."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Connection

from coaching import records
from research.export import (
    chapter_coaching,
    chapter_days,
    chapter_features,
    chapter_learned,
    chapter_minutes,
    chapter_people,
    chapter_questions,
    chapter_raw,
    chapter_teams,
    chapter_together,
    chapter_vitals,
    describing,
    planning,
)
from research.export import manifest as manifest_of
from research.export.case import Case, Piece, Rows, cases
from research.export.describing import About
from research.export.documents import Documents
from research.export.layout import Layout
from research.export.manifest import Gate, Manifest
from research.export.planning import Order, Plan, is_week
from research.export.stretches import Untold
from research.export.writing import TableFiles

Progress: TypeAlias = Callable[[int, int], None]  # people done, of so many

LAYOUTS: Final[tuple[Layout, ...]] = (
    chapter_people.PARTICIPANTS,
    chapter_people.DEVICES,
    chapter_minutes.MINUTES,
    chapter_minutes.GAPS,
    chapter_days.DAYS,
    chapter_days.NIGHTS,
    chapter_vitals.VITAL_SIGNS,
    chapter_coaching.GOALS,
    chapter_coaching.DECISIONS,
    chapter_learned.OUTCOMES,
    chapter_learned.BELIEFS,
    chapter_coaching.MESSAGES,
    chapter_questions.QUESTIONNAIRES,
    chapter_questions.ANSWERS,
    chapter_questions.CODEBOOK,
    chapter_features.FEATURES,
    chapter_together.SOCIAL_EVENTS,
    chapter_teams.TIES,
    chapter_teams.CHALLENGES,
    chapter_together.POINTS,
    chapter_together.DONATIONS,
    chapter_people.CONSENTS,
)


class Unsafe(PermissionError):
    """People could be told apart: nothing was written. `plan` says by what."""

    def __init__(self, plan: Plan) -> None:
        cells = "; ".join(f"{cell.says}: {cell.people}" for cell in plan.small)
        super().__init__(cells or f"{plan.look.people} people are too few to hide among")
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was written."""

    name: str  # the hash of its manifest
    participants: int
    whole: tuple[str, ...]  # streams of which nobody's samples are missing
    rows: Mapping[str, int]  # by table


def export(db: Connection, order: Order, into: Path, progress: Progress) -> Package:
    """Write a package into a folder that is not there yet.

    Raises Unsafe when the gate stays shut, Unproven when a decision comes out otherwise, and
    FileExistsError. `db` sees one moment of the store for as long as this takes.
    """
    if into.exists():
        raise FileExistsError(f"{into} is there already")
    plan = planning.plan(db, order)
    if not plan.allowed:
        raise Unsafe(plan)
    unfinished = into.with_name(f".{into.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        name, rows = _write(db, order, plan, unfinished, progress)
        unfinished.rename(into)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    whole = (stream for stream in order.wish.raw if _is_whole(plan, stream))
    return Package(name, len(plan.exported), tuple(whole), rows)


def _is_whole(plan: Plan, stream: str) -> bool:
    return plan.shared.get(chapter_raw.TOPICS[stream]) == plan.enrolled


def _write(
    db: Connection, order: Order, plan: Plan, folder: Path, progress: Progress
) -> tuple[str, Mapping[str, int]]:
    raw = [chapter_raw.layout(stream) for stream in order.wish.raw]
    layouts = [layout.told(order.wish.profile) for layout in (*LAYOUTS, *raw)]
    documents = Documents(db)
    rows = _tables(db, order, plan, folder, layouts, documents, progress)
    studies = documents.write(folder / "documents")
    software = f"kindstep {version('kindstep')}"
    about = About(order.wish.profile, len(plan.exported), software, tuple(studies))
    written = {each.path: each for each in manifest_of.files_in(folder)}
    describing.describe(folder, layouts, [*written.values()], about)
    name = manifest_of.write(
        folder,
        Manifest(
            software=software,
            profile=order.wish.profile,
            determination="needed" if order.wish.profile.needs_expert else "not needed",
            participants=len(plan.exported),
            shared={topic.value: count for topic, count in sorted(plan.shared.items())},
            gate=_gate(plan),
            study=tuple(studies),
            rows=rows,
            files=tuple(manifest_of.files_in(folder, written)),
        ),
    )
    return name, rows


def _gate(plan: Plan) -> Gate:
    cells = tuple((str(cell.says), cell.people) for cell in plan.small)
    return Gate(plan.look.k, plan.safe, cells, tuple(map(str, plan.coarsened())))


def _tables(
    db: Connection,
    order: Order,
    plan: Plan,
    folder: Path,
    layouts: list[Layout],
    documents: Documents,
    progress: Progress,
) -> dict[str, int]:
    """Write every table, person by person; return their rows."""
    (folder / "tables").mkdir()
    with ThreadPoolExecutor(1, "packer") as packer, ExitStack() as open_files:
        tables = {
            layout.name: open_files.enter_context(
                TableFiles(folder / "tables", layout, packer, with_csv=_has_csv(layout, order))
            )
            for layout in layouts
        }
        for done, case in enumerate(cases(db, order.asker, records.enrolled(db)), start=1):
            for name, piece in _pieces(case, order, plan, documents):
                tables[name].add(piece)
            progress(done, len(plan.exported))
        name, items = chapter_questions.codebook(documents.protocols.values())
        tables[name].add(items)
    return {name: table.rows for name, table in tables.items()}


def _has_csv(layout: Layout, order: Order) -> bool:
    if layout.name == chapter_minutes.MINUTES.name:
        return order.wish.minutes_csv
    return layout.name in {each.name for each in LAYOUTS}


def _pieces(case: Case, order: Order, plan: Plan, documents: Documents) -> Iterator[Piece]:
    for name, piece in _every(case, order, plan, documents):
        if case.name in plan.withheld.get(name, ()):
            continue
        yield name, _weekless(piece) if name in plan.weekless else piece


def _weekless(piece: Rows) -> Rows:
    if callable(piece):
        return piece
    return [{name: row[name] for name in row if not is_week(name)} for row in piece]


def _every(case: Case, order: Order, plan: Plan, documents: Documents) -> Iterator[Piece]:
    withheld = plan.withheld_of(case.name)
    yield from chapter_people.pieces(case, plan.look.coarseness, withheld)
    untold = Untold()  # filled by the minutes before days are told
    yield from chapter_minutes.pieces(case, plan.skipped, untold)
    yield from chapter_days.pieces(case, untold)
    yield from chapter_vitals.pieces(case)
    yield from chapter_coaching.pieces(case, documents)
    yield from chapter_learned.pieces(case, documents)
    yield from chapter_questions.pieces(case, documents)
    yield from chapter_features.pieces(case, documents)
    yield from chapter_teams.pieces(case, plan.in_circle)
    yield from chapter_together.pieces(case, plan.in_circle)
    yield from chapter_raw.pieces(case, order.samples, order.wish.raw, plan.skipped)
