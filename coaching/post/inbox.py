"""Messages to a participant: written, shown, answered, put away, expired."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from coaching.post.message import Draft, Message, Sent, as_row, from_row
from coaching.tables import messages, replies


def write(db: Connection, drafts: Sequence[Draft]) -> dict[str, int]:
    """Write messages that are not there yet; return the id of each by its source."""
    sources = [draft.source for draft in drafts]
    known = _ids(db, sources)
    rows = [as_row(draft) for draft in drafts if draft.source not in known]
    if rows:
        db.execute(insert(messages), rows)
        known = _ids(db, sources)
    return known


def is_written(db: Connection, source: str) -> bool:
    """Tell whether this source has written already."""
    return bool(_ids(db, [source]))


def read(db: Connection, participant: str, message_id: int) -> Message | None:
    """Return a participant's message, or None if it is someone else's."""
    mine = (messages.c.id == message_id) & (messages.c.participant == participant)
    row = db.execute(select(messages).where(mine)).first()
    return None if row is None else from_row(row)


def read_all(db: Connection, query: Select[Any]) -> list[Message]:
    """Return the messages that a query of their table finds."""
    return [from_row(row) for row in db.execute(query)]


def open_to(db: Connection, participant: str, now_us: int) -> list[Message]:
    """Return what is in the inbox now, the latest first."""
    query = select(messages).where(
        messages.c.participant == participant,
        messages.c.sent_us <= now_us,
        messages.c.hidden_until_us <= now_us,
        messages.c.expires_us > now_us,
    )
    return _latest_first(db.execute(query))


def sent_to(db: Connection, participant: str, limit: int) -> list[Message]:
    """Return what was sent, answered or not, the latest first."""
    query = select(messages).where(
        messages.c.participant == participant, messages.c.sent_us.is_not(None)
    )
    latest = query.order_by(messages.c.sent_us.desc(), messages.c.id.desc()).limit(limit)
    return [from_row(row) for row in db.execute(latest)]


def latest_of(db: Connection, participants: Collection[str]) -> dict[str, Message]:
    """Return the last message that each of these people was sent."""
    whose = messages.c.participant
    latest = select(whose, func.max(messages.c.sent_us).label("sent_us")).where(
        whose.in_(participants), messages.c.sent_us.is_not(None)
    )
    last = latest.group_by(whose).subquery()
    same = (whose == last.c.participant) & (messages.c.sent_us == last.c.sent_us)
    query = select(messages).join(last, same).order_by(messages.c.id)
    return {each.participant: each for each in read_all(db, query)}


def unanswered_in_a_row(
    db: Connection, participants: Collection[str], since_us: int
) -> Counter[str]:
    """Count each person's prompts that expired since an instant and their last answer."""
    mine = messages.c.participant.in_(participants) & (messages.c.sent_us >= since_us)
    columns = (messages.c.participant, messages.c.first_answered_us, messages.c.expired_us)
    query = select(*columns, messages.c.decision).where(mine)
    found = Counter[str]()
    for who, answered_us, expired_us, decision in db.execute(
        query.order_by(messages.c.sent_us, messages.c.id)
    ):
        if answered_us is not None:
            del found[who]
        elif expired_us is not None and decision is not None:
            found[who] += 1
    return found


def last_of(db: Connection, participant: str, occasion: str) -> int | None:
    """Return the id of the last message of an occasion."""
    mine = (messages.c.participant == participant) & (messages.c.occasion == occasion)
    return db.scalar(select(func.max(messages.c.id)).where(mine))


def of_decisions(
    db: Connection, participant: str, counters: Collection[int]
) -> dict[int, Message]:
    """Return the messages that decisions sent, by the decision's counter."""
    query = select(messages).where(
        messages.c.participant == participant, messages.c.decision.in_(counters)
    )
    found = (from_row(row) for row in db.execute(query))
    return {each.decision: each for each in found if each.decision is not None}


def sent_after(
    db: Connection, participants: Collection[str], after_us: int
) -> dict[str, list[Sent]]:
    """Return what came to these people after an instant, in order."""
    columns = (messages.c.sent_us, messages.c.pushed_us, messages.c.template)
    query = (
        select(messages.c.participant, *columns)
        .where(messages.c.participant.in_(participants), messages.c.sent_us > after_us)
        .order_by(messages.c.sent_us)
    )
    found: dict[str, list[Sent]] = {}
    for participant, *row in db.execute(query):
        found.setdefault(participant, []).append(Sent(*row))
    return found


def show(db: Connection, message: Message, now_us: int) -> None:
    """Note that a message was on the screen; the first time counts."""
    if message.shown_us is None:
        _set(db, message, shown_us=now_us, delivered_us=message.delivered_us or now_us)


def answer(db: Connection, message: Message, chosen: str, now_us: int) -> None:
    """Note an answer; who answered has seen it."""
    _set(
        db,
        message,
        answer=chosen,
        answered_us=now_us,
        shown_us=message.shown_us or now_us,
        delivered_us=message.delivered_us or now_us,
        first_answered_us=message.first_answered_us or now_us,
    )


def keep_reply(db: Connection, message: Message, text: str, now_us: int) -> int:
    """Keep what somebody wrote on a message; return its id."""
    if message.first_answered_us is None:
        _set(db, message, first_answered_us=now_us, shown_us=message.shown_us or now_us)
    row = {
        "participant": message.participant,
        "message": message.id,
        "text": text,
        "at_us": now_us,
    }
    return db.execute(insert(replies).values(row).returning(replies.c.id)).scalar_one()


def replies_to(db: Connection, message_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return what was written on each of these messages, in order."""
    query = select(replies.c.message, replies.c.text).where(replies.c.message.in_(message_ids))
    found: dict[int, tuple[str, ...]] = {}
    for message, text in db.execute(query.order_by(replies.c.id)):
        found[message] = (*found.get(message, ()), text)
    return found


def undo(db: Connection, message: Message) -> None:
    """Take an answer back."""
    _set(db, message, answer=None, answered_us=None)


def hide(db: Connection, message: Message, until_us: int, expires_us: int) -> None:
    """Put a message away until later."""
    _set(db, message, hidden_until_us=until_us, expires_us=expires_us)


def expire(db: Connection, message_ids: Sequence[int], now_us: int) -> None:
    """Note which of these messages went unanswered."""
    db.execute(_EXPIRED, [{"which": each, "expired_us": now_us} for each in message_ids])


_EXPIRED = (
    update(messages)
    .where(messages.c.id == bindparam("which"), messages.c.answered_us.is_(None))
    .values(expired_us=bindparam("expired_us"))
)


def _set(db: Connection, message: Message, **values: object) -> None:
    db.execute(update(messages).where(messages.c.id == message.id).values(values))


def _ids(db: Connection, sources: Sequence[str]) -> dict[str, int]:
    query = select(messages.c.source, messages.c.id).where(messages.c.source.in_(sources))
    return dict(db.execute(query).all())


def _latest_first(rows: Any) -> list[Message]:  # noqa: ANN401 - any result of this table
    found = [from_row(row) for row in rows]
    return sorted(found, key=lambda message: (message.sent_us or 0, message.id), reverse=True)
