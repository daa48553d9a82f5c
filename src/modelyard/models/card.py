"""The model card: Markdown made from the record of the run, never typed; a fact that is not there is left out."""

from collections.abc import Iterator
from typing import Any

from modelyard.models.tables import Model

MAX_COLUMNS = 200
"""Columns named one by one; of more the rest is counted."""


def card(model: Model) -> str:
    """Return the card as Markdown."""
    parts = (
        [f"# {plain(model.name)}", "", _purpose(model), ""],
        _section("How good it is", _scores(model)),
        _section("What these figures cannot say", [f"- {plain(sentence)}" for sentence in model.limits]),
        _section("Found in the data", list(_findings(model))),
        _section("Groups", list(_groups(model))),
        _section("Data", list(_data(model))),
        _section("Columns used", _inputs(model)),
        _section("Columns not used", _ignored(model)),
        _section("What matters", list(_importance(model))),
        _section("How it was made", list(_making(model))),
        _section("Chosen from", _trials(model)),
        _section("Worth knowing", [f"- {plain(note)}" for note in model.notes]),
        _section("Environment", [f"- {plain(name)}: {plain(value)}" for name, value in model.environment.items()]),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def plain(text: Any) -> str:
    """Return the text so that it cannot end a cell of a table or start markup."""
    return "".join(f"\\{mark}" if mark in "\\|`*_<>[]#" else mark for mark in " ".join(str(text).split()))


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""] if lines else []


def _purpose(model: Model) -> str:
    engine = f"with the engine `{model.engine}`, version {model.version} of this model."
    if model.task == "clustering":
        return f"Puts rows into clusters {engine}"
    classes = model.signature["output"]["classes"]
    kind = f"one of {len(classes)} classes" if classes else "a number"
    return f"Predicts **{plain(model.target)}** ({kind}) {engine}"


def _scores(model: Model) -> list[str]:
    boosting = any(metric.get("boosting") is not None for metric in model.metrics)
    titles = [
        "Metric",
        "Value",
        "95 % interval",
        "Without knowledge",
        *(["Default boosting"] if boosting else []),
        "Rows",
    ]
    rows = []
    for metric in model.metrics:
        better = "" if metric["higher_is_better"] else " (lower is better)"
        cells = [plain(metric["label"]) + better, _value(metric), _interval(metric), _figure(metric.get("baseline"))]
        cells += [_figure(metric.get("boosting"))] if boosting else []
        rows.append([*cells, f"{metric['n']:,} {metric['split']}"])
    return _table(titles, rows)


def _value(metric: dict[str, Any]) -> str:
    return _figure(metric["value"]) if metric["value"] is not None else plain(metric["unavailable"] or "–")


def _interval(metric: dict[str, Any]) -> str:
    interval = metric.get("interval")
    if interval:
        return f"{_figure(interval[0])} to {_figure(interval[1])}"
    return plain(metric.get("interval_unavailable") or "–")


def _findings(model: Model) -> Iterator[str]:
    for finding in model.findings:
        yield f"- {finding['severity'].capitalize()}: {plain(finding['message'])}"


def _groups(model: Model) -> Iterator[str]:
    for report in model.groups:
        yield f"{plain(report['title'])}, {report['n']:,} {report['split']} rows:"
        yield ""
        labels = list(dict.fromkeys(metric["label"] for row in report["rows"] for metric in row["metrics"]))
        yield from _table(
            ["Group", "Rows", *map(plain, labels), "Note"],
            [
                [plain(row["name"]), f"{row['n']:,}", *_of_group(row, labels), plain(row["note"] or "")]
                for row in report["rows"]
            ],
        )
        yield ""
        for gap in report["gaps"]:
            sure = "more than chance" if gap["is_clear"] else "may be chance"
            groups = f"{plain(gap['high'])} and {plain(gap['low'])}"
            yield f"- {plain(gap['label'])}: {_figure(gap['value'])} between {groups}, {sure}"


