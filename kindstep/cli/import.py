"""`kindstep import`: what somebody's other tracker exported, into the running hub."""
# ruff: noqa: N999 - a command is a module of its name

import asyncio
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kindstep import importing, line, settings, stores
from kindstep.bars import following
from kindstep.cli.zones import Zone
from kindstep.folder import Folder
from people.authorize import Actor, Role
from people.registry import Conflict, NotKnown
from research.imports import NotRead, read
from web.programs import Answer, Bring


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--for", "participant", required=True, help="Whose it is, by id.")
@click.option(
    "--zone", type=Zone(), help="Where ActiLife set the recorder up, as Europe/Berlin."
)
def command(source: Path, path: Path | None, participant: str, zone: ZoneInfo | None) -> None:
    """Import steps and heart rates from SOURCE: Apple Health's export.xml, the folder of a
    Fitbit export, a FIT file or a folder of them, a Gadgetbridge database, or a CSV of
    ActiLife: epochs with steps, or raw acceleration.

    The hub has to run. What it has already is not stored again. Ends with 2 if SOURCE cannot
    be read.
    """  # noqa: D205 - click takes the first sentence
    try:
        chosen = settings.load(path)
        kind, found = read(source, zone)
        worn = importing.spans(kind, participant, found)
        store = stores.open_store(chosen)
        try:
            store.write(lambda db: importing.give(db, participant, worn))
        finally:
            store.close()
        with click.progressbar(length=1, label="Importing", file=sys.stderr) as bar:
            ran = importing.bring(
                _send(Folder(chosen.data).line, participant),
                kind,
                participant,
                found,
                following(bar),
            )
            done = asyncio.run(ran)
    except NotRead as error:
        raise click.UsageError(str(error)) from error
    except line.HubAway as error:
        raise click.ClickException(f"no hub runs here: {error}") from error
    except (NotKnown, Conflict, importing.NotTaken, line.TooLarge) as error:
        raise click.ClickException(str(error)) from error
    for device in worn:
        click.echo(device)
    click.echo(f"{done.stored:,} stored, {done.duplicates:,} were there already")


def _send(hub: Path, participant: str) -> importing.Send:
    actor = Actor(participant, Role.PARTICIPANT)

    async def send(request: Bring) -> Answer:
        return await line.serve(hub, actor, request)

    return send
