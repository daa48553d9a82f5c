"""Shapes of access in requests and answers."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from modelyard.kernel.context import Scope


class RegisterIn(BaseModel):
    """Who registers."""

    email: str = Field(max_length=320)
    # audit: ignore[SEC017] length and strength are judged where accounts are made: access/credentials.py
    password: str = Field(max_length=1000)
    name: str = Field("", max_length=200)


class SignInIn(BaseModel):
    """E-mail and password."""

    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class SignInLinkIn(BaseModel):
    """The token of a one-time link."""

    token: str = Field(max_length=200)


class ChangeMeIn(BaseModel):
    """What to change about oneself."""

    name: str | None = Field(None, max_length=200)
    email: str | None = Field(None, max_length=320)
    password: str | None = Field(None, max_length=1000)
    current_password: str | None = Field(None, max_length=1000)


class MeOut(BaseModel):
    """Who is signed in, and the token that unsafe requests must carry."""

    id: str
    email: str | None
    name: str
    is_owner: bool
    has_password: bool
    scopes: list[Scope]
    csrf_token: str | None


class KeyIn(BaseModel):
    """A key to make."""

    name: str = Field(min_length=1, max_length=200)
    scopes: list[Scope] = Field(max_length=50)
    expires_at: AwareDatetime | None = None


class KeyOut(BaseModel):
    """A key without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NewKeyOut(KeyOut):
    """A key with its secret, shown this once."""

    key: str


class SignInAttemptOut(BaseModel):
    """One try to sign in."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    email: str
    address: str
    has_succeeded: bool
