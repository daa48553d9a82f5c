"""Rows of the experiments room. Answers are added and never changed; a re-run is another attempt beside the old."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column

AttemptState = Literal["queued", "running", "succeeded", "stopped", "failed", "cancelled"]
"""`stopped`: the budget was spent, or somebody asked to keep what there is; what is missing can still be asked."""
LIVE_ATTEMPTS: frozenset[AttemptState] = frozenset({"queued", "running"})


class Experiment(Base):
    """A configuration document with its attempts."""

    __tablename__ = "experiments"
    __table_args__ = (Index("ix_experiments_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(2000), default="")
    document: Mapped[dict[str, Any]]
    """What `modelyard.experiments.document.ExperimentDocument` states."""
    document_digest: Mapped[str] = mapped_column(String(64))
    share_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in the link for readers; None: it is not shared."""
    shared_at: Mapped[datetime | None]
    share_ends_at: Mapped[datetime | None]
    """When the link ends by itself; None: when it is taken back."""
    shared_number: Mapped[int | None]
    """The attempt that readers of the link see."""
    is_shared_with_answers: Mapped[bool] = mapped_column(default=False)
    """Whether these readers see questions, answers and passages too."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Attempt(Base):
    """One execution of an experiment: everything that it depends on is frozen here."""

    __tablename__ = "experiment_attempts"
    __table_args__ = (UniqueConstraint("experiment_id", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    experiment_id: Mapped[str] = mapped_column(ForeignKey(Experiment.id, ondelete="CASCADE"))
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    number: Mapped[int]
    """From 1 within its experiment."""
    run_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The latest run that worked on it: each resumption is a run."""
    state: Mapped[AttemptState] = mapped_column(String(16))
    error: Mapped[str | None] = mapped_column(String(2000))
    """Why it failed or was stopped, as a sentence."""
    document: Mapped[dict[str, Any]]
    document_digest: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(64))
    dataset_id: Mapped[str] = mapped_column(String(32))
    """Named, not referenced: the dataset may be deleted while the results live on."""
    dataset_name: Mapped[str] = mapped_column(String(200))
    dataset_digest: Mapped[str] = mapped_column(String(64))
    configurations: Mapped[list[Any]] = mapped_column(default=list)
    """In order: name, strategy, LLM (id, name, provider, model, prices, is_scripted) and parameters of each."""
    n_samples: Mapped[int] = mapped_column(default=0)
    n_planned: Mapped[int] = mapped_column(default=0)
    """Samples × configurations × repeats."""
    n_done: Mapped[int] = mapped_column(default=0)
    """Answers that are kept, failed ones among them."""
    n_failed: Mapped[int] = mapped_column(default=0)
    n_reused: Mapped[int] = mapped_column(default=0)
    """Answers that an earlier attempt had already, to the same question in every respect."""
    n_input_tokens: Mapped[int] = mapped_column(default=0)
    n_output_tokens: Mapped[int] = mapped_column(default=0)
    spent_usd: Mapped[float] = mapped_column(default=0.0)
    n_unknown_cost: Mapped[int] = mapped_column(default=0)
    """Answers whose price nobody knows."""
    n_scoring_tokens: Mapped[int] = mapped_column(default=0)
    """Of judges and embedders, beside what the answers took."""
    scoring_usd: Mapped[float] = mapped_column(default=0.0)
    running: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The scores so far, by configuration, while it runs."""
    results_hash: Mapped[str | None] = artifact_column(index=True)
    """The comparison as JSON (`modelyard.experiments.comparing`), made when it ended."""
    scores_hash: Mapped[str | None] = artifact_column(index=True)
    """The scores as arrays, `(n_configurations, n_samples, n_repeats)` by scorer, NaN where there is none."""
    created_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ExperimentSample(Base):
    """A sample of an attempt, as it was when it was asked."""

    __tablename__ = "experiment_samples"

    attempt_id: Mapped[str] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    """From 0, in the order drawn."""
    sample_id: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    group: Mapped[str | None] = mapped_column(String(200))
    rest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Aliases, context, choices, truth and is_answerable, where they are stated."""


