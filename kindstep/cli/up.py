"""`kindstep up`: the hub, and the process that serves its pages."""

from pathlib import Path

import click

from kindstep import process, settings, study
from kindstep.broker import BrokerUnusable


@click.command("up")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--web/--no-web", default=True, help="Serve the pages too.")
@click.option("--lan", is_flag=True, help="Serve them to the whole network, by HTTPS.")
@click.option("--gateway", is_flag=True, help="Run this machine's gateway too.")
def command(path: Path | None, *, web: bool, lan: bool, gateway: bool) -> None:
    """Run the hub: broker, ingest, scores, coach and pages, until Ctrl-C."""
    while _run(path, web=web, lan=lan, gateway=gateway):
        click.echo("The study changed: beginning anew.", err=True)


def _run(path: Path | None, *, web: bool, lan: bool, gateway: bool) -> bool:
    """Run the hub to its end; return whether it is to begin anew."""
    chosen = settings.load(path)
    if lan:
        chosen = settings.in_the_network(chosen)
    protocol = study.load(chosen.study)
    settings.make_folder(path, "data", chosen.data)
    if gateway:
        settings.load_gateway(path)
    process.cache_kernels(chosen.data)
    from coaching.locks import ProtocolChanged
    from kindstep import broker_place, hub  # only now: kernels look for their cache first

    children = [process.web_command(path, lan=lan)] if web else []
    if gateway:
        children.append(process.gateway_command(path))
    if chosen.backup:
        children.append(process.backup_command(path))
    try:
        broker_place.certificate(chosen)  # made before the pages' process looks for it too
        with process.rarely_collected():
            return bool(process.run(hub.serve(chosen, protocol, path=path), children))
    except (BrokerUnusable, ProtocolChanged) as error:
        raise click.ClickException(str(error)) from error
