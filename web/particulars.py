"""What a line of the trail tells besides who, what and whom, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from people.sentence import Sentence, say
from people.trail import SAW, Trace
from web.accounts.scopes import SAYS
from web.deeds import LOOKS, PARTICULARS, look_of

_PEOPLE: Final = ("coach", "colleague", "sponsor")


@dataclass(frozen=True, slots=True)
class Particular:
    """One thing that a line tells; one without a name stands for itself."""

    name: Sentence | str
    value: Sentence | str


def particulars(trace: Trace, names: Mapping[str, str]) -> list[Particular]:
    """Return what a line tells; `names` is what people are called."""
    if trace.what == SAW:
        return [Particular("", LOOKS[look_of(trace.detail)])]
    if trace.what == "made a token":
        return _token(trace.detail)
    told = _fields(trace)
    if not told:
        return [Particular("", trace.detail)] if trace.detail not in ("", "{}") else []
    return [
        Particular(PARTICULARS.get(field, field), _value(field, value, names))
        for field, value in told.items()
    ]


def people_of(traces: Iterable[Trace]) -> set[str]:
    """Return everybody whom lines mention, to be called by their names."""
    known: set[str] = set()
    for each in traces:
        told = _fields(each)
        known |= {
            each.who,
            each.whom,
            *(str(told[field]) for field in _PEOPLE if field in told),
        }
    return known


def _token(detail: str) -> list[Particular]:
    name, _, scopes = detail.rpartition(": ")
    words = {scope.value: says for scope, says in SAYS.items()}
    may = [Particular("", words.get(scope, scope)) for scope in scopes.split(", ")]
    return [Particular("", name), *may]


def _fields(trace: Trace) -> dict[str, Any]:
    """Return an act's or order's own fields; none where a line says it in words."""
    if not trace.detail.startswith("{"):
        return {}
    try:
        return msgspec.json.decode(trace.detail, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}


def _value(field: str, value: object, names: Mapping[str, str]) -> Sentence | str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if field in _PEOPLE:
        return names.get(str(value), str(value))
    return str(value) if field == "reference" else str(value).replace("_", " ")
