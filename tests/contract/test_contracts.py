"""What is published of each data product is what the code hands out, and breaks no reader."""

import msgspec
import pytest

from kindstep import contracts

TODAY = {each.product: each for each in contracts.contracts()}


@pytest.mark.parametrize("product", contracts.VERSIONS)
def test_no_reader_of_what_is_published_misses_anything(product):
    assert contracts.broken(contracts.published(product), TODAY[product]) == []


@pytest.mark.parametrize("product", contracts.VERSIONS)
def test_what_is_published_is_of_today(product):
    path = contracts.FOLDER / f"{product}.json"

    assert path.read_text("utf-8") == contracts.text(TODAY[product]), (
        "renew it with: python -m kindstep.contracts"
    )


@pytest.mark.parametrize("product", contracts.VERSIONS)
def test_what_is_removed_or_retyped_is_named_until_the_version_says_so(product):
    today = TODAY[product]
    name, *_ = today.fields
    removed = {each: kind for each, kind in today.fields.items() if each != name}
    retyped = today.fields | {name: "otherwise"}
    added = today.fields | {"new.field": "integer"}

    def change(**changes):
        return contracts.broken(today, msgspec.structs.replace(today, **changes))

    assert change(fields=removed) == [f"{product}: {name} was {today.fields[name]}, is gone"]
    assert change(fields=retyped)[0].endswith("is otherwise")
    assert change(fields=added) == []
    assert change(fields=removed, version=today.version + 1) == []
