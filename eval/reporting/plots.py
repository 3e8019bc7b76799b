"""Plots of a run as SVG: drawn by matplotlib, the same bytes each time, nothing fetched."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.confidence import Judged, calibration, risk_coverage

# Fonts that are missing are nothing to talk about: text stays text, drawn in the page's font.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

INK, ACCENT, SOFT = "#1d3557", "#2a6f97", "#a9c5d6"
STYLE: Any = {
    # A type of question may have "$" in its name.
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "peelback",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#6b7280",
    "axes.labelcolor": "#374151",
    "xtick.color": "#374151",
    "ytick.color": "#374151",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
}
ROW_INCHES = 0.26
MAX_LABEL = 24
"""Characters of a type's name beside its bar."""


def risk_coverage_plot(judged: Sequence[Judged]) -> str:
    """Return how many answers are wrong, were only the most confident ones given."""
    points = risk_coverage(judged)

    def draw(axes: Axes) -> None:
        coverage = [point.coverage for point in points]
        axes.step(coverage, [point.risk for point in points], where="post", color=ACCENT)
        axes.axhline(0.05, color=SOFT, linewidth=1, linestyle="--")
        axes.set(xlim=(0, 1), ylim=(0, None), xlabel="share of questions answered")
        axes.set(ylabel="share of those wrong", title="Risk and coverage")

    return _svg(draw)


def calibration_plot(judged: Sequence[Judged]) -> str:
    """Return how often answers of each confidence are right; the dashed line is perfect."""
    bins = calibration(judged)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle="--")
        axes.scatter([b.confidence for b in bins], [b.right for b in bins], s=28, color=ACCENT)
        for one in bins:
            place = (one.confidence, one.right)
            axes.annotate(
                str(one.answers), place, textcoords="offset points", xytext=(6, -3), color=INK
            )
        axes.set(xlim=(0, 1.1), ylim=(0, 1.1), xlabel="confidence", ylabel="share right")
        axes.set(title="Calibration (number of answers)")

    return _svg(draw)


def recall_plot(recalls: Mapping[str, float]) -> str:
    """Return evidence recall by type of question, the types as they come, from the top."""

    def draw(axes: Axes) -> None:
        names = list(recalls)
        axes.set_yticks(range(len(names)), [_short(name) for name in names])
        axes.barh(range(len(names)), [recalls[name] for name in names], color=ACCENT, height=0.65)
        for place, name in enumerate(names):
            axes.text(recalls[name] + 0.01, place, f"{recalls[name]:.2f}", va="center", color=INK)
        axes.invert_yaxis()
        axes.set(xlim=(0, 1.12), title="Evidence recall@10 by type")
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])

    return _svg(draw, height=1 + ROW_INCHES * len(recalls))


def latency_plot(totals_ms: Sequence[float]) -> str:
    """Return the share of answers that were given within each time."""

    def draw(axes: Axes) -> None:
        ordered = sorted(totals_ms)
        shares = [(place + 1) / len(ordered) for place in range(len(ordered))]
        axes.step(ordered, shares, where="post", color=ACCENT)
        axes.axhline(0.95, color=SOFT, linewidth=1, linestyle="--")
        axes.set(xlim=(0, None), ylim=(0, 1.02), xlabel="milliseconds", ylabel="share answered")
        axes.set(title="Latency")

    return _svg(draw)


def trade_off_plot(points: Mapping[str, tuple[float, float]], *, x: str, y: str) -> str:
    """Return one dot for each named pair of values; names are numbered as in the table."""

    def draw(axes: Axes) -> None:
        for number, place in enumerate(points.values(), start=1):
            axes.scatter(*place, color=ACCENT, s=24)
            axes.annotate(str(number), place, textcoords="offset points", xytext=(6, 3), color=INK)
        axes.set(xlabel=x, ylabel=y, title=f"{y} against {x}")
        axes.margins(0.12)

    return _svg(draw, width=6.4, height=4)


def _short(name: str) -> str:
    """Return the name, cut so that it leaves room for the plot."""
    return name if len(name) <= MAX_LABEL else f"{name[: MAX_LABEL - 1]}…"


def _svg(draw: Callable[[Axes], None], *, width: float = 4.4, height: float = 2.9) -> str:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure.subplots())
        out = io.StringIO()
        # Without metadata there is no date, and no address of anybody's licence.
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(out, format="svg", metadata=nothing, transparent=True)
    svg = out.getvalue()
    return svg[svg.index("<svg") :]
