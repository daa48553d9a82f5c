"""The terminal in this process: as a shell would start a command, without the seconds that starting one takes."""

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import structlog

from modelyard.doors.cli.main import main
from modelyard.kernel.settings import Settings


@dataclass(frozen=True)
class Result:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Result]


@pytest.fixture
def modelyard(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """The command on this test's yard, as a shell would start it."""

    def run(*arguments: str, **environment: str) -> Result:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["modelyard", *arguments])
            patch.setattr(sys, "stdin", io.StringIO())
            for name, value in {"MODELYARD_DATA": str(settings.data), **environment}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main()
        said = capsys.readouterr()
        return Result(int(ended.value.code or 0), said.out, said.err)

    yield run
    structlog.reset_defaults()
