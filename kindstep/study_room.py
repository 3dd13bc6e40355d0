"""What an operator does with the study's file: another one, a dry run, a backup of all."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from coaching import locks
from coaching.engine import Engine
from coaching.locks import Lock
from ingest import durable
from ingest.store import Store
from kindstep import process, study, toml_file
from kindstep.errands import Errands
from kindstep.folder import Folder
from kindstep.settings import Settings
from people.authorize import Actor
from people.sentence import Sentence, say
from web.orders import BackUp, Done, DryRun, Order, UseStudy, did, did_not

DRY_RUN: Final = "dry-run"
BACKUP: Final = "backup"
_NAME: Final = "study.toml"

Deeds: TypeAlias = Mapping[type[Order], Callable[[Any, Actor, int], Done]]


class StudyRoom:
    """Keeps the study's file, and runs what takes minutes beside the hub."""

    def __init__(
        self, settings: Settings, path: Path | None, store: Store, engine: Engine
    ) -> None:
        self._settings, self._path = settings, path
        self._store, self._engine = store, engine
        self._errands = Errands(Folder(settings.data).errands)
        self.deeds: Deeds = {
            UseStudy: self._use,
            DryRun: self._try,
            BackUp: self._back_up,
        }

    def stop(self) -> None:
        """End what runs beside the hub."""
        self._errands.stop()

    def _use(self, order: UseStudy, actor: Actor, now_us: int) -> Done:
        file = self._settings.study
        if file is None:
            return did_not("The settings name no file under study.")
        try:
            protocol = study.parse(order.text, _NAME)
        except toml_file.BadSettings as error:
            return Done(ok=False, says=Sentence(str(error)))
        digest = Engine(protocol, site_seed=0).protocol_digest
        with self._store.reading() as db:
            missing = self._engine.arms_in_use(db) - set(protocol.arms)
            locked = locks.history(db)
        if missing:
            return Done(
                ok=False, says=say("People are in %(arms)s.", arms=", ".join(sorted(missing)))
            )
        if locked and locked[0].digest != digest:
            if not order.reason.strip():
                return did_not("The protocol is locked: say why it changes.")
            made = Lock(digest, now_us, actor.person, order.reason.strip())
            self._store.write(lambda db: locks.lock(db, made))
        _replace(file, order.text)
        return did("The hub begins anew with %(digest)s.", digest=digest[:16])

    def _try(self, order: DryRun, _actor: Actor, _now_us: int) -> Done:
        chosen = self._settings.study
        command = process.kindstep("simulate", str(self._errands.room(DRY_RUN)))
        command += ["--people", str(order.people), "--weeks", str(order.weeks)]
        command += ["--study", str(chosen)] if chosen else []
        command += ["--odds", str(order.odds)] if order.odds is not None else []
        return self._start(DRY_RUN, command, say("They begin to live the study through."))

    def _back_up(self, _order: BackUp, _actor: Actor, _now_us: int) -> Done:
        if self._settings.backup is None:
            return did_not("The settings name no folder under [backup].")
        named = ["--settings", str(self._path)] if self._path else []
        return self._start(
            BACKUP, process.kindstep("backup", *named), say("The backup begins.")
        )

    def _start(self, name: str, command: list[str], says: Sentence) -> Done:
        if self._errands.start(name, command):
            return Done(ok=True, says=says)
        return did_not("The one before still runs.")


def _replace(file: Path, text: str) -> None:
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    durable.put(unfinished, file)
