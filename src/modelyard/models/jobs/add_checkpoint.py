"""The job that takes a checkpoint in as a model."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter, family
from modelyard.models.transformers.hub import is_hub_id
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.runs.tables import Run


class AddCheckpoint(Job):
    """Takes a text-classification checkpoint of Hugging Face transformers in: a model with an endpoint, untrained here.

    It is examined before it is loaded: data only (safetensors, no pickles, no code), whole, of a known architecture,
    with a fast tokenizer, and small enough. Its classes are those that its configuration names.
    """

    title: ClassVar[str] = "Add a checkpoint"
    memory_bytes: ClassVar[int] = 470 * 2**20
    icon: ClassVar[str] = "text-search"
    scope: ClassVar[Scope] = "models:write"
    internal: ClassVar[bool] = True

    kind: Literal["add_checkpoint"] = "add_checkpoint"
    upload: str | None = Parameter(None, description="SHA-256 of the uploaded ZIP.")
    filename: str = Parameter("", description="The name it came with.")
    hub_id: str | None = Parameter(None, description="Who made it and what it is called on the hub: owner/name.")
    revision: str | None = Parameter(None, description="Branch, tag or commit on the hub; empty: the newest.")
    name: str = Parameter("", description="The model's name; empty: that of the file or on the hub.")
    max_tokens: int = Parameter(256, description="Tokens read of each text.", ge=8, le=8192)
    precision: Literal["float32", "int8"] = Parameter("float32", description="What predictions are computed with.")

    def prepare(self, ctx: Context) -> Self:
        """Refuse what cannot be an id of the hub, and say when the engine is not installed."""
        if reason := family("engine").kinds["transformers"].unavailable_reason():
            raise Invalid(f"Transformers is {reason}.")
        if self.upload is None and not is_hub_id(self.hub_id or ""):
            message = f"{(self.hub_id or '')[:100]!r} is no id of the hub: it reads owner/name."
            raise Invalid(message, fields=[FieldError(("hub_id",), message)])
        if self.upload is not None and not ctx.artifacts.exists(self.upload):
            raise Invalid("The ZIP is not kept any more.", hint="Upload it again.")
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which checkpoint is taken in."""
        return f"Add {self.hub_id or self.filename}", None, None

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Fetch, examine, load once, and write it as a model."""
        from modelyard.models.adopting import adopt
        from modelyard.models.engines.transformers import Transformers

        started = time.monotonic()
        folder = ctx.scratch / "checkpoint"
        folder.mkdir()
        self._fetch(ctx, folder)
        ctx.step("Examining the checkpoint", 0.5)
        draft = adopt(
            Transformers(max_tokens=self.max_tokens, precision=self.precision),
            folder,
            name=self.name or self._named(),
            artifacts=ctx.artifacts,
            scratch=ctx.scratch,
            report=lambda message, fraction: ctx.step(message, 0.5 + 0.5 * fraction),
            memory_bytes=min(int(0.9 * ctx.settings.run_memory_bytes), int(ctx.settings.model_memory_bytes)),
            origin=self._origin(),
            started=started,
        )
        return {"draft": draft}

    def _fetch(self, ctx: JobContext, folder: Path) -> None:
        from modelyard.models.transformers.hub import download
        from modelyard.models.transformers.intake import unzip

        limit = int(ctx.settings.max_upload_bytes)
        if self.upload is None:
            ctx.step(f"Downloading {self.hub_id}", 0.0)
            download(self.hub_id or "", folder, revision=self.revision, max_bytes=limit)
            return
        ctx.step("Unpacking", 0.0)
        source = ctx.artifacts.fetch(self.upload, ctx.scratch)
        expansion = ctx.settings.max_expansion
        unzip(source, folder, max_bytes=limit, max_expansion=expansion, alive=lambda: ctx.step("Unpacking", 0.2))
        source.unlink()

    def _named(self) -> str:
        return (self.hub_id or "").rpartition("/")[2] or Path(self.filename).stem or "Checkpoint"

    def _origin(self) -> str:
        if self.upload is None:
            return f"Downloaded from huggingface.co/{self.hub_id}{f' at {self.revision}' if self.revision else ''}."
        return f"Uploaded as {self.filename}."

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Register the model with an endpoint of its own, and let go of the upload."""
        from modelyard.models.verbs import publish_model

        model = publish_model(ctx, result["draft"], run_id=run.id)
        self._forget(ctx, run)
        return {"model_ids": [model.id], "model": model.id, "endpoint": model.endpoint_id}

    def failed(self, ctx: Context, run: "Run") -> None:
        """Let go of the upload."""
        self._forget(ctx, run)

    def _forget(self, ctx: Context, run: "Run") -> None:
        from modelyard.kernel.holding import forget_after_commit

        if self.upload is not None and not self._is_wanted_elsewhere(ctx, run):
            forget_after_commit(ctx, [self.upload])

    def _is_wanted_elsewhere(self, ctx: Context, run: "Run") -> bool:
        from sqlalchemy import select

        from modelyard.runs.tables import Run

        waiting = select(Run).where(Run.kind == self.kind, Run.state.in_(("queued", "running")), Run.id != run.id)
        return any(other.spec.get("upload") == self.upload for other in ctx.session.scalars(waiting))
