"""Bring the catalogues up to what pages say now: `python -m web.catalogues`.

Translations stay; sentences that are new are added, to be translated; those gone are dropped,
but for the ones marked `made elsewhere`, which nothing here can find.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from web.catalogues.gathering import WEB, gathered

ELSEWHERE = "made elsewhere"


def renew(path: Path, found: Catalog) -> int:
    """Rewrite one catalogue, and return how many sentences still lack a translation."""
    with path.open("rb") as file:
        kept = read_po(file, locale=path.stem)
    by_hand = [e for e in kept if ELSEWHERE in e.auto_comments and e.id not in found]
    kept.update(found, no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    for each in by_hand:
        kept.add(each.id, each.string, auto_comments=each.auto_comments)
    with path.open("wb") as file:
        write_po(
            file, kept, width=96, sort_output=True, include_lineno=False, ignore_obsolete=True
        )
    return sum(1 for each in kept if each.id and not all(_strings(each.string)))


def _strings(string: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [string or ""] if isinstance(string, str | None) else list(string)


def main() -> None:
    """Renew all, and name those that are not whole."""
    found = gathered()
    lacking = {path.name: renew(path, found) for path in (WEB / "catalogues").glob("*.po")}
    for name, count in lacking.items():
        sys.stdout.write(f"{name}: {count} sentences to translate\n")


if __name__ == "__main__":
    main()
