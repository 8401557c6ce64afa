"""Plots as SVG that is readable on a light and on a dark page.

In: figures. Out: the text of an SVG. Never: a script, a font, anything from elsewhere.
"""

import math
from html import escape

STYLE = """
  .page { fill: #ffffff }
  text { font: 12px system-ui, sans-serif; fill: #24292f; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
  .title { font-weight: 600; font-size: 13px } .faint { fill: #57606a }
  .grid { stroke: #d0d7de } .bound { stroke: #cf222e; stroke-dasharray: 4 3; stroke-width: 1.5 }
  .a { fill: #0969da; stroke: #0969da } .b { fill: #8c959f; stroke: #8c959f } .c { fill: #bf8700; stroke: #bf8700 }
  .line { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 5 4 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 }
    text { fill: #e6edf3; stroke: #0d1117 } .faint { fill: #9198a1 } .grid { stroke: #3d444d }
    .a { fill: #4493f8; stroke: #4493f8 } .b { fill: #6e7681; stroke: #6e7681 } .c { fill: #d29922; stroke: #d29922 }
    .bound { stroke: #f85149 }
  }
"""


def page(width, height, title, parts):
    """A whole SVG."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(title)}">\n<style>{STYLE}</style>\n<rect width="100%" height="100%" class="page"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def text(x, y, words, kind="", anchor="start"):
    """A text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(str(words))}</text>'


def line(x, y, to_x, to_y, kind):
    """A straight line."""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" class="{kind}"/>'


def short(number):
    """A number in few characters."""
    return f"{number:,.0f}".replace(",", "\u202f") if number >= 10 else f"{number:.2g}"


def powers(least, most):
    """The powers of ten from below `least` to above `most`."""
    return [10.0**power for power in range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)]


def bars(title, unit, groups):
    """Horizontal bars on a logarithmic axis; a group: its name, its bound or None, and (name, value, kind) a bar."""
    left, width, bar, gap, top = 150, 560, 17, 30, 50
    values = [value for _, bound, rows in groups for value in [bound, *(row[1] for row in rows)] if value]
    ticks = powers(min(values), max(values))
    scale = lambda value: left + width * math.log10(value / ticks[0]) / math.log10(ticks[-1] / ticks[0])
    height = top + sum(gap + bar * len(rows) for _, _, rows in groups) + 34
    parts = [text(12, 22, title, "title")]
    for tick in ticks:
        parts += [line(scale(tick), top - 8, scale(tick), height - 30, "grid")]
        parts += [text(scale(tick), height - 14, f"{short(tick)} {unit}", "faint", "middle")]
    y = top
    for name, bound, rows in groups:
        parts.append(text(12, y + 9, name, "title"))
        y += gap - 12
        figures = []
        for label, value, kind in rows:
            parts.append(text(left - 8, y + 12, label, "", "end"))
            parts.append(
                f'<rect x="{left}" y="{y + 2}" width="{max(scale(value) - left, 1):.1f}" height="{bar - 4}" '
                f'class="{kind}"/>'
            )
            figure = f"{short(value)} {unit}"
            end = scale(value) + 6
            # Not across the bound, but behind it.
            crosses = bound and scale(bound) - 8 * len(figure) < end <= scale(bound) + 4
            figures.append(text(scale(bound) + 6 if crosses else end, y + 12, figure))
            y += bar
        if bound:
            parts.append(line(scale(bound), y - bar * len(rows) - 2, scale(bound), y + 2, "bound"))
        parts += figures
        y += 12
    return page(left + width + 100, height, title, parts)


def curves(title, panels):
    """Panels side by side, both axes logarithmic; a panel: its name, its x axis, and (name, points, kind) a curve."""
    side, high, left, top, gap = 250, 200, 62, 62, 86
    parts = [text(12, 22, title, "title")]
    for number, (name, axis, series) in enumerate(panels):
        x0 = left + number * (side + gap)
        xs = [x for _, points, _ in series for x, _ in points]
        ys = [y for _, points, _ in series for _, y in points]
        across, up = powers(min(xs), max(xs)), powers(min(ys), max(ys))
        up = up if len(up) > 1 else [up[0], up[0] * 10]
        at_x = lambda x: x0 + side * math.log10(x / across[0]) / math.log10(across[-1] / across[0])
        at_y = lambda y: top + high - high * math.log10(y / up[0]) / math.log10(up[-1] / up[0])
        parts.append(text(x0, top - 16, name))
        for tick in across:
            parts.append(line(at_x(tick), top, at_x(tick), top + high, "grid"))
            parts.append(text(at_x(tick), top + high + 16, short(tick), "faint", "middle"))
        for tick in up:
            parts.append(line(x0, at_y(tick), x0 + side, at_y(tick), "grid"))
            parts.append(text(x0 - 6, at_y(tick) + 4, short(tick), "faint", "end"))
        parts.append(text(x0 + side / 2, top + high + 34, axis, "faint", "middle"))
        for place, (label, points, kind) in enumerate(series):
            path = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in points)
            parts.append(f'<polyline points="{path}" class="line {kind}" style="fill:none"/>')
            dots = (f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="2.5" class="{kind}"/>' for x, y in points)
            parts += dots
            y = top + high + 54 + 16 * place
            parts.append(line(x0, y - 4, x0 + 22, y - 4, f"line {kind}"))
            parts.append(text(x0 + 28, y, label))
    most = max(len(series) for _, _, series in panels)
    return page(left + len(panels) * (side + gap), top + high + 54 + 16 * most, title, parts)
