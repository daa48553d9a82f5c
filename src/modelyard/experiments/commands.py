"""Terminal commands of experiments."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from modelyard.access.terminal import local_yard
from modelyard.data.verbs import get_dataset
from modelyard.experiments import starting, verbs
from modelyard.experiments.exporting.files import write_export
from modelyard.experiments.generating.verbs import generate_samples
from modelyard.experiments.inspecting import commands as inspecting
from modelyard.experiments.inspecting.files import ENDINGS, write_log_file
from modelyard.experiments.reading_documents import as_yaml, read_document
from modelyard.experiments.schemas import AttemptOut, RunningConfigurationOut, RunningOut
from modelyard.experiments.tables import Attempt, Experiment
from modelyard.experiments.verbs import parse_document
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.llm.prices import told_usd
from modelyard.runs.terminal import driven

experiments = typer.Typer(help="Experiments: which strategy and LLM answers best, at what cost.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, last on stdout.")]
Named = Annotated[str, typer.Argument(metavar="EXPERIMENT", help="Its id, or its name: the newest of it.")]
Number = Annotated[int | None, typer.Option(min=1, help="Number of an attempt; default the latest.")]
FailUnder = Annotated[
    str,
    typer.Option(metavar="SCORER=MEAN", help="End with 1 when the best configuration's mean is below."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    inspecting.add_to(experiments)
    app.add_typer(experiments, name="experiment")


@experiments.command("run")
def run(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The document, YAML or JSON.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many of the samples.")] = None,
    fail_under: FailUnder = "",
    as_json: AsJson = False,
) -> None:
    """Run an experiment's document to its end and print how each configuration did.

    It is kept under its name: the same document run again is another attempt of the same experiment, and answers that
    are known are used again unless the document says otherwise.
    """
    least = _least(fail_under)
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            experiment = _written_down(ctx, read_document(file.read_text(encoding="utf-8")))
            attempt = starting.start_attempt(ctx, experiment.id, limit=limit)
        _finish(yard, owner, attempt, least, as_json=as_json)


@experiments.command("resume")
def resume(experiment: Named, number: Number = None, fail_under: FailUnder = "", as_json: AsJson = False) -> None:
    """Ask what is missing of an attempt and what failed; what is there is not asked again."""
    least = _least(fail_under)
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            found = verbs.get_attempt(ctx, _named(ctx, experiment).id, number)
            attempt = starting.resume_attempt(ctx, found.experiment_id, found.number)
        _finish(yard, owner, attempt, least, as_json=as_json)


@experiments.command("list")
def list_experiments(
    search: Annotated[str, typer.Option(help="Only experiments whose name holds this.")] = "", as_json: AsJson = False
) -> None:
    """List experiments, newest first, each with its latest attempt."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        rows = verbs.list_experiments(ctx, search=search, limit=200)
        latest = verbs.latest_attempts(ctx, [row.id for row in rows])
    facts = [_line_of(row, latest.get(row.id)) for row in rows]
    if as_json:
        typer.echo(json.dumps(facts))
        return
    for each in facts:
        done = f"{each['n_done']:,} of {each['n_planned']:,}" if each["attempt"] else "-"
        typer.echo(f"{each['id']}  {each['state']:<10}  {done:<16}  {each['name']}")


