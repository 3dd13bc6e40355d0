"""study.toml: the protocol of a study."""

from importlib import resources
from pathlib import Path

from coaching import protocol
from kindstep import toml_file
from web.study_desk import BadStudy


def load(path: Path | None) -> protocol.Protocol:
    """Return a study's protocol; none: the study that comes with kindstep."""
    if path is None:
        return parse(builtin("usc"), "usc.toml")
    return parse(toml_file.text_of(path), str(path))


def builtin(name: str) -> str:
    """Return the text of a study that comes with kindstep."""
    return resources.files("kindstep").joinpath(f"studies/{name}.toml").read_text("utf-8")


def parse(text: str, name: str) -> protocol.Protocol:
    """Read a protocol; raise BadSettings naming the line at fault."""
    study = toml_file.parse(text, protocol.Protocol, name)
    try:
        protocol.validate(study)
    except protocol.BadProtocol as error:
        line = toml_file.line_of(text, error.path)
        raise toml_file.BadSettings(f"{name}:{line}: {error}") from error
    return study


def read(text: str) -> protocol.Protocol:
    """Read what somebody loads on a page; raise BadStudy naming the line at fault."""
    try:
        return parse(text, "study.toml")
    except toml_file.BadSettings as error:
        raise BadStudy(str(error)) from error