class ExperimentAnswer(Base):
    """One answer: a sample asked once by one configuration."""

    __tablename__ = "experiment_answers"
    __table_args__ = (Index("ix_experiment_answers_owner_id_content_digest", "owner_id", "content_digest"),)

    attempt_id: Mapped[str] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"), primary_key=True)
    configuration: Mapped[int] = mapped_column(primary_key=True)
    """Its place among the attempt's configurations."""
    place: Mapped[int] = mapped_column(primary_key=True)
    """The sample's."""
    repeat: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(32))
    content_digest: Mapped[str | None] = mapped_column(String(64))
    """Of everything that decides the answer; None: it is not used again (repeats, failures)."""
    reused_from: Mapped[str | None] = mapped_column(String(32))
    """The attempt that asked for it."""
    text: Mapped[str] = mapped_column(Text, default="")
    parsed: Mapped[str] = mapped_column(Text, default="")
    ended: Mapped[str] = mapped_column(String(16))
    """How: `strategy.HowEnded`, or `error`."""
    error_kind: Mapped[str | None] = mapped_column(String(64))
    """Class of what was raised, in the words of the table of errors by kind."""
    error: Mapped[str | None] = mapped_column(String(2000))
    seconds: Mapped[float] = mapped_column(default=0.0)
    """From the first request to the last piece, without waiting for a turn or a pause of the provider."""
    n_requests: Mapped[int] = mapped_column(default=0)
    n_input_tokens: Mapped[int] = mapped_column(default=0)
    n_output_tokens: Mapped[int] = mapped_column(default=0)
    is_estimated: Mapped[bool] = mapped_column(default=False)
    """Whether tokens were counted here because the provider did not say."""
    cost_usd: Mapped[float | None]
    """None: nobody knows the price."""
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By scorer: `{"value": 0-1 or null, "why": "…"}`."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Prompt, passages, trace and votes."""
    created_at: Mapped[datetime]


class Label(Base):
    """What a person thinks of an answer."""

    __tablename__ = "experiment_labels"

    attempt_id: Mapped[str] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"), primary_key=True)
    configuration: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    repeat: Mapped[int] = mapped_column(primary_key=True)
    labeller_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    value: Mapped[float]
    """0-1: wrong to right."""
    note: Mapped[str] = mapped_column(String(2000), default="")
    is_blind: Mapped[bool] = mapped_column(default=False)
    """Whether the labeller could not see whose answer it was."""
    created_at: Mapped[datetime]


ReportFormat = Literal["html", "pdf", "eval", "zip"]
"""`eval`: a log of Inspect; `zip`: several of them."""


class ExperimentReport(Base):
    """A report of an attempt: the file that was made, kept as long as the attempt."""

    __tablename__ = "experiment_reports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"), index=True)
    run_id: Mapped[str] = mapped_column(String(32))
    format: Mapped[ReportFormat] = mapped_column(String(8))
    hash: Mapped[str] = artifact_column(index=True)
    """The file's bytes."""
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]


Becomes = Literal["chat", "endpoint"]
"""What a configuration is promoted to: how a collection's chat answers, or an endpoint of its own."""


class ExperimentPromotion(Base):
    """That a configuration of an attempt was put to use, and by what it was chosen."""

    __tablename__ = "experiment_promotions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"), index=True)
    configuration: Mapped[int]
    """Its place among the attempt's configurations."""
    becomes: Mapped[Becomes] = mapped_column(String(16))
    endpoint_id: Mapped[str] = mapped_column(String(32))
    """The endpoint that answers so; it may have been deleted since."""
    collection_id: Mapped[str | None] = mapped_column(String(32))
    """The collection whose chat it became; None: it is an endpoint of its own."""
    evidence: Mapped[dict[str, Any]]
    """Document of `promoting.evidence.Evidence`."""
    created_at: Mapped[datetime]
