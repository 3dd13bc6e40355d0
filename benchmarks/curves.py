"""Precision over recall as a picture, a panel for each half of the evidence."""

from itertools import pairwise
from typing import Final

#: For each setting of one kind, (recall, precision, setting of the other kind).
Curves = dict[str, list[tuple[float, float, str]]]

_INK: Final = ("#b9d9d3", "#74b3a7", "#0b6b5f", "#c98a2b", "#a3412a")
_SIZE: Final = 360
_EDGE: Final = 56
_TOP: Final = 48
_LOWEST: Final = 0.4  # of what is drawn on either axis


def _x(panel: int, recall: float) -> float:
    return _EDGE + panel * (_SIZE + _EDGE) + _SIZE * (recall - _LOWEST) / (1 - _LOWEST)


def _y(precision: float) -> float:
    return _TOP + _SIZE * (1 - (precision - _LOWEST) / (1 - _LOWEST))


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{words}</text>'


def _axes(panel: int, title: str) -> list[str]:
    left, right, low = _x(panel, _LOWEST), _x(panel, 1), _y(_LOWEST)
    middle, centred = (left + right) / 2, 'text-anchor="middle"'
    parts = [_text(middle, _TOP - 18, title, f'{centred} font-weight="600"')]
    parts.append(_text(middle, low + 36, "recall", centred))
    for tenth in range(round(_LOWEST * 10), 11):
        x, y = _x(panel, tenth / 10), _y(tenth / 10)
        parts.append(
            f'<path d="M{x:.1f},{low}V{_TOP}M{left:.1f},{y:.1f}H{right:.1f}" stroke="#dcdad2"/>'
        )
        parts.append(_text(x, low + 18, f"{tenth / 10:.1f}", centred))
        parts.append(_text(left - 8, y + 4, f"{tenth / 10:.1f}", 'text-anchor="end"'))
    return parts


def _line(panel: int, points: list[tuple[float, float, str]], ink: str) -> list[str]:
    seen = [point for point in points if min(point[:2]) >= _LOWEST]
    parts = [
        f'<path d="M{_x(panel, a):.1f},{_y(b):.1f}L{_x(panel, c):.1f},{_y(d):.1f}" '
        f'stroke="{ink}" stroke-width="2"/>'
        for (a, b, _), (c, d, _) in pairwise(seen)
    ]
    for recall, precision, label in seen:
        x, y = _x(panel, recall), _y(precision)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{ink}"/>')
        parts.append(_text(x - 15, y + 15, label, f'fill="{ink}" font-size="11"'))
    return parts


def drawn(panels: list[Curves]) -> str:
    """Return an SVG of both halves."""
    width, height = _EDGE + len(panels) * (_SIZE + _EDGE), _TOP + _SIZE + 92
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="Inter, Helvetica, Arial, sans-serif" font-size="13" role="img" '
        'aria-label="Precision over recall of steps for the settings tried">',
        f'<rect width="{width}" height="{height}" rx="14" fill="#f6f5f1"/>',
        '<g fill="#4a5458">',
    ]
    for panel, (title, curves) in enumerate(
        zip(("first half: chosen on", "second half: reported"), panels, strict=True)
    ):
        parts += _axes(panel, title)
        for ink, points in zip(_INK, curves.values(), strict=True):
            parts += _line(panel, points, ink)
    x = _EDGE
    for ink, strict in zip(_INK, panels[0], strict=True):
        parts.append(_text(x, height - 18, f"strictness {strict}", f'fill="{ink}"'))
        x += 140
    return "\n".join([*parts, "</g>", "</svg>", ""])
