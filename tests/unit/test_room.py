"""What waits for room on a disk, and what does not."""

import errno
import sqlite3

import pytest
import sqlalchemy as sa

from kindstep import room


def full():
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    return error


def wrapped():
    away = RuntimeError("the store cannot be used")
    away.__cause__ = sa.exc.OperationalError("", {}, full())
    away.__cause__.__cause__ = full()
    return away


FULL = [full(), wrapped(), OSError(errno.ENOSPC, "no space"), OSError(errno.EDQUOT, "quota")]
OTHERS = [ValueError("x"), OSError(errno.EACCES, "no"), sqlite3.OperationalError("locked")]


@pytest.mark.parametrize(
    "error",
    [full(), wrapped(), OSError(errno.ENOSPC, "no space"), OSError(errno.EDQUOT, "quota")],
)
async def test_what_a_full_disk_ends_is_begun_again(tmp_path, monkeypatch, caplog, error):
    monkeypatch.setattr(room, "_LOOK_S", 0.0)
    ends = [error, error, None]

    async def service():
        end = ends.pop(0)
        if end:
            raise end
        return "served"

    assert await room.waited_for(tmp_path, service) == "served"
    assert [record.message for record in caplog.records if "no room in" in record.message] == [
        f"no room in {tmp_path}, waiting for some: {error}"
    ]


@pytest.mark.parametrize("error", OTHERS)
async def test_what_ends_for_another_reason_is_raised(tmp_path, error):
    async def service():
        raise error

    with pytest.raises(type(error)) as raised:
        await room.waited_for(tmp_path, service)
    assert raised.value is error


async def test_a_folder_that_is_not_there_lacks_no_room(tmp_path):
    async def service():
        raise FileNotFoundError(tmp_path / "none")

    with pytest.raises(FileNotFoundError, match="none"):
        await room.waited_for(tmp_path / "none", service)
