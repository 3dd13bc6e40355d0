"""Copy the pinned packages' files anew: `python -m web.vendoring`; needs npm, pages do not."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
CHECKOUT: Final = HERE.parents[1]
SERVED: Final = CHECKOUT / "web" / "static" / "vendor"
TESTED: Final = CHECKOUT / "tests" / "vendor"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Copy:
    """Files of one package and the folder `name-version` they go to."""

    package: str
    name: str
    files: tuple[str, ...]
    into: Path


COPIES: Final = (
    Copy("htmx.org", "htmx", ("dist/htmx.min.js", "LICENSE"), SERVED),
    Copy(
        "@fontsource-variable/inter",
        "inter",
        (
            "files/inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2",
            "LICENSE",
        ),
        SERVED,
    ),
    Copy("axe-core", "axe-core", ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"), TESTED),
)


def main() -> None:
    """Install from the lock without running anything of it, copy, and write the hashes."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        npm = shutil.which("npm") or "npm"
        subprocess.run(  # noqa: S603 - a fixed command
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True
        )
        for root in {copy.into for copy in COPIES}:
            shutil.rmtree(root, ignore_errors=True)
        for copy in COPIES:
            _copy(Path(folder) / "node_modules", copy)
    for root in {copy.into for copy in COPIES}:
        (root / SUMS).write_text(sums(root))


def sums(root: Path) -> str:
    """Return the hash of each file below a folder, as `sha256sum --check` reads them."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.name != SUMS)
    return "".join(f"{_hash(path)}  {path.relative_to(root).as_posix()}\n" for path in files)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(modules: Path, copy: Copy) -> None:
    version = _version(modules / copy.package / "package.json")
    folder = copy.into / f"{copy.name}-{version}"
    folder.mkdir(parents=True)
    for name in copy.files:
        shutil.copy(modules / copy.package / name, folder / Path(name).name)


def _version(manifest: Path) -> str:
    return json.loads(manifest.read_bytes())["version"]


if __name__ == "__main__":
    main()
