"""A wrong key or value is refused with its file and line."""

import msgspec
import pytest

from kindstep import toml_file


class Inner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    port: int = 1


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    share: float = 0.5
    inner: Inner = Inner()


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    inner: Inner = Inner()
    items: tuple[Item, ...] = ()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[inner]\nport = 'x'\n", 2, "Expected `int`, got `str` (inner.port)"),
        ("# a comment\n[inner]\n\nprt = 3\n", 4, "unknown field `prt`"),
        ("inner.port = 1.5\n", 1, "inner.port"),
        ("[[items]]\nname = 'a'\n\n[[items]]\nname = 'b'\nshare = ''\n", 6, "items.1.share"),
        ("[[items]]\nname = 'a'\n[[items]]\nshare = 0.1\n", 3, "missing required field `name`"),
        ("[[items]]\nname = 'a'\n[items.inner]\nport = true\n", 4, "items.0.inner.port"),
        ("[outer]\n", 1, "unknown field `outer`"),
        ("[inner]\nport =\n", 2, "Invalid value"),
        ("[inner]\nport = 1\nport = 2\n", 3, "Cannot overwrite"),
    ],
)
def test_names_the_line_at_fault(text, line, says):
    with pytest.raises(toml_file.BadSettings) as refused:
        toml_file.parse(text, File, "kindstep.toml")

    assert str(refused.value).startswith(f"kindstep.toml:{line}: ")
    assert says in str(refused.value)


def test_reads_what_is_right():
    text = "[inner]\nport = 7\n[[items]]\nname = 'a'\n"

    assert toml_file.parse(text, File, "x") == File(
        inner=Inner(port=7), items=(Item(name="a"),)
    )


def test_says_which_file_is_not_there(tmp_path):
    with pytest.raises(toml_file.BadSettings, match=r"absent\.toml"):
        toml_file.read(tmp_path / "absent.toml", File)
