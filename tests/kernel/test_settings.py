"""Settings: what production refuses, in every combination, and what hosts hand over."""

import itertools
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from modelyard.kernel.errors import Refused
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard

POSTGRES = "postgresql://yard@db.example/yard"
PLATFORMS = ("", "SPACE_ID", "RENDER")
KEYS = ("", "k" * 31, "k" * 32, "é" * 16)  # the last one: 16 characters, 32 bytes


def expected(environment: str, platform: str, key: str, url: str, store: str) -> str | None:
    """The name that the refusal must mention, written down independently of the code."""
    if store == "database" and not url:
        return "DATABASE_URL"
    if environment != "production":
        return None
    if len(key.encode()) < 32:
        return "MODELYARD_SECRET_KEY"
    if platform and not url:
        return "DATABASE_URL"
    if platform and store == "local":
        return "MODELYARD_ARTIFACT_STORE"
    return None


@pytest.mark.parametrize(
    ("environment", "platform", "key", "url", "store"),
    [*itertools.product(("development", "production"), PLATFORMS, KEYS, ("", POSTGRES), ("local", "database", "s3"))],
)
def test_unsafe_settings_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: str, platform: str, key: str, url: str, store: str
) -> None:
    given = {
        "MODELYARD_ENV": environment,
        "MODELYARD_SECRET_KEY": key,
        "DATABASE_URL": url,
        "MODELYARD_ARTIFACT_STORE": store,
        "MODELYARD_DATA": str(tmp_path),
        "MODELYARD_S3_URL": "s3://bucket",
        **({platform: "someone/space"} if platform else {}),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    name = expected(environment, platform, key, url, store)
    if name is None:
        assert Settings().is_production == (environment == "production")
        return
    with pytest.raises(Refused) as error:
        Settings()
    assert name in f"{error.value.message} {error.value.hint}"
    assert not key or key not in f"{error.value.message} {error.value.hint}"


def test_a_laptop_needs_no_settings() -> None:
    settings = Settings()
    assert (settings.environment, settings.host, settings.port) == ("development", "127.0.0.1", 7860)
    assert settings.is_sqlite
    assert settings.is_registration_open


@pytest.mark.parametrize(
    ("environment", "registration", "is_open"),
    [
        ("development", "", True),
        ("development", "closed", False),
        ("production", "", False),
        ("production", "open", True),
        ("production", "closed", False),
    ],
)
def test_strangers_register_where_it_is_allowed(environment: str, registration: str, is_open: bool) -> None:
    settings = Settings.model_validate(
        {"environment": environment, "registration": registration, "secret_key": "k" * 32}
    )
    assert settings.is_registration_open is is_open


def test_hosts_variables_are_honoured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("MODELYARD_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgres://yard@db.example/yard")
    settings = Settings()
    assert (settings.host, settings.port, settings.data) == ("0.0.0.0", 8080, tmp_path)
    assert settings.resolved_database_url == POSTGRES


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "-1"), ("PORT", "70000"), ("MODELYARD_ENV", "staging"), ("MODELYARD_LEASE", "soon")]
)
def test_what_a_setting_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises((ValidationError, Refused)):
        Settings()


def test_the_secret_key_is_not_shown() -> None:
    assert "k" * 32 not in repr(Settings.model_validate({"secret_key": "k" * 32}))


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = Yard.open(Settings(data=tmp_path)), Yard.open(Settings(data=tmp_path))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    first.close()
    second.close()


def test_what_is_given_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A run's child gets its yard's settings, whatever its own environment says; so does `up --port`."""
    dumped = Settings(data=tmp_path, host="::1", port=5, database_url=POSTGRES).dumped()
    for name, value in {"MODELYARD_ENV": "production", "HOST": "0.0.0.0", "PORT": "9", "DATABASE_URL": ""}.items():
        monkeypatch.setenv(name, value)
    revived = Settings.revived(dumped)
    assert (revived.environment, revived.host, revived.port) == ("development", "::1", 5)
    assert revived.resolved_database_url == POSTGRES
    assert revived.address() == "http://[::1]:5"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "HOST", "MODELYARD_LEASE", "DATABASE_URL"):
        monkeypatch.setenv(name, "")
    assert Settings() == Settings.model_construct(**Settings().model_dump())
    assert Settings().port == 7860
