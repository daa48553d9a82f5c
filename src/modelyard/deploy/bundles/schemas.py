"""Shapes of bundles in requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.deploy.tables import BundleState


class BundleIn(BaseModel):
    """What to bundle, and for which platform."""

    model_config = ConfigDict(extra="forbid")

    platform: Annotated[dict[str, Any], Field(description="A kind of the family `platform` with its parameters.")]
    endpoint: Annotated[
        str, Field(max_length=200, description="Id or name of one endpoint; empty: the whole yard.")
    ] = ""
    artifacts: Annotated[
        str, Field(max_length=16, description="Where the yard keeps models and datasets: `database` or `s3`.")
    ] = "database"
    extras: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(max_length=20, description="Extras of Modelyard to install.")
    ] = []


class BundleOut(BaseModel):
    """One bundle."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    platform: dict[str, Any]
    endpoint_id: str | None
    state: BundleState
    error: str | None
    run_id: str | None
    audit_id: str | None
    n_files: int
    size_bytes: int
    created_at: datetime


class BundlePage(BaseModel):
    """Bundles, newest first."""

    items: list[BundleOut]
    next: str | None


class BundledFile(BaseModel):
    """One file of a bundle; `text` is null for what people do not read, and past the first 200 kB."""

    path: str
    size_bytes: int
    text: str | None


class BundleVariable(BaseModel):
    """One name to set on the platform."""

    name: str
    kind: Literal["secret", "variable"]
    is_required: bool
    meaning: str
    example: str
    is_random: bool


class BundleContents(BaseModel):
    """What a bundle holds, and what a person does with it, in order."""

    files: list[BundledFile]
    steps: list[str]
    environment: list[BundleVariable]
