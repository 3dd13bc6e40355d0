"""Every sentence of ours that people read: in templates, and what the code says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from babel.messages.catalog import Catalog
from jinja2.ext import GETTEXT_FUNCTIONS, babel_extract

WEB: Final = Path(__file__).parents[1]
#: Where a sentence is filled in.
PLACE: Final = re.compile(r"%\((\w+)\)s")
#: What the code says things with, by where it is from: the first argument is a sentence.
_SAYING: Final = {
    "people.sentence": {"say"},
    "coaching.acts.act": {"accepted", "refused"},
    "web.orders": {"did", "did_not"},
}
_STAGES: Final = ("people", "coaching", "research", "kindstep", "web")
_OPTIONS: Final = {"trim_blocks": "true", "lstrip_blocks": "true"}


class NotASentence(SyntaxError):
    """The code says what no catalogue can hold, or leaves a place of it empty."""


def gathered() -> Catalog:
    """Return all of them, each with the files it stands in; raise NotASentence."""
    found = Catalog()
    for path in sorted((WEB / "templates").glob("*.html")):
        with path.open("rb") as file:
            for _, _, words, _ in babel_extract(file, GETTEXT_FUNCTIONS, (), _OPTIONS):
                _add(found, words, path)
    for stage in _STAGES:
        for path in sorted((WEB.parent / stage).rglob("*.py")):
            for words in said(path.read_text("utf-8"), path.name):
                _add(found, words, path)
    return found


def said(source: str, name: str = "") -> Iterator[str]:
    """Yield what a module says, places and all; raise NotASentence for what is none."""
    nodes = list(ast.walk(ast.parse(source)))
    saying = {
        each for node in nodes if isinstance(node, ast.ImportFrom) for each in _from(node)
    }
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in saying:
            yield _words(node, name)


def _from(imports: ast.ImportFrom) -> set[str]:
    names = {each.name for each in imports.names}
    return names & _SAYING.get(imports.module or "", set())


def _words(call: ast.Call, name: str) -> str:
    first = call.args[0] if len(call.args) == 1 else None
    words = first.value if isinstance(first, ast.Constant) else None
    if not isinstance(words, str):
        raise NotASentence(f"{name}:{call.lineno}: one sentence as it stands, then its values")
    places, values = set(PLACE.findall(words)), {each.arg for each in call.keywords}
    if places != values:
        differ = sorted(map(str, places ^ values))
        raise NotASentence(f"{name}:{call.lineno}: {', '.join(differ)} in one of both only")
    return words


def _add(found: Catalog, words: str | tuple[str | None, ...] | None, path: Path) -> None:
    forms = [each for each in (words if isinstance(words, tuple) else (words,)) if each]
    if forms:
        one = forms[0] if len(forms) == 1 else tuple(forms)  # else of a number: one, and many
        stands_in = path.relative_to(WEB.parent).as_posix()
        found.add(cast("str", one), locations=[(stands_in, 0)])
