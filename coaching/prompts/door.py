"""Decisions on record, and what they did."""

from collections.abc import Collection

from sqlalchemy import Connection

from coaching.audited import Audited, audited
from coaching.door import Door
from coaching.effect.panel import EffectPanel, panel
from coaching.post import logged
from coaching.post.logged import Logged


class Prompts(Door):
    """Decisions on record, and what they did."""

    def decisions(self, db: Connection, participant: str, limit: int = 20) -> list[Logged]:
        """Return decisions, sent or not, the latest first."""
        return logged.latest(db, participant, limit)

    def audited(self, db: Connection, participant: str, counter: int) -> Audited | None:
        """Return a decision with all that is on record of it; None when there is none."""
        return audited(db, participant, counter)

    def effect(self, db: Connection, participants: Collection[str]) -> EffectPanel:
        """Return what messages did, estimated over these people alone."""
        return panel(db, participants, self.protocol.effect)
