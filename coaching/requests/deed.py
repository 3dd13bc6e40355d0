"""What an act needs of who asks for it, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection

from coaching.acts.act import Act, Outcome
from coaching.grounds import Grounds
from people.authorize import Action, Topic


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of the table of acts; without a topic no topic's consent is asked."""

    do: Callable[[Connection, Any, Grounds, int], Outcome]
    action: Action
    topic: Topic | None = None


Deeds: TypeAlias = Mapping[type[Act], Deed]
