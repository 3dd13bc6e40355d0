"""Decisions on record, and what they did."""

from collections.abc import Collection

from sqlalchemy import Connection

from coaching import members
from coaching.audited import Audited, audited
from coaching.door import Door
from coaching.effect.panel import EffectPanel, panel
from coaching.post import logged
from coaching.post.logged import Logged
from coaching.prompts import decisions
from coaching.prompts.kind import Kind
from coaching.prompts.point import Point
from coaching.prompts.sensing import sense
from people import registry


class Prompts(Door):
    """Decisions on record, and what they did."""

    def decisions(self, db: Connection, participant: str, limit: int = 20) -> list[Logged]:
        """Return decisions, sent or not, the latest first."""
        return logged.latest(db, participant, limit)

    def against(
        self, db: Connection, participant: str, kind: Kind, now_us: int
    ) -> tuple[str, ...] | None:
        """Return what speaks against a message now, nothing written; None for a stranger."""
        member = members.one(db, participant)
        if member is None:
            return None
        point = Point(member, registry.calendar(db, participant), kind, kind, now_us)
        (state,) = sense(db, [point], self._grounds, now_us)
        return decisions.decide(state, self._grounds).reasons

    def audited(self, db: Connection, participant: str, counter: int) -> Audited | None:
        """Return a decision with all that is on record of it; None when there is none."""
        return audited(db, participant, counter)

    def effect(self, db: Connection, participants: Collection[str]) -> EffectPanel:
        """Return what messages did, estimated over these people alone."""
        return panel(db, participants, self.protocol.effect)