@experiments.command("show")
def show(
    experiment: Named,
    number: Number = None,
    document: Annotated[bool, typer.Option("--document", help="Print the document as YAML instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print how the configurations of an attempt did."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        row = _named(ctx, experiment)
        if document:
            sys.stdout.write(as_yaml(parse_document(row.document)))
            return
        _print(verbs.get_attempt(ctx, row.id, number), as_json=as_json)


@experiments.command("cancel")
def cancel(experiment: Named, number: Number = None) -> None:
    """End an attempt that runs; every answer that is there stays."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        found = verbs.get_attempt(ctx, _named(ctx, experiment).id, number)
        starting.cancel_attempt(ctx, found.experiment_id, found.number)
    typer.echo(f"Attempt {found.number} ends; `modelyard experiment resume` goes on with it.")


@experiments.command("export")
def export(
    experiment: Named,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Its ending says the format, such as .csv or .pdf.")],
    number: Number = None,
) -> None:
    """Write the answers of an attempt (.csv, .jsonl, .parquet, .xlsx, .json) or its comparison (.md, .html, .pdf).

    With the extra `inspect` also its log for Inspect: .eval, or .zip of a log for each configuration.
    """
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            found = verbs.get_attempt(ctx, _named(ctx, experiment).id, number)
        is_log = file.suffix.lower() in ENDINGS
        (write_log_file if is_log else write_export)(yard, owner, found.experiment_id, found.number, file)
    typer.echo(f"Attempt {found.number} is in {file}.")


@experiments.command("questions")
def questions(
    collection: Annotated[str, typer.Argument(metavar="COLLECTION", help="Id of the collection.")],
    llm: Annotated[str, typer.Option(help="Id or name of the LLM that asks.")],
    n: Annotated[int, typer.Option(min=1, max=1000, help="How many questions.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Which chunks are taken; another seed takes others.")] = 0,
    name: Annotated[str, typer.Option(help="What the dataset is called.")] = "",
    as_json: AsJson = False,
) -> None:
    """Have an LLM ask about a collection, and keep its questions as a dataset with the passages as truth."""
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            run_id = generate_samples(ctx, collection, llm, n=n, seed=seed, name=name).id
        made = driven(yard, run_id, "Asking about the documents").result or {}
        with yard.context(owner, writes=False) as ctx:
            intake = get_dataset(ctx, made["dataset_id"]).run_id
        driven(yard, intake or "", "Reading the questions")
    if as_json:
        typer.echo(json.dumps(made))
        return
    cost = "a price that nobody knows" if made["usd"] is None else told_usd(made["usd"])
    typer.echo(f"{made['dataset_id']}: {made['n_questions']:,} questions, for {made['n_tokens']:,} tokens and {cost}.")
    if made.get("told"):
        typer.echo(made["told"], err=True)


def _written_down(ctx: Context, document: dict[str, Any]) -> Experiment:
    """Return the experiment of the document's name with that document: the one that is there, or a new one."""
    parsed = parse_document(document)
    same = [row for row in verbs.list_experiments(ctx, search=parsed.name, limit=200) if row.name == parsed.name]
    if not same:
        return verbs.create_experiment(ctx, document)
    if same[0].document_digest == parsed.digest:
        return same[0]
    return verbs.change_experiment(ctx, same[0].id, document)


def _finish(yard: Yard, owner: Actor, attempt: Attempt, least: tuple[str, float] | None, *, as_json: bool) -> None:
    driven(yard, attempt.run_id or "", "Asking")
    with yard.context(owner, writes=False) as ctx:
        ended = verbs.get_attempt(ctx, attempt.experiment_id, attempt.number)
    _print(ended, as_json=as_json)
    if least is not None and not _is_reached(ended, *least):
        typer.echo(f"No configuration reaches {least[0]} {least[1]:g}.", err=True)
        raise typer.Exit(1)


def _is_reached(attempt: Attempt, scorer: str, least: float) -> bool:
    rows = RunningOut.model_validate(attempt.running).configurations
    if rows and scorer not in rows[0].means:
        raise Invalid(f"There is no scorer {scorer!r}.", hint=f"The document has {', '.join(rows[0].means)}.")
    return any((row.means[scorer] or 0.0) >= least for row in rows)


def _least(stated: str) -> tuple[str, float] | None:
    if not stated:
        return None
    scorer, _, mean = stated.rpartition("=")
    try:
        return scorer, float(mean)
    except ValueError:
        raise typer.BadParameter(f"{stated!r} reads SCORER=MEAN, such as exact_match=0.8.") from None


def _named(ctx: Context, wanted: str) -> Experiment:
    for row in verbs.list_experiments(ctx, search="", limit=1000):
        if wanted in (row.id, row.name):
            return row
    raise NotFound(f"There is no experiment {wanted!r}.", hint="`modelyard experiment list` shows them.")


def _line_of(row: Experiment, latest: Attempt | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "attempt": latest.number if latest else None,
        "state": latest.state if latest else "not run",
        "n_done": latest.n_done if latest else 0,
        "n_planned": latest.n_planned if latest else 0,
    }


def _print(attempt: Attempt, *, as_json: bool) -> None:
    if as_json:
        typer.echo(AttemptOut.of(attempt).model_dump_json())
        return
    told = f" ({attempt.error})" if attempt.error else ""
    typer.echo(f"{attempt.document['name']}, attempt {attempt.number}: {attempt.state}{told}")
    for row in RunningOut.model_validate(attempt.running).configurations:
        typer.echo(f"  {row.name:<40}  {_scored(row)}")
    unknown = f", and {attempt.n_unknown_cost:,} answers of unknown price" if attempt.n_unknown_cost else ""
    typer.echo(f"  spent {told_usd(attempt.spent_usd)}{unknown}; {attempt.n_reused:,} answers used again")


def _scored(row: RunningConfigurationOut) -> str:
    score = "-" if row.score is None else f"{row.score:.3f}"
    between = f" [{row.interval[0]:.3f}, {row.interval[1]:.3f}]" if row.interval else ""
    p50 = "" if row.p50_seconds is None else f"  p50 {row.p50_seconds:.2f} s"
    failed = f"  {row.n_failed:,} failed" if row.n_failed else ""
    return f"{row.scorer} {score}{between}  n {row.n_scored:,}{p50}{failed}"
