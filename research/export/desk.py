"""Where packages are handed out: nothing leaves it without a line in the access log."""

import shutil
from pathlib import Path
from typing import Any

from analytics.rescoring import Records
from ingest.store import Store
from people.authorize import Actor
from research.deidentify.profile import Profile
from research.export import package, planning
from research.export.access_log import Access, AccessLog
from research.export.layout import Layout
from research.export.package import Progress, Unsafe
from research.export.planning import Order, Plan, Wish


class Desk:
    """A store's packages, under pseudonyms by the site's own key."""

    def __init__(self, store: Store, samples: Records, site_key: bytes, log: AccessLog) -> None:
        self._store = store
        self._samples = samples
        self._site_key = site_key
        self._log = log

    def preview(self, actor: Actor, wish: Wish, now_us: int) -> Plan:
        """Return what a package would tell, without writing any."""
        with self._store.reading() as db:
            return planning.plan(db, self._order(actor, wish, now_us))

    def export(
        self, actor: Actor, wish: Wish, into: Path, now_us: int, progress: Progress
    ) -> str:
        """Write a package; see `package.export`.

        Samples that were sealed before, of streams of which it leaves nobody's out, may be
        dropped from then on once they are old: they are kept elsewhere.
        """
        order = self._order(actor, wish, now_us)
        sealed = self._samples.sealed()
        try:
            with self._store.reading() as db:
                made = package.export(db, order, into, progress)
        except Unsafe as refused:
            people = refused.plan.look.people
            self._log.add(_access(order, "refused", people, reason=str(refused)))
            raise
        try:
            told = {"package": made.name, "rows": dict(made.rows)}
            self._log.add(_access(order, "written", made.participants, **told))
        except OSError:
            shutil.rmtree(into)
            raise
        if made.whole:
            self._samples.exported(f"package {made.name}", made.whole, sealed, now_us)
        return made.name

    def _order(self, actor: Actor, wish: Wish, now_us: int) -> Order:
        return Order(actor, wish, self._site_key, now_us, self._samples)

    def taken(self) -> list[Access]:
        """Return who asked for which package, the latest first."""
        return self._log.read()[::-1]


def codebook(profile: Profile) -> list[Layout]:
    """Return the tables of a package, each column with its meaning, unit and source."""
    return [each.told(profile) for each in package.LAYOUTS]


def _access(order: Order, outcome: str, participants: int, **told: Any) -> Access:  # noqa: ANN401 - by name, as Access has them
    return Access(
        at_us=order.now_us,
        person=order.actor.person,
        profile=order.wish.profile.value,
        recipient=order.wish.recipient,
        outcome=outcome,
        participants=participants,
        **told,
    )
