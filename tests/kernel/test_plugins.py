"""Plug-ins: found by their entry points, and one that is broken costs itself only."""

from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from modelyard.kernel import kinds
from modelyard.kernel.kinds import Family, families

PREAMBLE = "from typing import Literal\nfrom modelyard.runs.job import Job\n"
GOOD = "class Fine(Job):\n    '''Fine.'''\n    kind: Literal['plug_fine'] = 'plug_fine'\n"
BROKEN = {
    "raises": "raise RuntimeError('my library is too old')",
    "lacks": "import no_such_library",
    "cannot_be_parsed": "def (",
    "takes_our_name": f"{PREAMBLE}{GOOD}class Ours(Job):\n    kind: Literal['workflow'] = 'workflow'\n",
    "has_no_name": f"{PREAMBLE}class Nameless(Job):\n    kind: str\n",
}


def loaded_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str, group: str) -> dict[str, Family[Any]]:
    """Return the families when a plug-in with this source is installed too."""
    module = f"plug_{tmp_path.name}"
    (tmp_path / f"{module}.py").write_text(source)
    (tmp_path / "stranger-1.dist-info").mkdir()
    (tmp_path / "stranger-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
    target = module if group == "kinds" else f"{module}:Base"
    (tmp_path / "stranger-1.dist-info" / "entry_points.txt").write_text(f"[modelyard.{group}]\nplug = {target}\n")
    monkeypatch.syspath_prepend(tmp_path)
    return families.__wrapped__()


def test_a_plug_ins_kinds_stand_beside_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = loaded_with(monkeypatch, tmp_path, PREAMBLE + GOOD, "kinds")
    assert {"plug_fine", "workflow"} <= set(found["job"].kinds)


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_plug_in_is_left_out_whole_and_logged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    with capture_logs() as events:
        found = loaded_with(monkeypatch, tmp_path, BROKEN[how], "kinds")
    assert {name: set(family.kinds) for name, family in found.items()} == {
        name: set(family.kinds) for name, family in families().items()
    }
    assert found["job"].kinds["workflow"] is families()["job"].kinds["workflow"]
    assert [(event["event"], event["plugin"]) for event in events] == [("plug-in left out", "stranger")]


def test_a_broken_family_of_a_plug_in_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert set(loaded_with(monkeypatch, tmp_path, "raise RuntimeError", "families")) == set(families())


def test_a_fault_in_a_kind_of_ours_is_not_hidden() -> None:
    class OursOnDisk(Distribution):
        def read_text(self, filename: str) -> str | None:
            return "Metadata-Version: 2.1\nName: modelyard\nVersion: 1\n" if filename == "METADATA" else None

        def locate_file(self, path: Any) -> Any:
            return Path(path)

    point = EntryPoint("ours", "modelyard.no_such_module", "modelyard.kinds")
    vars(point).update(dist=OursOnDisk())
    with pytest.raises(ZeroDivisionError):
        kinds._leave_out(point, ZeroDivisionError("ours"))
