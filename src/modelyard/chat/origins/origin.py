"""The origins that there are, as they are kept in a row."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import field_errors


class _Origin(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileOrigin(_Origin):
    """One file that was uploaded."""

    kind: Literal["file"] = "file"
    filename: str = Field(min_length=1, max_length=255)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.filename


class ZipOrigin(_Origin):
    """A ZIP of files that was uploaded."""

    kind: Literal["zip"] = "zip"
    filename: str = Field(min_length=1, max_length=255)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.filename


class FolderOrigin(_Origin):
    """A folder of this machine: Markdown and other files, a Docusaurus project, or a site as it was built."""

    kind: Literal["folder"] = "folder"
    path: str = Field(min_length=1, max_length=4096)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.path


class SiteOrigin(_Origin):
    """A site with a site map, a part of one, or one page."""

    kind: Literal["site"] = "site"
    url: str = Field(min_length=8, max_length=2000)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.url


Origin = Annotated[FileOrigin | ZipOrigin | FolderOrigin | SiteOrigin, Field(discriminator="kind")]
_ORIGIN: TypeAdapter[FileOrigin | ZipOrigin | FolderOrigin | SiteOrigin] = TypeAdapter(Origin)


def origin_of(document: Mapping[str, Any]) -> FileOrigin | ZipOrigin | FolderOrigin | SiteOrigin:
    """Return the origin that a document states; raise Invalid with the path of each wrong field."""
    try:
        return _ORIGIN.validate_python(dict(document))
    except ValidationError as error:
        fields = field_errors(error)
        raise Invalid(f"The origin is not valid: {fields[0].message}", fields=fields) from None
