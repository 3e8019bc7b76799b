"""``peelback eval judge``: a language model's opinion of a finished run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from eval.errors import NothingMeasured
from eval.judge.agreement import Agreement, Spread, Verdicts, agreement, read_labels, spread
from eval.judge.prompt import PROMPT_SHA256, messages
from eval.kept_run import KeptQuestion, read_run
from eval.tables import Table, figure
from eval.terminal import progress, show

RUNS = 3
ANSWERED = ("answered", "partial")


@click.command("judge")
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help='People\'s verdicts on answers of the run, JSON Lines of {"gold", "id", "right"}.',
)
@click.option("--base-url", required=True, help="Of an OpenAI-compatible endpoint, with /v1.")
@click.option("--model", required=True, help="The model's name at the endpoint.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def judge_command(run: Path, labels: Path, base_url: str, model: str, as_json: bool) -> None:
    """Let a language model judge the answers of RUN three times.

    Its agreement with people comes first; where that is too low, or rests on
    too few labels, nothing else is shown and the exit code is 4. The gate never
    looks at it. The endpoint's key is read from PEELBACK_JUDGE_KEY.
    """
    # Here, not above: only this command needs the HTTP client.
    from eval.judge.endpoint import Address, Judge

    people = read_labels(labels)
    questions = judged_questions(read_run(run).questions)
    if not questions:
        raise NothingMeasured(f"{run} has no answer to an answerable question")
    with (
        Judge(Address(base_url, model, os.environ.get("PEELBACK_JUDGE_KEY", ""))) as judge,
        progress("judging", RUNS * len(questions)) as advance,
    ):
        runs: list[Verdicts] = []
        for seed in range(RUNS):
            verdicts = {}
            for question in questions:
                verdicts[question.key] = judge.is_right(messages(question), seed=seed)
                advance()
            runs.append(verdicts)
    _report(model, agreement(runs, people), spread(runs), len(questions), as_json=as_json)


def judged_questions(questions: Sequence[KeptQuestion]) -> tuple[KeptQuestion, ...]:
    """Return the answered ones among the answerable questions: what a judge can say more of."""
    return tuple(
        question
        for question in questions
        if question.asked["answerable"]
        and question.answer is not None
        and question.answer["status"] in ANSWERED
    )


def _report(model: str, agreed: Agreement, judged: Spread, answers: int, *, as_json: bool) -> None:
    result = {
        "model": model,
        "prompt_sha256": PROMPT_SHA256,
        "answers": answers,
        "runs": RUNS,
        "agreement": asdict(agreed),
        "right": asdict(judged) if agreed.counts else None,
    }
    rows = [
        ("labels by people", str(agreed.labels)),
        ("agreement, least of the runs", figure(agreed.share)),
        ("Cohen's kappa, least of the runs", figure(agreed.kappa)),
    ]
    if agreed.counts:
        rows += [
            ("right, mean of the runs", figure(judged.mean)),
            ("right, lowest to highest", f"{figure(judged.lowest)} to {figure(judged.highest)}"),
            ("answers on which the runs differ", str(judged.unsteady)),
        ]
    title = f"{model} on {answers} answers, {RUNS} runs, prompt {PROMPT_SHA256[:12]}"
    show(result if as_json else [Table(title, ("measure", "value"), tuple(rows))])
    if not agreed.counts:
        raise NothingMeasured(
            f"the judge does not count: {agreed.labels} labels, kappa {agreed.kappa:.2f}"
        )
