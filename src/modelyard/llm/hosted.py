"""What providers share that are asked at an address: theirs, unless another is stated."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from modelyard.llm.connections import check_address
from modelyard.llm.provider import Access, Provider


class Hosted(Provider):
    """Base of the providers with the parameters `model` and `base_url`, each described by its own kind."""

    own_address: ClassVar[str]
    """The provider's own, used where none is stated."""

    if TYPE_CHECKING:  # stated by each kind, at the place that its form shows it
        model: str
        base_url: str

    @field_validator("base_url", check_fields=False)
    @classmethod
    def _tidy(cls, value: str) -> str:
        return value.strip().rstrip("/") or cls.own_address

    @property
    def name(self) -> str:
        """Return what the provider calls it."""
        return self.model

    @property
    def address(self) -> str:
        """Return the address that requests go to."""
        return self.base_url

    @property
    def takes_key_of_settings(self) -> bool:
        """Return whether the provider's own address is asked: the key of the settings is for no other."""
        return self.base_url == self.own_address

    def check(self, access: Access) -> None:
        """Raise Invalid for an address that may not be asked."""
        check_address(self.base_url, access.settings)
