"""What operators ask for, and participants of what is theirs, done in the hub's process."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from coaching.engine import Engine
from ingest.commands import LOUD, SILENT, Commands
from ingest.deadletters import DeadLetters
from ingest.store import Store
from kindstep import erasing, putting_on, ringing, taking_in
from kindstep.study_room import StudyRoom
from people import registry
from people.authorize import Action, Actor, Refused, Role, authorize
from people.registry import Conflict, NotKnown
from people.sentence import Sentence, say
from web.orders import (
    CommandDevice,
    Done,
    FindDevice,
    GiveDevice,
    Leave,
    Order,
    PairDevice,
    PutOn,
    RetryLetters,
    TakeIn,
    did,
    did_not,
)

_HUB = "hub"
_TAKEN_IN: Mapping[Role, Callable[[str], Sentence]] = {
    Role.PARTICIPANT: lambda name: say(
        "%(name)s takes part now, and shares nothing yet.", name=name
    ),
    Role.COACH: lambda name: say("%(name)s may coach now.", name=name),
    Role.RESEARCHER: lambda name: say("%(name)s may do research now.", name=name),
    Role.OPERATOR: lambda name: say("%(name)s may run this hub now.", name=name),
    Role.SPONSOR: lambda name: say("%(name)s may follow their gifts now.", name=name),
}


class Orders:
    """Carries out what somebody may ask who runs the hub."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        commands: Commands,
        letters: DeadLetters,
        study: StudyRoom,
        *,
        own_devices: bool = False,
    ) -> None:
        self._store = store
        self._engine = engine
        self._commands = commands
        self._letters = letters
        self._own_devices = own_devices
        self._study_deeds = study.deeds
        self._deeds: Mapping[type[Order], Callable[[Any, int], Done]] = {
            TakeIn: self._take_in,
            GiveDevice: self._give_device,
            CommandDevice: self._command_device,
            FindDevice: self._find_device,
            PairDevice: self._pair_device,
            PutOn: self._put_on,
            RetryLetters: self._retry_letters,
            Leave: self._leave,
        }

    def carry_out(self, actor: Actor, order: Order, now_us: int) -> Done:
        """Do it, or say why not."""
        try:
            with self._store.reading() as db:
                if _is_own(order, actor):
                    authorize(db, actor, Action.SET, actor.person, now_us=now_us)
                else:
                    authorize(db, actor, Action.OPERATE, _HUB, now_us=now_us)
            if (deed := self._study_deeds.get(type(order))) is not None:
                return deed(order, actor, now_us)
            return self._deeds[type(order)](order, now_us)
        except Refused as refusal:
            return Done(ok=False, says=Sentence(refusal.reason))
        except (Conflict, NotKnown) as error:
            return did_not("That cannot be: %(why)s.", why=error.says)

    def _take_in(self, order: TakeIn, now_us: int) -> Done:
        who = self._store.write(functools.partial(self._make_known, order, now_us))
        return Done(ok=True, says=_TAKEN_IN[order.role](order.name), person=who)

    def _make_known(self, order: TakeIn, now_us: int, db: Connection) -> str:
        if order.role is not Role.PARTICIPANT:
            return taking_in.know(db, order.name, order.role, now_us)
        newcomer = taking_in.Newcomer(
            order.name, order.zone, order.age_years, order.arm, order.coach
        )
        return taking_in.take_in(db, self._engine, newcomer, now_us)

    def _give_device(self, order: GiveDevice, now_us: int) -> Done:
        at_us = now_us if order.since_us is None else order.since_us

        def change(db: Connection) -> None:
            def assign() -> None:
                if registry.wearer(db, order.device, at_us) is None:
                    registry.assign(db, order.device, order.participant, at_us)
                else:
                    registry.hand_over(db, order.device, order.participant, at_us)

            taking_in.give(db, order.device, assign, at_us, now_us)

        self._store.write(change)
        return did(
            "%(participant)s wears %(device)s.",
            participant=order.participant,
            device=order.device,
        )

    def _command_device(self, order: CommandDevice, now_us: int) -> Done:
        level = LOUD if order.kind == "alert" else SILENT
        self._commands.send(order.device, order.kind, level, now_us)
        return did(
            "Asked %(device)s to %(what)s.", device=order.device, what=_ASKED[order.kind]
        )

    def _find_device(self, order: FindDevice, now_us: int) -> Done:
        with self._store.reading() as db:
            return ringing.find(
                db, self._commands, order, now_us, own_devices=self._own_devices
            )

    def _pair_device(self, order: PairDevice, now_us: int) -> Done:
        if not self._own_devices:
            return putting_on.NOT_HERE
        with self._store.reading() as db:
            return putting_on.pair(db, self._commands, order, now_us)

    def _put_on(self, order: PutOn, now_us: int) -> Done:
        if not self._own_devices:
            return putting_on.NOT_HERE
        return self._store.write(
            lambda db: putting_on.put_on(db, self._commands, order, now_us)
        )

    def _leave(self, order: Leave, now_us: int) -> Done:
        who = order.participant
        left = self._store.write(lambda db: erasing.erase(db, who, who, now_us))
        return Done(
            ok=True,
            says=say("%(rows)s records were erased.", rows=f"{left.rows:,}"),
            person=who,
        )

    def _retry_letters(self, _order: RetryLetters, _now_us: int) -> Done:
        asked = self._letters.ask_all()
        return did("%(asked)s are tried again.", asked=f"{asked:,}")


def _is_own(order: Order, actor: Actor) -> bool:
    """Return whether somebody asks for what is theirs to decide."""
    is_theirs = isinstance(order, Leave | FindDevice | PairDevice | PutOn)
    return is_theirs and order.participant == actor.person


_ASKED: Mapping[str, Sentence] = {
    "alert": say("ring"),
    "restart": say("connect anew"),
    "forget_bond": say("be paired anew"),
}
