"""Charts of a run as SVG: they read on a light page and on a dark one, and fetch nothing."""

from __future__ import annotations

import io
import logging
import statistics
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.parts import OURS_FIRST, Bars
from benchmarks.spread import quartiles

# Text stays text, in the page's font: a font that is missing here is nothing to talk about.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

INK, OURS, OTHERS = "#7a828e", "#d9822b", "#8fa3b8"
"""Each at least 3 : 1 in contrast against white and against GitHub's dark page, or beside its
figure in ink."""
STYLE: Any = {
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "peelback",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
}
ROW_INCHES = 0.3


def chart(bars: Bars) -> str:
    """Return a bar a system at its median, a line over it from first to third quartile."""
    names = list(bars.values)
    middles = [statistics.median(bars.values[name]) for name in names]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.6, 1 + ROW_INCHES * len(names)), layout="constrained")
        axes = figure.subplots()
        colors = [OURS if name.startswith(OURS_FIRST) else OTHERS for name in names]
        axes.barh(range(len(names)), middles, color=colors, height=0.62)
        for place, (name, middle) in enumerate(zip(names, middles, strict=True)):
            low, high = quartiles(bars.values[name])
            axes.plot([low, high], [place, place], color=INK, linewidth=1.5)
            label = f"  {middle:.3g}"
            axes.text(max(high, middle), place, label, va="center", color=INK)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        if bars.logarithmic:
            axes.set_xscale("log")
        axes.margins(x=0.12)
        axes.set(xlabel=bars.unit, title=bars.title)
        return _svg(figure)


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(out, format="svg", metadata=nothing, transparent=True)
    svg = out.getvalue()
    return "\n".join(line.rstrip() for line in svg[svg.index("<svg") :].splitlines()) + "\n"
