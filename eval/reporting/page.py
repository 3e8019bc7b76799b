"""A run as one page: offline, self-contained, all text of reports and answers escaped.

The page is built as a tree of elements, so nothing that a report, a question or
an answer says can become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from lxml import etree
from lxml.html import HtmlElement, tostring
from lxml.html import builder as E  # noqa: N812 - as lxml's own documentation calls it

from eval.kept_run import KeptRun
from eval.latency import percentile
from eval.reporting.judged import judged_of
from eval.reporting.plain import plain_run
from eval.reporting.plots import calibration_plot, latency_plot, recall_plot, risk_coverage_plot
from eval.reporting.questions import Detail, question_list
from eval.tables import Table, figure

MAX_BYTES = 2_000_000
DETAILS = (Detail(10, 320), Detail(10, 140), Detail(5, 100), Detail(3, 60), Detail(0, 0))
"""How much of what was retrieved is shown, from all that is read to nothing."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What the page may load: nothing, so no report's text can make it ask for anything."""

TYPE_COLUMNS = {
    "right": "right",
    "R@10": "evidence_recall@10",
    "nDCG@10": "ndcg@10",
    "contain": "must_contain",
    "lists": "list_completeness",
    "cite R": "citation_recall",
    "cite P": "citation_precision",
    "wrong body": "wrong_body",
    "wrong cycle": "wrong_cycle",
    "abstention": "abstention",
}


def run_page(run: KeptRun) -> str:
    """Return the page, with as much of what was retrieved as fits two megabytes.

    Lost questions are kept longest: where nothing else helps, only they are listed.
    """
    shown = plain_run(run)
    for detail in DETAILS:
        text = _page(shown, detail)
        if len(text.encode()) < MAX_BYTES:
            return text
    return _page(shown, Detail(0, 0, lost_only=True))


def page(title: str, *content: HtmlElement) -> str:
    """Return a whole page with the style of these reports."""
    policy = E.META({"http-equiv": "Content-Security-Policy", "content": POLICY})
    document = E.HTML(
        E.HEAD(
            E.META(charset="utf-8"),
            policy,
            E.META(name="viewport", content="width=device-width, initial-scale=1"),
            E.TITLE(title),
            E.STYLE(_resource("page.css")),
        ),
        E.BODY(*content),
        lang="en-GB",
    )
    text: str = tostring(document, doctype="<!doctype html>", encoding="unicode")
    return f"{text}\n"


def plots(svgs: Sequence[str]) -> HtmlElement:
    """Return the plots side by side."""
    return E.DIV(E.CLASS("plots"), *(E.FIGURE(etree.fromstring(svg)) for svg in svgs))


def drawn(table: Table) -> HtmlElement:
    """Return a table of figures."""

    def cell(kind: str, column: int, text: str) -> HtmlElement:
        made = E.TH(text) if kind == "th" else E.TD(text)
        if column < table.figures_from:
            made.set("class", "name")
        return made

    head = E.TR(*(cell("th", column, text) for column, text in enumerate(table.header)))
    rows = [E.TR(*(cell("td", i, text) for i, text in enumerate(row))) for row in table.rows]
    return E.DIV(E.CLASS("wide"), E.TABLE(E.THEAD(head), E.TBODY(*rows)))


def _page(run: KeptRun, detail: Detail) -> str:
    return page(
        f"{run.name}: evaluation",
        *_head(run),
        plots(_plots(run)),
        *_tables(run),
        E.H2("Questions"),
        *question_list(run, detail),
        E.SCRIPT(_resource("page.js")),
    )


def _head(run: KeptRun) -> list[HtmlElement]:
    settings = run.settings
    library, revision = settings["library"], settings["revision"]
    made_with = ", ".join(f"{k} {v}" for k, v in settings["settings"].items() if v is not None)
    said = [
        f"Peelback {settings['peelback']}" + (f" at {revision[:12]}" if revision else ""),
        f"{library['reports']} reports, digest {library['digest'][:12]}",
        made_with,
    ]
    return [
        E.H1(run.name),
        E.P(E.CLASS("soft"), " · ".join(part for part in said if part)),
        E.DL(E.CLASS("figures"), *(E.DIV(E.DT(k), E.DD(v)) for k, v in _figures(run).items())),
    ]


def _figures(run: KeptRun) -> dict[str, str]:
    group = run.scores["all"]
    overall, confidence = group["overall"], group["confidence"]
    totals = _totals(run)
    return {
        "questions": str(len(run.questions)),
        "right": figure(_mean(overall, "right")),
        "evidence recall@10": figure(_mean(overall, "evidence_recall@10")),
        "contain": figure(_mean(overall, "must_contain")),
        "abstention recall": figure(confidence.get("abstention_recall")),
        "coverage at 5 % risk": figure(confidence.get("coverage_at_5%_risk")),
        "calibration error": figure(confidence.get("calibration_error")),
        "p95, ms": figure(percentile(totals, 95) if totals else None, digits=0),
    }


def _plots(run: KeptRun) -> list[str]:
    judged = [judged_of(question) for question in run.questions]
    means = {
        name: _mean(part, "evidence_recall@10") for name, part in run.scores["all"]["type"].items()
    }
    recalls = {name: mean for name, mean in means.items() if mean is not None}
    drawings = [risk_coverage_plot(judged), calibration_plot(judged)]
    if recalls:
        drawings.append(recall_plot(recalls))
    if totals := _totals(run):
        drawings.append(latency_plot(totals))
    return drawings


def _tables(run: KeptRun) -> list[HtmlElement]:
    group = run.scores["all"]
    parts = {"Type": group["type"], **{k.capitalize(): v for k, v in group["slices"].items()}}
    content = []
    for key, values in parts.items():
        rows = tuple(
            (
                value,
                str(part["failed"]["questions"]),
                *(figure(_mean(part, name)) for name in TYPE_COLUMNS.values()),
            )
            for value, part in values.items()
        )
        table = drawn(Table(key, (key, "n", *TYPE_COLUMNS), rows))
        content.append(
            E.DETAILS(E.SUMMARY(E.CLASS("slice"), f"By {key.lower()}"), table)
            if key != "Type"
            else E.DIV(E.H2("By type"), table)
        )
    return content


def _totals(run: KeptRun) -> list[float]:
    return [question.timings_ms["total"] for question in run.questions if question.timings_ms]


def _mean(part: dict[str, dict[str, float]], measure: str) -> float | None:
    return part[measure]["mean"] if measure in part else None


def _resource(name: str) -> str:
    return (files("eval.reporting") / name).read_text(encoding="utf-8")
