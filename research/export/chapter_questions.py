"""Questionnaires: what was asked, what was answered, and what each answer stands for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from coaching import records
from coaching.records import Answer, Asked, Entry, Protocol
from people.authorize import Topic
from research.export.case import Case, Piece
from research.export.documents import Documents
from research.export.layout import (
    OWN_WORDS,
    Column,
    Layout,
    always,
    consent_version,
    moment,
    participant,
)

_ASKED: Final = "coaching.asked"
_ANSWERED: Final = "coaching.answers"
_PROTOCOL: Final = "coaching.protocol"


def _which() -> tuple[Column, ...]:
    return (
        always("instrument", "category", "which questionnaire, see codebook", _ASKED),
        always("version", "integer", "of its questions", _ASKED),
    )


QUESTIONNAIRES: Final = Layout(
    "questionnaires",
    "One row a questionnaire that was put to a participant, answered or not",
    ("participant", "number"),
    (
        participant(),
        always("number", "integer", "among this person's questionnaires, from 1", _ASKED),
        *_which(),
        *moment("asked", "when", _ASKED),
        *moment("finished", "when it was answered; null: it was not", _ASKED),
        always("skipped", "boolean", "set aside by the participant", _ASKED),
        always("protocol", "category", "hash of the protocol, see documents/", _ASKED),
        consent_version(topic="prompts"),
    ),
)
ANSWERS: Final = Layout(
    "answers",
    "One row an answer; an item without a row was skipped, or not asked",
    ("participant", "number", "item"),
    (
        participant(),
        always("number", "integer", "of the questionnaire, as in questionnaires", _ANSWERED),
        *_which(),
        always("item", "category", "which question, see codebook", _ANSWERED),
        always("value", "string", f"as the codebook says, or {OWN_WORDS}", _ANSWERED),
        consent_version(topic="prompts"),
    ),
)
CODEBOOK: Final = Layout(
    "codebook",
    "One row an item of the questionnaires in this package's protocols",
    ("instrument", "version", "item"),
    (
        *_which(),
        always("item", "category", "which question", _PROTOCOL),
        always("text", "string", "its words in English, or the first language", _PROTOCOL),
        always("kind", "category", "scale, choice or text", _PROTOCOL),
        always("values", "string", "what an answer stands for", _PROTOCOL),
        Column("only_if", "string", "asked only after this answer; null: always", _PROTOCOL),
    ),
)


def pieces(case: Case, documents: Documents) -> Iterator[Piece]:
    """Yield what there is of these tables."""
    if not case.has(Topic.PROMPTS):
        return
    asked = records.asked(case.db, case.who)
    numbers = {each.id: number for number, each in enumerate(asked, start=1)}
    names = {each.protocol: documents.name(each.protocol) for each in asked}
    yield (
        QUESTIONNAIRES.name,
        [_asked(case, numbers[each.id], each, names[each.protocol]) for each in asked],
    )
    texts = _own_words({digest: documents.protocols[names[digest]] for digest in names})
    answers = records.answers(case.db, case.who)
    yield ANSWERS.name, [_answer(case, numbers[each.asked], each, texts) for each in answers]


def codebook(protocols: Iterable[Protocol]) -> Piece:
    """Return the items of all questionnaires of some protocols."""
    found: dict[tuple[str, int, str], Entry] = {}
    for protocol in protocols:
        for each in records.codebook(protocol.questionnaires):
            found.setdefault((each.instrument, each.version, each.item), each)
    rows = [msgspec.structs.asdict(found[key]) for key in sorted(found)]
    return CODEBOOK.name, [{**row, "only_if": row["only_if"] or None} for row in rows]


def _own_words(protocols: Mapping[str, Protocol]) -> set[tuple[str, str, str]]:
    """Return which items are answered in one's own words."""
    return {
        (digest, name, item.id)
        for digest, protocol in protocols.items()
        for name, instrument in protocol.questionnaires.items()
        for item in instrument.items
        if item.kind == "text"
    }


def _asked(case: Case, number: int, asked: Asked, protocol: str) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.PROMPTS),
        "number": number,
        "instrument": asked.instrument,
        "version": asked.version,
        **case.time.moment("asked", asked.asked_us),
        **case.time.moment("finished", asked.finished_us),
        "skipped": asked.skipped_us is not None,
        "protocol": protocol,
    }


def _answer(
    case: Case, number: int, answer: Answer, texts: set[tuple[str, str, str]]
) -> dict[str, Any]:
    in_own_words = (answer.protocol, answer.instrument, answer.item) in texts
    return {
        **case.stands_on(Topic.PROMPTS),
        "number": number,
        "instrument": answer.instrument,
        "version": answer.version,
        "item": answer.item,
        "value": OWN_WORDS if in_own_words else answer.value,
    }
