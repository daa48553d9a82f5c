"""The terminal: exit codes 0, 1 and 2, one line of reason, no traceback, no server needed."""

import socket
from pathlib import Path

import pytest

from modelyard.doors.cli.main import build
from modelyard.kernel.settings import Settings
from tests.terminal import Command, Result


def errors(result: Result) -> list[str]:
    """What the terminal says, without the lines of the log."""
    return [line for line in result.stderr.splitlines() if not line.startswith("{")]


def test_help_lists_every_command(modelyard: Command) -> None:
    result = modelyard("--help")
    assert result.returncode == 0
    for command in ("up", "worker", "train", "predict", "db", "user", "data", "models"):
        assert f" {command} " in result.stdout


def test_every_command_is_described() -> None:
    import typer

    def walk(group: object, path: str) -> list[str]:
        commands = getattr(group, "commands", {})
        silent = [f"{path} {name}" for name, command in commands.items() if not command.help]
        return silent + [found for name, command in commands.items() for found in walk(command, f"{path} {name}")]

    assert walk(typer.main.get_command(build()), "modelyard") == []


def test_the_version_is_told(modelyard: Command) -> None:
    from importlib.metadata import version

    assert modelyard("--version").stdout.strip() == version("modelyard")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["user", "create"], ["up", "--port", "abc"], ["up", "--port", "70000"]]
)
def test_wrong_usage_ends_with_2(modelyard: Command, arguments: list[str]) -> None:
    result = modelyard(*arguments)
    assert result.returncode == 2
    assert errors(result)


def test_a_wrong_setting_is_named_in_one_line(modelyard: Command) -> None:
    result = modelyard("user", "list", PORT="abc", MODELYARD_LEASE="soon")
    assert result.returncode == 2
    said = errors(result)
    assert said[0].startswith("error: The settings are not valid. PORT: ")
    assert "MODELYARD_LEASE" in said[1]
    assert said[-1].startswith("hint: ")


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"MODELYARD_ENV": "production"}, "MODELYARD_SECRET_KEY"),
        ({"DATABASE_URL": "mysql://here/yard"}, "postgresql://"),
        ({"MODELYARD_ARTIFACT_STORE": "database"}, "DATABASE_URL"),
        ({"MODELYARD_ARTIFACT_STORE": "s3"}, "MODELYARD_S3_URL"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/yard"}, "The database does not answer"),
        ({"MODELYARD_DATA": "/dev/null/yard"}, "Not a directory"),
    ],
)
def test_what_cannot_work_ends_with_1_and_says_why(modelyard: Command, environment: dict[str, str], named: str) -> None:
    result = modelyard("user", "list", **environment)
    assert result.returncode == 1
    said = errors(result)
    assert said[0].startswith("error: ")
    assert named in " ".join(said)


def test_people_are_added_listed_and_let_in(modelyard: Command) -> None:
    made = modelyard("user", "create", "anna@example.org", MODELYARD_NEW_PASSWORD="kelp otter sunday lamp")
    assert (made.returncode, made.stdout) == (0, "anna@example.org can sign in now.\n")
    listed = [line.split("\t") for line in modelyard("user", "list").stdout.splitlines()]
    assert [(row[1], row[-1]) for row in listed] == [("–", "owner"), ("anna@example.org", "anna")]
    for whom in ([], ["anna@example.org"]):
        link = modelyard("user", "link", *whom, HOST="0.0.0.0", PORT="8080")
        assert link.stdout.startswith("http://127.0.0.1:8080/sign-in/?token=")
    behind_a_proxy = modelyard("user", "link", MODELYARD_PUBLIC_URL="https://yard.example/")
    assert behind_a_proxy.stdout.startswith("https://yard.example/sign-in/?token=")


@pytest.mark.parametrize(
    ("arguments", "password"),
    [
        (["user", "create", "anna@example.org"], "password1234"),
        (["user", "create", "no e-mail"], "kelp otter sunday lamp"),
        (["user", "link", "nobody@example.org"], ""),
    ],
)
def test_what_fails_ends_with_1(modelyard: Command, arguments: list[str], password: str) -> None:
    result = modelyard(*arguments, MODELYARD_NEW_PASSWORD=password)
    assert result.returncode == 1
    assert errors(result)[0].startswith("error: ")
    assert result.stdout == ""


def test_a_taken_port_is_told_before_anything_is_touched(modelyard: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = modelyard("up", PORT=port, MODELYARD_DATA=str(tmp_path / "untouched"))
    assert result.returncode == 1
    assert port in errors(result)[0]
    assert "PORT=" in errors(result)[-1]
    assert not (tmp_path / "untouched").exists()


def test_the_schema_is_brought_up_once_and_again(modelyard: Command, tmp_path: Path) -> None:
    fresh = {"MODELYARD_DATA": str(tmp_path / "fresh")}
    first, second = modelyard("db", "upgrade", **fresh), modelyard("db", "upgrade", **fresh)
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout


def test_a_database_from_a_newer_version_is_not_touched(modelyard: Command, settings: Settings) -> None:
    import sqlite3

    connection = sqlite3.connect(settings.data / "modelyard.sqlite", isolation_level=None)
    connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.close()
    result = modelyard("user", "list")
    assert result.returncode == 1
    assert "from_the_future" in errors(result)[0]
    assert "newer version" in errors(result)[-1]
