"""The command line: one file a noun, each imported only when it is asked for."""

import importlib
from typing import Any, Final

import click

from ingest.layout import FileUnusable
from kindstep import log

_COMMANDS: Final = (
    "accounts",
    "archive",
    "audit",
    "backup",
    "convert",
    "db",
    "deadletters",
    "decode",
    "demo",
    "doctor",
    "engagement",
    "export",
    "federate",
    "gateway",
    "import",
    "influx",
    "init",
    "messages",
    "people",
    "replay",
    "report",
    "rescore",
    "restore",
    "score",
    "simulate",
    "study",
    "trail",
    "up",
    "watch",
    "web",
)

#: Which extra brings what is in none of the others.
_BRINGS: Final = {"statsmodels": "research", "scipy": "research", "bumble": "radio"}


class _Lazy(click.Group):
    """Imports a command's module when the command is asked for: a gateway has no numpy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        try:
            module = importlib.import_module(f"kindstep.cli.{cmd_name}")
        except ModuleNotFoundError as missing:
            if (missing.name or "").split(".")[0] == "kindstep":
                raise
            return _absent(cmd_name, missing)
        return module.command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as missing:
            if (missing.name or "").split(".")[0] == "kindstep":
                raise
            raise click.ClickException(_says(str(ctx.invoked_subcommand), missing)) from missing
        except FileUnusable as unusable:
            raise click.ClickException(str(unusable)) from unusable


def _says(name: str, missing: ModuleNotFoundError) -> str:
    extra = _BRINGS.get((missing.name or "").split(".")[0], "hub")
    return f"{name} needs {missing.name}: pip install 'kindstep[{extra}]' brings it"


def _absent(name: str, missing: ModuleNotFoundError) -> click.Command:
    help_text = f"Not installed here: needs {missing.name}."

    @click.command(name, help=help_text, context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1)
    def command(rest: tuple[str, ...]) -> None:
        del rest
        raise click.ClickException(_says(name, missing))

    return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kindstep")
@click.option("-v", "--verbose", is_flag=True, help="Say what every part does.")
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text")
def main(form: log.Form, *, verbose: bool) -> None:
    """Wearables in, scores and encouragement out."""
    log.begin(form, verbose=verbose)
