"""Where the hub keeps its tables. `Store` is the port; each sibling file is one adapter."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from sqlalchemy import Connection

Result = TypeVar("Result")


class Store(Protocol):
    """Tables that many may read at once and one may change at a time."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Lend a connection that sees one moment of the store until it is given back."""
        ...

    def write(self, change: Callable[[Connection], Result]) -> Result:
        """Run `change` in a transaction of its own and return what it returned once durable.

        What `change` raises undoes all it did and comes back to the caller. Changes run one
        after the other, in the order asked for; a change must not call `write` itself.
        """
        ...

    def close(self) -> None:
        """Finish the changes that were asked for and let go of the store."""
        ...
