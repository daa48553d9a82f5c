"""Shapes of collections and documents in answers and requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, StringConstraints

from modelyard.chat.following import SyncProgress
from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.quality.falling import FigureFell
from modelyard.chat.tables import Collection, CollectionState, DocumentOrigin, DocumentState, DocumentVersion
from modelyard.chat.verbs import CollectionChanges
from modelyard.kernel.kinds import family
from modelyard.llm.tables import Llm


def _is_scripted(provider_kind: str) -> bool:
    provider = family("provider").get(provider_kind)
    return provider is not None and provider.is_scripted


class CollectionError(BaseModel):
    """What went wrong and what to do."""

    message: str
    hint: str | None = None


class EmbedderOut(BaseModel):
    """What makes the vectors; without `id` the embedder that comes with the package."""

    id: str | None
    name: str
    languages: list[str] | None
    """Languages (ISO 639-1) that it is made for; null: it does not say."""

    @classmethod
    def of(cls, llm: Llm | None) -> "EmbedderOut":
        """Return the answer for a row, or for the embedder that comes with the package."""
        provider = family("provider").parse({"kind": "builtin"} if llm is None else llm.provider)
        languages = None if provider.languages is None else sorted(provider.languages)
        return cls(id=llm and llm.id, name=provider.name if llm is None else llm.name, languages=languages)


class AnsweringLlm(BaseModel):
    """The LLM that answers."""

    id: str
    name: str
    provider_kind: str
    is_scripted: bool

    @classmethod
    def of(cls, llm: Llm) -> "AnsweringLlm":
        """Return the answer for a row."""
        return cls(
            id=llm.id, name=llm.name, provider_kind=llm.provider_kind, is_scripted=_is_scripted(llm.provider_kind)
        )


class WantedOut(BaseModel):
    """What the next sync takes up; it embeds everything anew."""

    index: dict[str, Any]
    embedder: EmbedderOut


class SyncProgressOut(BaseModel):
    """How far a sync is; `n_all` documents differ from what is indexed, as far as is known."""

    model_config = ConfigDict(from_attributes=True)

    fraction: float
    message: str
    n_done: int | None
    n_all: int | None
    n_embedded: int | None
    chunks_per_second: float | None
    seconds_left: float | None


class CollectionOut(BaseModel):
    """One collection. `n_words_indexed` of `n_words` words of its documents are in at least one chunk."""

    id: str
    name: str
    endpoint_id: str
    index: dict[str, Any]
    embedder: EmbedderOut
    wanted: WantedOut | None
    llm: AnsweringLlm | None
    """null: answers are the best passages, quoted."""
    answering: dict[str, Any]
    site_url: str | None
    version: int
    state: CollectionState
    run_id: str | None
    progress: SyncProgressOut | None
    """While a sync runs or waits."""
    error: CollectionError | None
    got_worse: list[FigureFell]
    """Figures of quality that fell for sure in the latest measurements and have not risen again."""
    n_documents: int
    n_failed: int
    n_chunks: int
    n_words: int
    n_words_indexed: int
    sample: str | None
    created_at: datetime
    synced_at: datetime | None

    @classmethod
    def of(
        cls,
        collection: Collection,
        llms: Mapping[str, Llm],
        *,
        n_failed: int,
        progress: SyncProgress | None = None,
        got_worse: Sequence[FigureFell] = (),
    ) -> "CollectionOut":
        """Return the answer for a row; `llms` has the rows that it names."""

        def named(llm_id: str | None) -> Llm | None:
            return llms.get(llm_id) if llm_id is not None else None

        wanted, llm = collection.wanted, named(collection.llm_id)
        made = {
            "embedder": EmbedderOut.of(named(collection.embedder_id)),
            "wanted": wanted and {**wanted, "embedder": EmbedderOut.of(named(wanted["embedder_id"]))},
            "llm": llm and AnsweringLlm.of(llm),
            "n_failed": n_failed,
            "got_worse": list(got_worse),
            "progress": progress and SyncProgressOut.model_validate(progress),
        }
        row = {name: getattr(collection, name) for name in cls.model_fields if name not in made}
        return cls.model_validate({**row, **made})


class CollectionPage(BaseModel):
    """A page of collections, newest first; `next` is the cursor of the following one."""

    items: list[CollectionOut]
    next: str | None


Name = Annotated[str, StringConstraints(max_length=400)]
Identifier = Annotated[str, StringConstraints(max_length=32)]
Address = Annotated[str, StringConstraints(max_length=2000)]


class CollectionIn(BaseModel):
    """A new collection."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    index: dict[str, Any] | None = None
    """Document of a kind of index; null: the one in the application's database."""
    embedder_id: Identifier | None = None
    """An LLM that embeds; null: the embedder that comes with the package."""
    llm_id: Identifier | None = None
    site_url: Address | None = None
    """Where the documents are published, so that citations lead there."""


class CollectionChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    index: dict[str, Any] | None = None
    embedder_id: Identifier | None = None
    llm_id: Identifier | None = None
    site_url: Address | None = None
    answering: dict[str, Any] | None = None
    """Settings of answers; those that are left out stay."""

    def given(self) -> "CollectionChanges":
        """Return what was given; null means "none" where there can be none, else that it stays."""
        may_be_none = ("embedder_id", "llm_id", "site_url")
        given = self.model_dump(exclude_unset=True)
        return cast(
            "CollectionChanges",
            {name: value for name, value in given.items() if value is not None or name in may_be_none},
        )


class LeftOutDocument(BaseModel):
    """A file or page that is no document of the collection, and why."""

    key: str
    reason: str
    hint: str | None = None


class OriginReport(BaseModel):
    """What the last sync found; `left_out` and `failed` name the first hundred of each."""

    n_found: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_removed: int = 0
    n_failed: int = 0
    n_left_out: int = 0
    left_out: list[LeftOutDocument] = []
    failed: list[LeftOutDocument] = []
    error: CollectionError | None = None
    """Why it could not be read to its end; documents that were there stay."""


class OriginOut(BaseModel):
    """Where documents of a collection come from."""

    id: str
    collection_id: str
    kind: str
    name: str
    origin: dict[str, Any]
    n_documents: int
    added_at: datetime
    synced_at: datetime | None
    report: OriginReport | None
    run_id: str | None
    """The sync that reads it, when adding it started one."""

    @classmethod
    def of(cls, origin: DocumentOrigin, *, n_documents: int = 0, run_id: str | None = None) -> "OriginOut":
        """Return the answer for a row."""
        known = {name: getattr(origin, name) for name in cls.model_fields if hasattr(origin, name)}
        return cls.model_validate(
            {**known, "kind": origin.origin["kind"], "n_documents": n_documents, "run_id": run_id}
        )


class OriginIn(BaseModel):
    """A folder of the server, or a site on the web."""

    model_config = ConfigDict(extra="allow")

    kind: Annotated[str, StringConstraints(max_length=32)]


class OriginList(BaseModel):
    """All origins of a collection."""

    items: list[OriginOut]


class DocumentOut(BaseModel):
    """One document; `n_words_indexed` of its `n_words` words are in at least one chunk."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    collection_id: str
    origin_id: str
    key: str
    title: str
    loader: str
    url: str | None
    language: str | None
    n_words: int
    n_words_indexed: int
    n_chunks: int
    state: DocumentState
    error: CollectionError | None
    notes: list[str]
    added_at: datetime
    changed_at: datetime


class DocumentPage(BaseModel):
    """A page of documents by key; `next` is the cursor of the following one."""

    items: list[DocumentOut]
    next: str | None


class DocumentTextOut(BaseModel):
    """A canonical text; `start` and `end` of blocks, chunks and citations are characters of it."""

    id: str
    title: str
    url: str | None
    text_hash: str
    is_current: bool
    text: str
    blocks: list[Block]
    language: str | None
    notes: list[str]

    @classmethod
    def of(cls, version: DocumentVersion, parsed: ParsedDocument) -> "DocumentTextOut":
        """Return the answer for a text."""
        return cls(
            id=version.document_id,
            title=version.title,
            url=version.url,
            text_hash=version.text_hash,
            is_current=version.last_version is None,
            text=parsed.text,
            blocks=list(parsed.blocks),
            language=parsed.language,
            notes=list(parsed.notes),
        )


class ChunkOut(BaseModel):
    """A chunk of a document: `[start, end)` of its text of now."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    place: int
    start: int
    end: int
    text: str
    headings: list[str]
    anchor: str | None
    page: int | None
    language: str | None
    n_tokens: int


class ChunkList(BaseModel):
    """The chunks of a document, in its order."""

    items: list[ChunkOut]


class SyncIn(BaseModel):
    """How to sync."""

    model_config = ConfigDict(extra="forbid")

    anew: bool = False
    """Whether everything is embedded again, also what did not change."""


class SyncOut(BaseModel):
    """A sync that runs or waits; `follows` when another one is started right after it."""

    run_id: str
    follows: bool


class CollectionDependents(BaseModel):
    """What goes when the collection is deleted."""

    n_documents: int
    n_calls: int
    """Questions that were asked and their answers."""
    goes: dict[str, int]
    """What people made that goes with its endpoint, by name."""
