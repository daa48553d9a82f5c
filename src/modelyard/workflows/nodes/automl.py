"""The node that finds the best model by itself, within a budget."""

import tempfile
import time
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter, family
from modelyard.models.automl.options import Options, drawing_seconds
from modelyard.models.engine import ClassWeight
from modelyard.models.engines.ensemble import STANDARD_CODE, Ensemble, Member
from modelyard.models.ensemble_code import ensemble_code
from modelyard.models.folds import MAX_SEED
from modelyard.models.objective import MetricChoice, metric_problem
from modelyard.models.preparation import usable
from modelyard.models.target import target_problems
from modelyard.workflows.node import MODEL_OUT, Node, NodeProblem, Port
from modelyard.workflows.values import ModelValue, Outcome, TableValue, Value, Work

MEGABYTE = 1024**2
USUAL_MEMORY_BYTES = 880 * MEGABYTE
"""Taken when no memory is stated and the worker has it; large tables are given more."""
CELLS_FACTOR = 8
"""How many times the rows' own size the fits may take beside that."""

DISTILLED_CODE = """raise SystemExit(
    "A distilled model learned from an ensemble's predictions, which this script does not have: export without distil."
)"""


class AutoML(Node):
    """Find the best model by itself: several engines, each with the preparation it needs, weighted into one.

    Takes a table as it is: numbers, categories (many values too), dates, text, missing values, rare and many classes.
    A portfolio of strong first configurations is tried in an order that suits the table (gradient boosting by LightGBM,
    CatBoost and XGBoost, linear engines, random trees, neighbours, a network), then Optuna searches further. Candidates
    are compared on rows that they did not learn from, on as many folds as the budget allows; folds keep to the split's
    structure (groups stay together, the past predicts what follows). What is learned in preparing is learned anew in
    each fold. The best are weighted into an ensemble; when that does not help, the best one alone is the model.

    The budget is kept from outside: candidates run in processes of their own, two at a time, and one that takes too
    long or too much memory ends, with the reason in the leaderboard, and the others go on. "Stop now" keeps the best so
    far; a run that was killed goes on with the candidates it had. Below about ten seconds little more than a first
    model can be made.

    With `distil`, one LightGBM learns to predict what the ensemble predicts: small and quick, for small hosts.
    """

    title: ClassVar[str] = "AutoML"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "wand-sparkles"
    outputs: ClassVar[tuple[Port, ...]] = (MODEL_OUT,)
    learns: ClassVar[bool] = True
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("budget_seconds", "metric")

    kind: Literal["automl"] = "automl"
    budget_seconds: float = Parameter(
        60.0, description="Time for everything: trying, fitting, scoring and drawing.", unit="s", ge=1, le=86_400
    )
    memory_mb: int | None = Parameter(
        None,
        description="Memory for everything; empty: 880, more for large tables, never above the worker's cap.",
        unit="MB",
        ge=256,
        le=1_000_000,
    )
    metric: MetricChoice = Parameter(
        "auto", description="What is made best; `auto`: ROC AUC for two classes, log loss for more, RMSE for numbers."
    )
    class_weight: Literal["auto", "none", "balanced"] = Parameter(
        "auto", description="Whether rare classes weigh more; `auto`: only when the metric is balanced accuracy."
    )
    distil: bool = Parameter(False, description="Let one LightGBM learn from the ensemble and take its place.")
    engines: tuple[str, ...] = Parameter(
        (), description="The engines allowed, by their kinds; empty means all that memory allows.", max_length=30
    )
    n_folds: int | None = Parameter(
        None, description="Folds to compare on; empty: as many as the budget allows.", ge=2, le=20, advanced=True
    )
    max_candidates: int | None = Parameter(
        None, description="Most candidates; empty: as many as the budget allows.", ge=1, le=10_000, advanced=True
    )
    seed: int = Parameter(0, description="Start of the random numbers of folds, engines and search.", ge=0, le=MAX_SEED)
    name: str | None = Parameter(
        None, description="The model's name in the registry; empty means made of target and engine.", max_length=200
    )

    @model_validator(mode="after")
    def _engines_are_known(self) -> Self:
        known = {name for name, kind in family("engine").kinds.items() if "clustering" not in kind.tasks}
        for name in self.engines:
            if name not in known - {"ensemble"}:
                raise ValueError(f"engines: there is no {name!r}; there are {', '.join(sorted(known - {'ensemble'}))}")
        return self

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """There must be a target and something to learn it from, and the metric must suit it."""
        if schema.task == "clustering":
            return [NodeProblem("AutoML needs a target to predict; clusters have none: use a train node.")]
        if schema.target is None or schema.task is None:
            return [NodeProblem("No target reaches this node; choose one in the dataset node.")]
        found = [NodeProblem(message) for message in target_problems(schema)]
        if not usable(schema).features:
            found.append(NodeProblem("No column is left to learn from: all are identifiers, constant or the target."))
        column = schema.get(schema.target)
        if unsuited := metric_problem(self.metric, schema.task, column.n_unique if column else None):
            found.append(NodeProblem(unsuited, "metric"))
        if self.class_weight == "balanced" and schema.task == "regression":
            found.append(NodeProblem("Class weights are for classes; the target is a number.", "class_weight"))
        allowed = [family("engine").get(name) for name in self.engines]
        if allowed and not any(kind and schema.task in kind.tasks for kind in allowed):
            found.append(NodeProblem(f"None of these engines is for {schema.task}.", "engines"))
        return found

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Search, then put raw columns, preparing nodes and the winner together, score and draft the model."""
        from modelyard.models.automl.automl import search
        from modelyard.models.chain import build_chain

        started = time.monotonic()
        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"automl takes a table, not {type(given).__name__}")
        rows, raw = given.table.get().rows("train"), given.raw.get().rows("train")
        drawing = drawing_seconds(self.budget_seconds)
        options = self._options(rows, drawing, work)
        with tempfile.TemporaryDirectory(dir=work.scratch()) as folder:
            winner = search(rows, raw, options, work, Path(folder))
        steps = [(step.node, step.learned) for step in given.steps]
        chain = build_chain(steps, winner.engine, winner.fitted, raw)
        title = type(winner.engine).title
        work.report(0.95, "Scoring")
        document = work.draft(
            chain,
            given,
            name=self.name or f"{raw.schema.target} · AutoML: {title}",
            seconds=time.monotonic() - started,
            seed=self.seed,
            class_weight=options.class_weight,
            trials=winner.trials,
            drawing_seconds=drawing,
        )
        return Outcome(
            {"model": ModelValue(document, given.table, chain, given.raw)},
            metrics=document["metrics"],
            charts=document["charts"],
            notes=winner.notes,
            trials=[dict(trial) for trial in winner.trials],
        )

    def _options(self, rows: Table, drawing: float, work: Work) -> Options:
        weight: ClassWeight = "none" if self.class_weight == "auto" else self.class_weight
        if self.class_weight == "auto" and self.metric == "balanced_accuracy":
            weight = "balanced"
        stated = self.memory_mb * MEGABYTE if self.memory_mb is not None else None
        usual = USUAL_MEMORY_BYTES + CELLS_FACTOR * int(rows.frame.estimated_size())
        return Options(
            budget_seconds=self.budget_seconds - 1.1 * drawing,
            memory_bytes=min(stated or usual, int(0.9 * work.memory_bytes())),
            metric=self.metric,
            n_folds=self.n_folds,
            engines=self.engines,
            class_weight=weight,
            seed=self.seed,
            max_candidates=self.max_candidates,
            is_distilled=self.distil,
        )

    def code(self) -> str:
        """Say that the winner is known after a run; `code_found` has it."""
        return STANDARD_CODE

    def code_found(self, draft: dict[str, Any]) -> str:
        """Fit what the search found, member by member; `draft` describes the model (models.draft)."""
        if self.distil:
            return DISTILLED_CODE
        stated = {k: v for k, v in draft["parameters"].items() if k not in ("seed", "class_weight")}
        engine = family("engine").parse(stated)
        members = engine.members if isinstance(engine, Ensemble) else (Member(engine=stated),)
        code = ensemble_code(members, seed=self.seed, class_weight=draft["parameters"]["class_weight"])
        return f'{code}\nfeatures, categories = ["row"], {{}}'
