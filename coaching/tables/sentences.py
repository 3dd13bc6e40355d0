"""Columns of sentences: what was said is kept as it stands in the code, with what fills it."""

from typing import Final

import msgspec
from sqlalchemy import Dialect, Text, TypeDecorator

from people.sentence import Sentence

_sentences: Final = msgspec.json.Decoder(Sentence)


class Sentences(TypeDecorator[Sentence]):
    """Keeps a sentence as JSON: its words, and its values by name."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sentence | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sentence | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else _sentences.decode(value)
