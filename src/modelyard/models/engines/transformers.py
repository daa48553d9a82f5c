"""The engine for checkpoints of transformers: reads one column of text and tells its class."""

import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema, Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.kernel.memory import refuse_too_large
from modelyard.models.boosters import hold_back
from modelyard.models.engine import ClassWeight, Engine, Files, FitOptions, Fitted, Prediction, TextReasons
from modelyard.models.estimators import from_probabilities, read_facts, write_facts
from modelyard.models.target import Target, target_problems, training_target
from modelyard.models.transformers import exporting, network, sources
from modelyard.models.transformers.checkpoint import Checkpoint, examine
from modelyard.models.transformers.loop import Course, Plan, encode, fine_tune, probabilities
from modelyard.models.transformers.memory import fitting_bytes, loaded_bytes
from modelyard.models.transformers.reasons import reasons
from modelyard.models.transformers.texts import N_COMPARED, agreement, made_up, notes_on, texts_of

if TYPE_CHECKING:
    import polars as pl

INSTALL = (
    "not installed: pip install modelyard[transformers] (without a GPU, first the much smaller "
    "pip install torch --index-url https://download.pytorch.org/whl/cpu)"
)


@dataclass(frozen=True)
class Held:
    """A checkpoint in memory, and the network that answers: the same, or its copy with 8 bits.

    `is_whole`: the weights in full precision are here too, so that it can be written.
    """

    loaded: network.Loaded
    serving: Any
    is_whole: bool = True


