"""`python -m kindstep.migrations "what changed"`: write the step to the tables of today."""

import sys
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from kindstep import schema

_VERSIONS = Path(__file__).parent / "versions"

if __name__ == "__main__":
    number = f"{len(list(_VERSIONS.glob('*.py'))) + 1:04d}"
    with create_engine("sqlite://").begin() as db:
        config = schema.config(db)
        command.upgrade(config, "heads")
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=number)
    for step in _VERSIONS.glob(f"{number}_*.py"):
        lines = step.read_text().splitlines(keepends=True)
        step.write_text("".join(line for line in lines if "###" not in line))
