"""The model card: Markdown made from the facts of the registry, never typed."""

from typing import Any

from modelyard.models.tables import Model


def card(model: Model) -> str:
    """Return the card as Markdown."""
    parts = (
        [f"# {_plain(model.name)}", "", _purpose(model), ""],
        _section("How good it is", _scores(model)),
        _section("What it takes", _inputs(model)),
        _section("What matters", _importance(model)),
        _section("How it was made", _making(model)),
        _section("Worth knowing", [f"- {_plain(note)}" for note in model.notes]),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""] if lines else []


def _purpose(model: Model) -> str:
    classes = model.signature["output"]["classes"]
    kind = f"one of {len(classes)} classes" if classes else "a number"
    return f"Predicts **{_plain(model.target)}** ({kind}) with the engine `{model.engine}`."


def _scores(model: Model) -> list[str]:
    head = ["| Metric | Value | Baseline | Rows |", "|---|---|---|---|"]
    return head + [
        f"| {_plain(metric['label'])} | {_number(metric)} | {_figure(metric.get('baseline'))} "
        f"| {metric['n']} ({metric['split']}) |"
        for metric in model.metrics
    ]


def _number(metric: dict[str, Any]) -> str:
    return _figure(metric["value"]) if metric["value"] is not None else _plain(metric["unavailable"] or "—")


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.4g}"


def _inputs(model: Model) -> list[str]:
    head = ["| Column | Kind | May be empty |", "|---|---|---|"]
    return head + [
        f"| {_plain(item['name'])} | {item['kind']} ({item['dtype']}) | {'no' if item['required'] else 'yes'} |"
        for item in model.signature["inputs"]
    ]


def _importance(model: Model) -> list[str]:
    return [f"- {_plain(item['column'])}: {item['value']:.4g}" for item in model.importance[:10]]


def _making(model: Model) -> list[str]:
    rows = ", ".join(f"{n} {part}" for part in ("train", "validation", "test") if (n := model.n_rows.get(part)))
    versions = ", ".join(f"{name} {value}" for name, value in model.environment.items())
    facts = [
        f"- Dataset: {_plain(model.dataset_name)} (`{(model.dataset_hash or '')[:12]}`)" if model.dataset_name else "",
        f"- Rows: {rows}",
        f"- Preparation: {' → '.join(step['kind'] for step in model.steps) or 'none'}",
        f"- Parameters: `{model.parameters}`",
        f"- Workflow: `{model.workflow_id}`, version {model.workflow_version}" if model.workflow_id else "",
        f"- Made: {model.created_at:%Y-%m-%d %H:%M} UTC, in {model.seconds:.1f} s",
        f"- Environment: {versions}",
    ]
    return [fact for fact in facts if fact]


def _plain(text: str) -> str:
    """Return the text so that it cannot end a cell of a table or start markup."""
    return "".join(f"\\{mark}" if mark in "\\|`*_<>[]" else mark for mark in " ".join(text.split()))