class Transformers(Engine):
    """Fine-tune a language model on one column of text: the strongest classes of text, where minutes are there.

    The checkpoint is a model of this yard that was added from Hugging Face or fine-tuned here, or a folder in
    `checkpoints` in the yard's data folder. It is read as data only: safetensors weights, no code of its own. When its
    classes are others than those of the target, it gets a new head. Texts are read up to `max_tokens` tokens; a missing
    text counts as empty.

    A step moves the weights by one batch; a pass over all training texts is an epoch. With `freeze_encoder` only the
    head learns, which is many times quicker and usually worse. `int8` computes the linear layers with 8 bits when
    predicting: smaller and quicker on most processors, and how often the class stays the same is noted.
    """

    title: ClassVar[str] = "Transformers"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "text-search"
    requires: ClassVar[tuple[str, ...]] = ("transformers", "torch", "safetensors")
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    takes_missing: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True
    reads_text: ClassVar[bool] = True

    kind: Literal["transformers"] = "transformers"
    checkpoint: str | None = Parameter(
        None,
        description="What is fine-tuned: the id of a model of this engine, or a folder's name in `checkpoints`.",
        max_length=200,
    )
    checkpoint_source: str | None = Parameter(
        None, description="Its exact files; filled in when a run is submitted.", advanced=True, max_length=1000
    )
    column: str | None = Parameter(
        None, description="The column to read; empty means the only text. Other columns are left out.", widget="column"
    )
    max_tokens: int = Parameter(256, description="Tokens read of each text; the rest is cut off.", ge=8, le=8192)
    epochs: int = Parameter(3, description="Passes over the training texts.", ge=1, le=100, search=between(1, 6))
    learning_rate: float = Parameter(
        5e-5, description="Size of the largest steps.", gt=0, le=1, search=between(1e-5, 2e-4, log=True)
    )
    batch_size: int = Parameter(16, description="Texts per step.", ge=1, le=1024, search=among(8, 16, 32))
    warm_up: float = Parameter(0.1, description="Share of the steps in which they grow.", ge=0, le=0.9, advanced=True)
    weight_decay: float = Parameter(0.01, description="How much weights shrink by.", ge=0, le=10, advanced=True)
    freeze_encoder: bool = Parameter(False, description="Let only the head learn.")
    early_stopping: bool = Parameter(
        False, description="Hold training rows back, keep the epoch that predicts them best, and stop after it."
    )
    patience: int = Parameter(
        2,
        description="Epochs without improvement before it stops.",
        ge=1,
        le=100,
        advanced=True,
        when={"early_stopping": (True,)},
    )
    validation_fraction: float = Parameter(
        0.1,
        description="Share of the training rows held back.",
        gt=0,
        le=0.5,
        advanced=True,
        when={"early_stopping": (True,)},
    )
    precision: Literal["float32", "int8"] = Parameter(
        "float32", description="What predictions are computed with; int8 is smaller and quicker, and rounds."
    )
    texts_at_once: int = Parameter(32, description="Texts predicted together.", ge=1, le=1024, advanced=True)

    @classmethod
    def unavailable_reason(cls) -> str | None:
        """Say what to install, PyTorch without GPU named."""
        return INSTALL if any(find_spec(name) is None for name in cls.requires) else None

    def problems(self, schema: Schema) -> list[str]:
        """The target must be classes, one column text, and something must be there to fine-tune."""
        found = target_problems(schema)
        if schema.task is not None and schema.task != "classification":
            found.append(f"{self.title} is for classification; this target is for {schema.task}.")
        if self.checkpoint is None:
            found.append(
                f"{self.title} has no checkpoint to fine-tune: add one with `modelyard models add` "
                "and give its id here."
            )
        return found if self.column_of(schema) else [*found, self._no_column(schema)]

    def column_of(self, schema: Schema) -> str | None:
        """Return the column that is read, or None when it is not clear which."""
        texts = [column for column in schema.features if column.dtype == "string"]
        if self.column is not None:
            return self.column if self.column in [column.name for column in texts] else None
        long = [column for column in texts if column.kind == "text"] or texts
        return long[0].name if len(long) == 1 else None

    def _no_column(self, schema: Schema) -> str:
        if self.column is not None:
            return f"{self.title} cannot read {self.column!r}: choose a column that holds text."
        texts = [column.name for column in schema.features if column.dtype == "string"]
        there = f"there are {', '.join(texts[:5])}" if texts else "none reaches it"
        return f"{self.title} reads one column of text, and {there}: choose it in `column`."

    def needed_files(self) -> tuple[str, ...]:
        """Return the hash of the model that is fine-tuned, when it is one of the yard's."""
        return sources.digests(self.checkpoint_source)

    def localised(self, files: Files) -> "Transformers":
        """Return the engine with the checkpoint's files on this machine."""
        if self.checkpoint_source is None:
            return self
        return self.model_copy(update={"checkpoint_source": str(sources.opened(self.checkpoint_source, files))})

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fine-tune on all rows of `table` that have a target."""
        target = training_target(table)
        column = self._column(target)
        checkpoint = examine(self._folder(), is_base_allowed=True)
        refuse_too_large(
            self._fitting_bytes(checkpoint),
            options.memory_bytes,
            what="Fine-tuning this checkpoint",
            hint="Make batch_size or max_tokens smaller, freeze the encoder, or take a smaller checkpoint.",
        )
        started = time.monotonic()
        options.report(0.0, "Reading the checkpoint")
        with network.threads(options.n_threads):
            loaded = network.load(checkpoint, max_tokens=self.max_tokens, labels=target.classes, seed=options.seed)
            texts = texts_of(target.table.frame, column)
            course, notes = self._tune(loaded, texts, target, options, started)
            held, rounding = self._serving(loaded, texts)
        cut = notes_on(texts, encode(loaded.reader, texts), loaded.reader.max_tokens)
        state = {"estimator": held, "categories": {}, "max_tokens": loaded.reader.max_tokens, "losses": course.losses}
        all_notes = (*target.notes, *notes, *cut, *rounding)
        return Fitted("classification", (column,), target.classes, state, len(texts), all_notes)

    def adopt(self, folder: Path, column: str) -> Fitted:
        """Return a checkpoint that was trained elsewhere as if it had been fitted on `column`."""
        checkpoint = examine(folder)
        loaded = network.load(checkpoint, max_tokens=self.max_tokens)
        held, rounding = self._serving(loaded, None)
        n_tokens = loaded.reader.max_tokens
        notes = (f"Reads the first {n_tokens:,} tokens of a text.", *rounding)
        state = {"estimator": held, "categories": {}, "max_tokens": n_tokens, "losses": ()}
        return Fitted("classification", (column,), checkpoint.labels, state, 0, notes)

    def _column(self, target: Target) -> str:
        if target.task != "classification":
            raise Invalid(f"{self.title} is for classification; the target is for {target.task}.")
        column = self.column_of(target.table.schema)
        if column is None:
            raise Invalid(self._no_column(target.table.schema))
        return column

    def _folder(self) -> Path:
        named = self.checkpoint_source or self.checkpoint
        if named is None or not Path(named).is_dir():
            raise Invalid(
                f"The checkpoint {self.checkpoint!r} is not on the machine that fits.",
                hint="Choose a checkpoint of this yard; it cannot be fine-tuned on a cluster.",
            )
        return Path(named)

    def _fitting_bytes(self, checkpoint: Checkpoint) -> int:
        return fitting_bytes(
            checkpoint,
            batch_size=self.batch_size,
            n_tokens=self.max_tokens,
            is_frozen=self.freeze_encoder,
            keeps_best=self.early_stopping,
            is_int8=self.precision == "int8",
        )

    def _tune(
        self, loaded: network.Loaded, texts: list[str], target: Target, options: FitOptions, started: float
    ) -> tuple[Course, tuple[str, ...]]:
        """Move the weights; return how it went, in figures and in sentences."""
        classes = target.values.tolist()
        grow, stop, notes = self._parted(loaded, texts, classes, target, options)
        left = None if options.budget_seconds is None else options.budget_seconds - (time.monotonic() - started)
        plan = Plan(
            **self._plan(options.seed),
            budget_seconds=left,
            class_weights=_balanced(target) if options.class_weight == "balanced" else None,
            trained=_head(loaded) if self.freeze_encoder else None,
        )

        def report(step: int, n_steps: int, loss: float) -> None:
            options.report(step / n_steps, f"Step {step:,} of {n_steps:,}, loss {loss:.3f}")

        course = fine_tune(loaded.network, loaded.reader, *grow, plan, stop, report)
        return course, (*_told_start(loaded), *notes, *self._told(course))

    def _plan(self, seed: int) -> dict[str, Any]:
        return {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
            "warm_up": self.warm_up,
            "weight_decay": self.weight_decay,
            "seed": seed,
            "patience": self.patience if self.early_stopping else None,
        }

    def _parted(
        self, loaded: network.Loaded, texts: list[str], classes: list[int], target: Target, options: FitOptions
    ) -> tuple[tuple[list[str], list[int]], tuple[list[str], list[int]] | None, tuple[str, ...]]:
        """Return the texts to learn from and those to stop by, given or held back, and what is to be noted."""
        if options.validation is not None:
            rows = options.validation
            usable = rows.frame.filter(target.usable(rows.target()))
            known = target.encoded(usable.get_column(rows.target().name)).tolist()
            stop = (texts_of(usable, self._column(target)), known)
            return (texts, classes), stop if known else None, ()
        if not self.early_stopping:
            return (texts, classes), None, ()
        places = hold_back(target, self.validation_fraction, options.seed)
        if places is None:
            return (texts, classes), None, ("Too few rows to hold some back: all epochs were done.",)
        parts = [([texts[at] for at in part], [classes[at] for at in part]) for part in places]
        return parts[0], parts[1], ()

    def _told(self, course: Course) -> tuple[str, ...]:
        if course.ended == "budget":
            return (f"Stopped by the time budget after {course.n_epochs:.1f} of {self.epochs} epochs.",)
        if course.kept_epoch is not None and course.kept_epoch < self.epochs:
            return (f"Early stopping kept epoch {course.kept_epoch} of {self.epochs}.",)
        return ()

    def _serving(self, loaded: network.Loaded, texts: list[str] | None) -> tuple[Held, tuple[str, ...]]:
        """Return what predicts, and with 8 bits how much it agrees: on training texts, or on made-up ones."""
        if self.precision == "float32":
            return Held(loaded, loaded.network), ()
        small = network.quantised(loaded.network)
        of = "training texts compared" if texts is not None else "texts made of its vocabulary"
        known = texts if texts is not None else made_up(loaded.tokenizer)
        compared = known[:: max(1, len(known) // N_COMPARED)][:N_COMPARED]
        told = agreement(loaded.network, small, loaded.reader, compared, self.texts_at_once, of=of)
        return Held(loaded, small), (told,)

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include the text; its notes tell of texts cut off and empty ones."""
        texts = texts_of(features, fitted.features[0])
        held: Held = fitted.state["estimator"]
        encoded = encode(held.loaded.reader, texts)
        found = probabilities(held.serving, held.loaded.reader, encoded, self.texts_at_once)
        notes = notes_on(texts, encoded, held.loaded.reader.max_tokens)
        return replace(from_probabilities(found, fitted.classes or ()), notes=notes)

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the one column that is read."""
        return {fitted.features[0]: 1.0}

    def text_reasons(self, fitted: Fitted, text: str, of: str | None = None) -> TextReasons | None:
        """Return how much each word of a text speaks for its class, or for the class `of`."""
        held: Held = fitted.state["estimator"]
        return reasons(held.serving, held.loaded.reader, text, fitted.classes or (), self.texts_at_once, of)

    def loaded_bytes(self, folder: Path) -> int | None:
        """Return about how much memory the checkpoint in a model's folder takes."""
        return loaded_bytes(examine(folder), is_int8=self.precision == "int8")

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write safetensors, tokenizer and configuration as transformers reads them, and the facts as JSON."""
        held: Held = fitted.state["estimator"]
        if not held.is_whole:
            raise Refused(
                "This model holds 8-bit numbers only, which are not what its file holds.",
                hint="Copy its file instead.",
            )
        write_facts(fitted, folder)
        network.save(held.loaded, folder)

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        fitted = read_facts(folder, {})
        loaded = network.load(examine(folder), max_tokens=fitted.state["max_tokens"], is_tried=True)
        held = Held(loaded, loaded.network)
        if self.precision == "int8":
            small = network.quantised(loaded.network, in_place=True)
            held = Held(replace(loaded, network=small), small, is_whole=False)
        return replace(fitted, state={**fitted.state, "estimator": held})

    def code(self) -> str:
        """Return the loop that runs here, and a class around it."""
        arguments = {
            "max_tokens": self.max_tokens,
            "texts_at_once": self.texts_at_once,
            "is_frozen": self.freeze_encoder,
            "held_fraction": self.validation_fraction if self.early_stopping else None,
            "plan": self._plan(0),
        }
        return exporting.code(self.checkpoint, self.column, arguments)

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit with the seed, and with a weight for each class when classes shall count the same."""
        weights = (
            ""
            if class_weight == "none"
            else ", class_weights=len(y) / (len(set(y)) * np.unique(y, return_counts=True)[1])"
        )
        return f'estimator.plan["seed"] = {seed}\nestimator.fit(x, y{weights})'


def _told_start(loaded: network.Loaded) -> tuple[str, ...]:
    n_fresh = len(loaded.fresh)
    return (
        (f"The checkpoint told other classes or none: {n_fresh} parts of the network began anew.",) if n_fresh else ()
    )


def _head(loaded: network.Loaded) -> frozenset[str]:
    """Return the parameters beside the encoder, and those of it that began anew."""
    base = {id(parameter) for parameter in loaded.network.base_model.parameters()}
    named = loaded.network.named_parameters()
    return frozenset(name for name, parameter in named if id(parameter) not in base or name in loaded.fresh)


def _balanced(target: Target) -> list[float]:
    """Return a weight for each class with which all count the same; none for a class without rows."""
    import numpy as np

    counts: np.ndarray[Any, Any] = np.bincount(target.values, minlength=len(target.classes or ()))
    return [float(len(target.values) / (int((counts > 0).sum()) * max(int(n), 1))) for n in counts]
