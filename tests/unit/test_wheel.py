"""What is shipped: nine packages with their data, under names that no dependency owns."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "firmware_sims", "gateway", "people", "ingest", "analytics", "coaching", "research", "web",
    "kindstep",
}  # fmt: skip

_OWNERS = """
import json, importlib.metadata as metadata
owners = metadata.packages_distributions()
print(json.dumps({name: sorted(set(owners.get(name, []))) for name in %r}))
"""


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, **options
    ).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_ships_exactly_the_packages(wheel):
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {name for name in names if not name.endswith(".dist-info")} == PACKAGES


def test_the_wheel_ships_every_file_of_a_package(wheel):
    shipped = set(zipfile.ZipFile(wheel).namelist())
    written = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert written - shipped == set()


def test_no_dependency_owns_a_name_of_ours(wheel, tmp_path):
    run("-m", "pip", "install", "--no-index", "--no-deps", "--target", tmp_path, wheel)

    owners = json.loads(run("-c", _OWNERS % sorted(PACKAGES), cwd=tmp_path))

    assert owners == {package: ["kindstep"] for package in PACKAGES}
