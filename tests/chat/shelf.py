"""Collections in a yard, made without a browser: folders of files, an embedder that keeps a diary, real runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from modelyard.chat.adding import add_origin
from modelyard.chat.documents import list_documents, list_origins
from modelyard.chat.tables import Chunk, Collection, Document, VectorAhead
from modelyard.chat.verbs import create_collection, get_collection, sync_collection
from modelyard.kernel.clock import utc_now
from modelyard.kernel.context import Actor
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard
from modelyard.llm.tables import Llm
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run, RunEvent

WORDS = "stone river window lantern orchard violin harbour copper meadow thunder saddle mirror basket compass feather"


def paragraph(number: int, *, n_words: int = 130) -> str:
    """Return words that no other number has in this order; its last ones name it."""
    words = WORDS.split()
    body = " ".join(words[(number * 7 + i * (number % 5 + 1)) % len(words)] for i in range(n_words))
    return f"{body} paragraph number {number}."


def page(title: str, *numbers: int) -> str:
    """Return a Markdown page with a section for each number; each section is a chunk."""
    return f"# {title}\n\n" + "\n\n".join(f"## Section {n}\n\n{paragraph(n)}\n\n{paragraph(n + 500)}" for n in numbers)


def add_embedder(yard: Yard, owner: Actor, **parameters: Any) -> str:
    """Add an LLM row of the test embedder; return its id."""
    row = Llm(
        id=new_id("lm"),
        owner_id=str(owner.id),
        name="Test embedder",
        provider={"kind": "test_embedder", **parameters},
        provider_kind="test_embedder",
        created_at=utc_now(),
    )
    with yard.context(owner) as ctx:
        ctx.session.add(row)
    return row.id


@dataclass
class Shelf:
    """A collection over a folder, with an embedder whose diary tells every text that was embedded."""

    yard: Yard
    owner: Actor
    folder: Path
    diary: Path
    embedder_id: str
    id: str

    @classmethod
    def make(cls, yard: Yard, owner: Actor, place: Path, **parameters: Any) -> "Shelf":
        """Make the collection over an empty folder in `place`; nothing is synced yet."""
        folder, diary = place / "manual", place / "diary"
        folder.mkdir(parents=True)
        embedder_id = add_embedder(yard, owner, diary=str(diary), **parameters)
        with yard.context(owner) as ctx:
            collection = create_collection(ctx, "Manual", embedder_id=embedder_id)
            add_origin(ctx, collection.id, {"kind": "folder", "path": str(folder)})
        return cls(yard, owner, folder, diary, embedder_id, collection.id)

    def write(self, **pages: str) -> None:
        """Write files: `index="…"` is index.md."""
        for name, text in pages.items():
            (self.folder / f"{name}.md").write_text(text)

    def sync(self, **options: Any) -> Run:
        """Sync in a run of its own and return how it ended."""
        with self.yard.context(self.owner) as ctx:
            run_id = sync_collection(ctx, self.id, **options).id
        return drive(self.yard, run_id)

    def synced(self, **options: Any) -> dict[str, Any]:
        """Sync, which must succeed; return its result."""
        run = self.sync(**options)
        assert run.state == "succeeded", run.error
        return dict(run.result or {})

    @property
    def row(self) -> Collection:
        """The collection."""
        with self.yard.context(self.owner, writes=False) as ctx:
            return get_collection(ctx, self.id)

    @property
    def report(self) -> dict[str, Any]:
        """What the last sync found in the folder."""
        with self.yard.context(self.owner, writes=False) as ctx:
            return dict(list_origins(ctx, self.id)[0].report or {})

    @property
    def documents(self) -> dict[str, Document]:
        """The documents by key."""
        with self.yard.context(self.owner, writes=False) as ctx:
            return {document.key: document for document in list_documents(ctx, self.id, limit=1000)}

    @property
    def chunks(self) -> list[Chunk]:
        """All chunks, by document and place."""
        with self.yard.readers() as session:
            chosen = select(Chunk).where(Chunk.collection_id == self.id)
            return list(session.scalars(chosen.order_by(Chunk.document_id, Chunk.place)))

    @property
    def embedded(self) -> list[str]:
        """Last lines of the texts that were embedded so far, in order."""
        return self.diary.read_text().splitlines() if self.diary.exists() else []

    def n_waiting(self) -> int:
        """Return how many vectors wait for their document."""
        with self.yard.readers() as session:
            return len(session.scalars(select(VectorAhead.hash).where(VectorAhead.collection_id == self.id)).all())

    def set_embedder(self, **parameters: Any) -> None:
        """Change parameters of the embedder's provider."""
        with self.yard.context(self.owner) as ctx:
            row = ctx.session.get_one(Llm, self.embedder_id)
            row.provider = {**row.provider, **parameters}

    def logged(self, run: Run) -> str:
        """Return the run's log."""
        with self.yard.readers() as session:
            events = session.scalars(select(RunEvent).where(RunEvent.run_id == run.id, RunEvent.kind == "log"))
            return "\n".join(event.data["message"] for event in events)
