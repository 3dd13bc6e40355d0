"""The table a recording is printed as."""

from kindstep import score_table
from kindstep.bars import bar


def epoch(start_s, **fields):
    known = {"counts_x": 10, "counts_y": 20, "counts_z": 30, "enmo_mg": 40.0, "steps": 7}
    return {"start_s": start_s, "n_valid": 100, "state": "worn_moving", **known, **fields}


def unknown(start_s):
    lacking = dict.fromkeys(("counts_x", "counts_y", "counts_z", "enmo_mg", "steps"))
    return epoch(start_s, n_valid=0, state="fault", **lacking)


TOTAL = {
    "samples": 300, "segments": 1, "refused": 0, "saturated": 0, "rate_hz": 30.0, "steps": 14,
    "enmo_mg": 40.0, "beats_kept": None, "odi_3": None, "odi_4": None, "nights": [],
    "trimp": None, "days": [], "score": None, "missing": {},
}  # fmt: skip


def lines(*epochs, width=80, plain=True):
    rows = score_table.Rows()
    for told in epochs:
        rows.add(told)
    return list(score_table.lines(rows, TOTAL, width, plain=plain))


def test_what_is_not_known_is_no_zero():
    assert lines(epoch(0), unknown(60))[1:3] == [
        "0:00:00      100     40.0      60      7  worn moving  #########################",
        "0:01:00        -        -       -      -        fault",
    ]


def test_a_column_that_nothing_stands_in_is_left_out():
    heads = lines(unknown(0))[0].split()

    assert heads == ["start", "state"]
    assert "bpm" in lines(epoch(0, bpm=70.0))[0]


def test_a_narrow_terminal_has_no_room_for_bars():
    assert "#" in lines(epoch(0), width=80)[1]
    assert "#" not in lines(epoch(0), width=60)[1]


def test_a_long_recording_is_told_by_the_hour():
    rows = lines(*(epoch(60 * n) for n in range(3_000)))[1:-3]

    assert [row.split()[0] for row in rows[:2]] == ["0:00:00", "1:00:00"]
    assert len(rows) == 50
    assert rows[0].split()[1:-3] == ["6000", "40.0", "3600", "420"]


def test_dates_are_told_as_such():
    assert lines(epoch(1_568_745_600))[1].startswith("2019-09-17 18:40:00")


def test_bars_are_as_long_as_their_share():
    assert [bar(x, 8, 4, plain=False) for x in (8, 4, 3, 0.1, 0, None)] == [
        *("████", "██", "█▌", "▏"),
        *("", ""),
    ]
    assert [bar(x, 8, 4, plain=True) for x in (8, 0.1, 0)] == ["####", "#", ""]
