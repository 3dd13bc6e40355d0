"""The locks hold what pyproject.toml asks for, and no address of where it came from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted((ROOT / "locks").glob("*.txt"))

_BASE = PYPROJECT["project"]["dependencies"]
_EXTRAS = PYPROJECT["project"]["optional-dependencies"]
_GROUPS = PYPROJECT["dependency-groups"]
_GATEWAY = [*_BASE, *_GROUPS["build"]]
_HUB = [*_GATEWAY, *_EXTRAS["radio"], *_EXTRAS["adverts"], *_EXTRAS["hub"]]
ASKED = {
    "gateway": _GATEWAY,
    "hub": _HUB,
    "test": [*_HUB, *_GROUPS["test"]],
    "recordings": _GROUPS["recordings"],
    "peers": _GROUPS["peers"],
}


def pins(lock):
    text = (ROOT / "locks" / f"{lock}.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


def test_there_is_a_lock_for_each_set():
    assert {lock.stem for lock in LOCKS} == set(ASKED)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_address(lock):
    text = lock.read_text()

    assert not re.search(r"://|index-url|find-links|file:| @ ", text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_pin_carries_a_hash(lock):
    entries = re.split(r"\n(?=[a-zA-Z])", lock.read_text().partition("make lock\n")[2])

    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_satisfies_what_is_asked(lock):
    locked = pins(lock)
    needs = [need for need in map(Requirement, ASKED[lock]) if need.name != "kindstep"]

    versions = {need: locked[canonicalize_name(need.name)] for need in needs}
    assert all(version in need.specifier for need, version in versions.items())


@pytest.mark.parametrize(("smaller", "larger"), [("gateway", "hub"), ("hub", "test")])
def test_a_smaller_lock_is_part_of_the_larger(smaller, larger):
    assert pins(smaller).items() <= pins(larger).items()


def test_direct_dependencies_have_compatible_ranges():
    asked = {line for lines in ASKED.values() for line in lines}

    needs = [Requirement(line) for line in asked]
    assert {need.name for need in needs if not is_bounded(need.specifier)} == {
        "kindstep",  # the hub takes in its own extra
        "tzdata",  # the newest table of time zones is the right one
    }


def is_bounded(specifier):
    operators = {part.operator for part in specifier}
    return bool(operators & {"==", "~="}) or operators == {">=", "<"}
