"""A hub backed up while data streams in, lost, and put back: it goes on as if nothing was."""

import shutil
import subprocess
import time

from gateway.spool_file import waiting
from kindstep import process
from tests.offline import samples_in
from tests.system import System, minutes_in_the_end

GLASSES = {
    "kind": "glasses",
    "serial": "lasting",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 3600.0,
}


def kindstep(*arguments):
    done = subprocess.run(
        process.kindstep(*arguments), capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def settled(system):
    """Tell whether the hub has everything but what is measured right now."""
    return await system.handed_over(0.99) and waiting(system.spool("home")) == 0


async def test_a_hub_that_was_lost_goes_on_from_its_backup(tmp_path):
    into = tmp_path / "backups"
    with System(tmp_path, [GLASSES]) as system:
        settings = ("--settings", str(tmp_path / "home.toml"))
        system.start("hub")
        system.start("home")
        await system.until(lambda: system.handed_over(0.2))
        in_the_middle = kindstep("backup", *settings, "--to", str(into))
        await system.until(lambda: settled(system))
        system.stop("home")
        at_the_end = kindstep("backup", *settings, "--to", str(into))
        system.stop("hub")
        entries = system.entries()

        shutil.rmtree(system.folder.root)
        kindstep("restore", at_the_end.partition(": ")[0], *settings)

        assert system.entries() == entries
        before = len(system.numbers(GLASSES))
        system.start("hub")
        system.start("home")
        await system.until(lambda: len(system.numbers(GLASSES)) > before + 250)
        system.stop("home")
        system.stop("hub")
        numbers = sorted(system.numbers(GLASSES))
        assert numbers == list(range(len(numbers)))
        scored = minutes_in_the_end(system.folder, time.time_ns() // 1000)
        assert samples_in(scored) == len(numbers)
    assert "restored aside and right" in in_the_middle