def _of_group(row: dict[str, Any], labels: list[str]) -> list[str]:
    found = {metric["label"]: metric for metric in row["metrics"]}
    return [_value(found[label]) if label in found else "–" for label in labels]


def _data(model: Model) -> Iterator[str]:
    if model.dataset_name:
        content = f" (content `{model.dataset_hash}`)" if model.dataset_hash else ""
        yield f"- Dataset: {plain(model.dataset_name)}{content}"
    parts = [(part, model.n_rows.get(part)) for part in ("train", "validation", "test")]
    yield "- Rows: " + ", ".join(f"{n:,} {part}" for part, n in parts if n)
    if model.splitting:
        column = f" by {plain(model.splitting['column'])}" if model.splitting.get("column") else ""
        yield f"- Split: {model.splitting['method']}{column}, seed {model.splitting['seed']}"


def _inputs(model: Model) -> list[str]:
    shown = model.signature["inputs"][:MAX_COLUMNS]
    rows = [
        [plain(item["name"]), item["kind"], item["dtype"], "no" if item["required"] else "yes", _range(item)]
        for item in shown
    ]
    more = len(model.signature["inputs"]) - len(shown)
    return _table(["Column", "Kind", "Stored as", "May be empty", "In training"], rows) + (
        ["", f"And {more:,} more columns."] if more else []
    )


def _range(item: dict[str, Any]) -> str:
    if item["categories"]:
        named = ", ".join(plain(name) for name in item["categories"][:5])
        return f"{named} and {len(item['categories']) - 5:,} more" if len(item["categories"]) > 5 else named
    if item["minimum"] is None or item["maximum"] is None:
        return "–"
    return f"{_figure(item['minimum'])} to {_figure(item['maximum'])}"


def _ignored(model: Model) -> list[str]:
    kinds = {column["name"]: column["kind"] for column in model.training_profile.get("columns", ())}
    names = [name for name in model.signature.get("ignored", ()) if name != model.target]
    lines = [f"- {plain(name)}" + (f" ({kinds[name]})" if name in kinds else "") for name in names[:MAX_COLUMNS]]
    return [*lines, f"- and {len(names) - MAX_COLUMNS:,} more"] if len(names) > MAX_COLUMNS else lines


def _importance(model: Model) -> Iterator[str]:
    for item in model.importance[:10]:
        yield f"- {plain(item['column'])}: {_figure(item['value'])}"


def _making(model: Model) -> Iterator[str]:
    steps = " → ".join(f"{step['kind']}" for step in model.steps)
    yield f"- Preparation: {steps or 'none'}"
    for step in model.steps:
        told = ", ".join(f"{name} = {_told(value)}" for name, value in step.items() if name != "kind")
        yield f"  - {step['kind']}: {told or 'no parameters'}"
    yield f"- Engine: {model.engine}"
    for name, value in model.parameters.items():
        if name != "kind":
            yield f"  - {plain(name)} = {_told(value)}"
    if model.workflow_id:
        yield f"- Workflow: `{model.workflow_id}`, version {model.workflow_version}"
    if model.run_id:
        yield f"- Run: `{model.run_id}`"
    yield f"- Made: {model.created_at:%Y-%m-%d %H:%M} UTC, in {model.seconds:.1f} s"
    if model.row_seconds is not None:
        yield f"- One row takes {_figure(model.row_seconds * 1000)} ms where it was trained"
    yield f"- File: {model.size_bytes:,} bytes, `{model.artifact_hash}`"


def _trials(model: Model) -> list[str]:
    rows = [
        [
            plain(trial.get("label", "")),
            plain(trial.get("metric", "")),
            _figure(trial.get("score")),
            trial.get("state", ""),
        ]
        for trial in model.trials
    ]
    return _table(["Candidate", "Metric", "Score", "State"], rows) if rows else []


def _told(value: Any) -> str:
    return plain(value if value not in (None, "", [], {}) else "–")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)] if rows else []
