"""Every sentence of ours that people read: in templates, and what acts and orders answer."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from babel.messages.catalog import Catalog
from jinja2.ext import GETTEXT_FUNCTIONS, babel_extract

from web.phrases import PLACE

WEB: Final = Path(__file__).parents[1]
_PAGES: Final = (
    "admission",
    "operator",
    "provider",
    "researcher",
    "sign_in",
    "study_page",
    "wording",
)
_ANSWERS: Final = (
    *sorted((WEB.parent / "coaching" / "requests").glob("*.py")),
    *(
        WEB.parent / "kindstep" / f"{name}.py"
        for name in ("operating", "pages", "putting_on", "ringing", "study_room")
    ),
    *(WEB / f"{name}.py" for name in _PAGES),
)
_OPTIONS: Final = {"trim_blocks": "true", "lstrip_blocks": "true"}


def gathered() -> Catalog:
    """Return all of them, each with the file it stands in."""
    found = Catalog()
    for path in sorted((WEB / "templates").glob("*.html")):
        with path.open("rb") as file:
            for _, _, words, _ in babel_extract(file, GETTEXT_FUNCTIONS, (), _OPTIONS):
                _add(found, words, path)
    for path in _ANSWERS:
        for words in _made(ast.parse(path.read_text("utf-8"))):
            if any(map(str.isalpha, PLACE.sub("", words))):
                _add(found, words, path)
    return found


def _add(found: Catalog, words: str | tuple[str | None, ...] | None, path: Path) -> None:
    forms = [each for each in (words if isinstance(words, tuple) else (words,)) if each]
    if forms:
        one = forms[0] if len(forms) == 1 else tuple(forms)  # else of a number: one, and many
        stands_in = path.relative_to(WEB.parent).as_posix()
        found.add(cast("str", one), locations=[(stands_in, 0)])


def _made(module: ast.Module) -> Iterator[str]:
    """Yield the sentences of a module; what outcomes are filled with becomes `%(its_name)s`."""
    yield from filter(_is_sentence, map(_constant, module.body))
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "says":
            yield from _sentences(node.value)


def _constant(node: ast.stmt) -> str:
    """Return the words that a module gives a name, "" where it names something else."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    words = value.value if isinstance(value, ast.Constant) else None
    return words if isinstance(words, str) else ""


def _is_sentence(words: str) -> bool:
    return words[:1].isupper() and words.endswith((".", "?"))


def _called(call: ast.Call) -> Iterator[str]:
    if getattr(call.func, "attr", "") == "_of":
        yield from _sentences(call.args[0])
    if getattr(call.func, "id", "") in ("Outcome", "Done"):
        for keyword in call.keywords:
            if keyword.arg == "says":
                yield from _sentences(keyword.value)


def _sentences(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(map(_piece, value.values))
    elif isinstance(value, ast.IfExp):
        yield from _sentences(value.body)
        yield from _sentences(value.orelse)
    elif isinstance(value, ast.BoolOp):
        for each in value.values:
            yield from _sentences(each)


def _piece(piece: ast.expr) -> str:
    if isinstance(piece, ast.Constant):
        return str(piece.value).replace("%", "%%")
    names = [node for node in ast.walk(piece) if isinstance(node, ast.Name | ast.Attribute)]
    last = names[0] if names else None
    name = last.attr if isinstance(last, ast.Attribute) else getattr(last, "id", "value")
    return f"%({name})s"
