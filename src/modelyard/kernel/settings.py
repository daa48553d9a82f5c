"""Settings: one class, read from the environment; every default works offline on a laptop."""

import os
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AliasChoices, ByteSize, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from modelyard.kernel.errors import Refused
from modelyard.kernel.origins import FEWEST_LETTERS, is_allowed, normalized_origin
from modelyard.kernel.proxies import LOOPBACK, PRIVATE_NETWORKS

WIPING_PLATFORMS = {"SPACE_ID": "Hugging Face Spaces", "RENDER": "Render"}
"""Variables that a platform sets, and its name; both wipe their disk at every restart."""
SPACES = "https://huggingface.co"
"""Shows each Space in a frame of its page."""


def _default_data() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "modelyard"


def _mib(n: int) -> ByteSize:
    return ByteSize(n * 1024**2)


class Settings(BaseSettings):
    """Everything that can be set from outside, by environment variable."""

    model_config = SettingsConfigDict(
        env_prefix="MODELYARD_", frozen=True, populate_by_name=True, extra="ignore", env_ignore_empty=True
    )

    environment: Literal["development", "production"] = Field(
        "development",
        validation_alias=AliasChoices("MODELYARD_ENV", "environment"),
        description="`production` refuses default secrets and an ephemeral database.",
    )
    data: Path = Field(
        default_factory=_default_data, description="Folder for the database, artifacts and scratch files."
    )
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("DATABASE_URL", "MODELYARD_DATABASE_URL", "database_url"),
        description="SQLAlchemy address of the database; empty means SQLite in the data folder.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs and encrypts; 32 bytes or more in production. Empty: one is made in the data folder.",
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias=AliasChoices("HOST", "MODELYARD_HOST", "host"),
        description="Address to listen on.",
    )
    port: int = Field(
        7860,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("PORT", "MODELYARD_PORT", "port"),
        description="Port to listen on.",
    )
    public_url: str = Field("", description="Address people reach the yard at, when it stands behind a proxy.")
    trusted_proxies: str = Field(
        "",
        validation_alias=AliasChoices("FORWARDED_ALLOW_IPS", "MODELYARD_TRUSTED_PROXIES", "trusted_proxies"),
        description="Addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by "
        "commas. Empty: this machine; on Hugging Face Spaces and Render the private networks their proxies stand in.",
    )
    frontend_origins: str = Field(
        "",
        description="Origins of pages that are served elsewhere and may use the API with their visitors' sign-in, "
        "separated by commas: `https://yard.example.org`, or `https://yard-*-team.vercel.app` for the previews of one "
        "project of one team. Empty: only the pages that this server serves.",
    )
    framed_by: str = Field(
        "",
        description="Origins whose pages may show the yard in a frame, separated by commas. Empty: none; on Hugging "
        "Face Spaces the page of the Space.",
    )
    registration: Literal["open", "closed", ""] = Field(
        "", description="Whether strangers may register. Empty: open in development, closed in production."
    )
    worker_mode: Literal["process", "thread", "none"] = Field(
        "process",
        description="Who executes runs: a process of its own, a thread of the API (least memory), or nobody here.",
    )
    worker_slots: int = Field(1, ge=1, le=64, description="Runs that one worker executes at the same time.")
    session_lifetime: timedelta = Field(timedelta(days=14), description="How long a sign-in lasts without use.")
    artifact_store: Literal["local", "s3", "database"] = Field("local", description="Where artifact bytes live.")
    s3_url: str = Field(
        "", description="Bucket and prefix, e.g. s3://bucket/prefix; credentials come from the AWS_ variables."
    )
    s3_endpoint: str = Field("", description="Address of an S3-compatible service other than AWS.")
    max_upload_bytes: ByteSize = Field(_mib(5120), description="Largest file that can be uploaded.")
    max_json_bytes: ByteSize = Field(
        _mib(10), ge=1024, description="Largest body of a request but for uploaded files; it is held in memory."
    )
    public_calls_per_minute: int = Field(
        20, ge=1, description="Calls that one address may make in a minute on the public page of an endpoint."
    )
    min_free_bytes: ByteSize = Field(_mib(256), description="Free disk space that an upload must leave.")
    max_columns: int = Field(5000, ge=1, le=100_000, description="Most columns a dataset may have.")
    max_cell_bytes: ByteSize = Field(_mib(4), description="Longest cell or line that intake accepts.")
    max_expansion: int = Field(200, ge=1, description="How many times larger a compressed file may become.")
    run_memory_bytes: ByteSize = Field(_mib(4096), description="Memory cap of a run's child process.")
    model_memory_bytes: ByteSize = Field(
        _mib(2048),
        description="Memory that one language model may take in the process that answers calls; a larger one is "
        "refused before it is loaded.",
    )
    index_memory_bytes: ByteSize = Field(
        _mib(128),
        ge=0,
        description="Memory for vectors of collections in each process that answers, the last used ones first; vectors "
        "of a collection that does not fit are read from the database for each question.",
    )
    qdrant_url: str = Field(
        "",
        description="Address of a Qdrant server or of a Qdrant Cloud cluster, such as https://….cloud.qdrant.io:6333.",
    )
    qdrant_api_key: SecretStr = Field(SecretStr(""), description="Its key; it may read and write collections.")
    qdrant_timeout: timedelta = Field(timedelta(seconds=20), description="Longest time of one request to it.")
    run_step_timeout: timedelta = Field(timedelta(hours=2), description="Longest time a single step of a run may take.")
    run_max_attempts: int = Field(3, ge=1, le=100, description="How often a run is tried when its worker dies.")
    executor: Literal["local", "dask"] = Field(
        "local", description="Where folds and candidates of a run are computed: this machine, or a Dask cluster."
    )
    dask_address: str = Field("", description="Address of the Dask scheduler, such as tcp://10.0.0.5:8786.")
    lease: timedelta = Field(
        timedelta(seconds=15), description="How long a worker may be silent before its runs are taken over."
    )
    step_cache_bytes: ByteSize = Field(
        _mib(10_240),
        description="Room for kept results of steps; beyond it the least recently used go, but never those that a "
        "saved workflow shows.",
    )
    calls_kept: timedelta = Field(timedelta(days=90), description="How long the history of calls is kept.")
    conversations_kept: timedelta = Field(
        timedelta(days=30),
        ge=timedelta(minutes=1),
        description="How long a reader can go on with a conversation after its last question.",
    )
    batches_kept: timedelta = Field(
        timedelta(days=90), description="How long batches are kept with their rows and results."
    )
    openai_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key of OpenAI for LLMs of the provider `openai` at OpenAI's address without a key of their own.",
    )
    hf_api_key: SecretStr = Field(
        SecretStr(""),
        description="Token of Hugging Face for LLMs of the provider `hf_api` that have no token of their own.",
    )
    cohere_api_key: SecretStr = Field(
        SecretStr(""), description="Key of Cohere for LLMs of the provider `cohere` that have no key of their own."
    )
    anthropic_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key of Anthropic for LLMs of the provider `anthropic` that have no key of their own.",
    )
    llm_keys_for: Literal["owner", "everybody"] = Field(
        "owner", description="Who may use the keys above: the owner of the yard, or everybody who can sign in."
    )
    allow_private_addresses: bool | None = Field(
        None,
        description="Whether LLMs and documents may be fetched from addresses of this machine and of private networks, "
        "such as Ollama on localhost. Empty: yes in development, no in production, where a member could otherwise "
        "reach services behind the firewall.",
    )
    llm_concurrency: int = Field(
        32, ge=1, le=1000, description="Requests to one LLM provider at the same time from one process; others wait."
    )
    llm_connect_timeout: timedelta = Field(timedelta(seconds=10), description="Longest time to reach an LLM provider.")
    llm_first_piece_timeout: timedelta = Field(
        timedelta(seconds=60), description="Longest time until an LLM begins to answer, and between two of its pieces."
    )
    llm_timeout: timedelta = Field(timedelta(minutes=5), description="Longest time of one answer of an LLM.")
    llm_max_attempts: int = Field(
        4, ge=1, le=10, description="How often a request is tried when a provider is busy, fails or is out of reach."
    )
    max_documents: int = Field(20_000, ge=1, description="Most documents a collection may have.")
    max_chunks: int = Field(
        200_000,
        ge=1,
        description="Most chunks a collection may have; the embedded index is made for some 50,000.",
    )
    allow_folders: bool | None = Field(
        None,
        description="Whether collections may read folders of the server. Empty: yes in development, no in production, "
        "where every member could read what the server can.",
    )
    allow_inspect_tasks: bool | None = Field(
        None,
        description="Whether the owner may run tasks of Inspect: files of this machine, executed as they are with the "
        "rights of the worker. Empty: yes in development, no in production.",
    )
    web: Path | None = Field(None, description="Folder of the exported browser pages; empty: found beside the package.")

    @field_validator("database_url")
    @classmethod
    def _known_scheme(cls, value: str) -> str:
        # Hosting platforms still hand out postgres://, which SQLAlchemy does not know.
        return "postgresql://" + value.removeprefix("postgres://") if value.startswith("postgres://") else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
            raise Refused(
                f"DATABASE_URL names a database that is not supported: {value.split(':')[0]!r}.",
                hint="Use postgresql://…, or leave it empty for SQLite in the data folder.",
            )
        return value

    @field_validator("frontend_origins")
    @classmethod
    def _exact_origins(cls, value: str) -> str:
        origins = [normalized_origin(one, path=("frontend_origins",)) for one in value.split(",") if one.strip()]
        for origin in origins:
            before, star, after = origin.split("//")[1].split(".")[0].partition("*")
            if star and not all(sum(letter.isalnum() for letter in part) >= FEWEST_LETTERS for part in (before, after)):
                raise Refused(
                    f"MODELYARD_FRONTEND_ORIGINS would admit the sites of strangers: {origin!r}.",
                    hint="Name project and team on both sides of the *: https://yard-*-team.vercel.app",
                )
        return ",".join(origins)

    @field_validator("framed_by")
    @classmethod
    def _frames(cls, value: str) -> str:
        return ",".join(normalized_origin(one, path=("framed_by",)) for one in value.split(",") if one.strip())

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.artifact_store == "database" and self.is_sqlite:
            raise Refused(
                "Artifacts can be kept in the database only when it is PostgreSQL",
                hint="Set DATABASE_URL to a PostgreSQL database, or MODELYARD_ARTIFACT_STORE to `local` or `s3`.",
            )
        if self.is_production:
            _refuse_unsafe(self)
        return self

    def dumped(self) -> dict[str, Any]:
        """Return the settings as JSON with their secrets, for a child process on this machine."""
        secrets = {name: value.get_secret_value() for name, value in self if isinstance(value, SecretStr)}
        return {**self.model_dump(mode="json"), **secrets}

    @classmethod
    def revived(cls, dumped: dict[str, Any]) -> Self:
        """Return the settings that `dumped` came from, whatever this process's environment says."""
        return cls(**dumped)

    @property
    def is_production(self) -> bool:
        """Whether the strict rules apply."""
        return self.environment == "production"

    @property
    def allows_private_addresses(self) -> bool:
        """Whether this machine and private networks may be reached on somebody's word."""
        return not self.is_production if self.allow_private_addresses is None else self.allow_private_addresses

    @property
    def allows_folders(self) -> bool:
        """Whether folders of this machine may be read on somebody's word."""
        return not self.is_production if self.allow_folders is None else self.allow_folders

    @property
    def allows_inspect_tasks(self) -> bool:
        """Whether files of this machine may be executed as tasks of Inspect."""
        return not self.is_production if self.allow_inspect_tasks is None else self.allow_inspect_tasks

    def is_frontend(self, origin: str | None) -> bool:
        """Say whether pages of this origin are the yard's own, served elsewhere."""
        return is_allowed(origin, self.frontend_origins.split(",")) if self.frontend_origins else False

    @property
    def frames(self) -> tuple[str, ...]:
        """Origins whose pages may show the yard in a frame."""
        if self.framed_by:
            return tuple(self.framed_by.split(","))
        return (SPACES,) if os.environ.get("SPACE_ID") else ()

    @property
    def believed_proxies(self) -> str:
        """Whose word on a visitor's address counts, as uvicorn takes it."""
        is_hosted = any(os.environ.get(variable) for variable in WIPING_PLATFORMS)
        return self.trusted_proxies or (PRIVATE_NETWORKS if is_hosted else LOOPBACK)

    @property
    def is_registration_open(self) -> bool:
        """Whether strangers may register."""
        return self.registration == "open" or (self.registration == "" and not self.is_production)

    @cached_property
    def resolved_database_url(self) -> str:
        """The database's address, SQLite in the data folder when none is set."""
        # audit: ignore[DB001] for one's own machine; a host that wipes its disk is refused at the start, see below
        return self.database_url or f"sqlite:///{self.data / 'modelyard.sqlite'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.resolved_database_url.startswith("sqlite")

    def address(self, port: int | None = None) -> str:
        """Return where a browser finds the yard: the public address, else this host; `port` when it was chosen late."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 — only shown
        shown = f"[{shown}]" if ":" in shown else shown
        return self.public_url.rstrip("/") or f"http://{shown}:{self.port if port is None else port}"

    @property
    def scratch(self) -> Path:
        """Folder for files that live only while something is being done."""
        return self.data / "scratch"

    @property
    def copies(self) -> Path:
        """Folder of local copies of artifacts, each named by its hash."""
        return self.scratch / "copies"


def _refuse_unsafe(settings: Settings) -> None:
    if len(settings.secret_key.get_secret_value().encode()) < 32:
        raise Refused(
            "MODELYARD_SECRET_KEY is missing or shorter than 32 bytes",
            hint="Set it to a long random text, e.g. the output of `openssl rand -base64 48`.",
        )
    for variable, platform in WIPING_PLATFORMS.items():
        if not os.environ.get(variable):
            continue
        if settings.is_sqlite:
            raise Refused(
                f"{platform} wipes its disk at every restart, and the database is a SQLite file on it",
                hint="Set DATABASE_URL to a PostgreSQL database (Neon has a free one).",
            )
        if settings.artifact_store == "local":
            raise Refused(
                f"{platform} wipes its disk at every restart, and artifacts are stored on it",
                hint="Set MODELYARD_ARTIFACT_STORE to `database` or `s3`.",
            )
