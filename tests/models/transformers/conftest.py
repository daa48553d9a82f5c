"""A yard with a tiny checkpoint in it, added once and copied for each test: adding one starts a process with torch."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from modelyard.access.verbs import ensure_local_owner
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.models.checkpoints import add_checkpoint_from_zip
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from tests.forks import Forked
from tests.models.transformers.tiny import checkpoint


@dataclass(frozen=True)
class Stocked:
    """The data folder of a yard, and the checkpoint's model in it."""

    data: Path
    model: str
    endpoint: str


def added(yard: Yard, owner: Actor, path: Path, **more: object) -> Run:
    """Add a checkpoint from a ZIP."""
    with yard.context(owner) as ctx:
        run_id = add_checkpoint_from_zip(ctx, path, filename=path.name, **more).id  # type: ignore[arg-type]
    return drive(yard, run_id)


@pytest.fixture(scope="package", autouse=True)
def children_with_torch() -> Iterator[None]:
    """Children are forks of a process that has PyTorch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Forked, "preloaded", ("torch", "transformers", "tokenizers", "safetensors.torch"))
        yield


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes) -> Stocked:
    folder = checkpoint(tmp_path_factory.mktemp("stocked") / "tiny", scale=1.0)
    packed = Path(shutil.make_archive(str(folder.parent / "tiny"), "zip", root_dir=folder))
    settings = Settings(data=tmp_path_factory.mktemp("stocked-yard"))
    (settings.data / "modelyard.sqlite").write_bytes(migrated_sqlite)
    yard = Yard.open(settings)
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    run = added(yard, owner, packed, name="Base")
    yard.close()
    assert run.result is not None, run.error
    return Stocked(settings.data, str(run.result["model"]), str(run.result["endpoint"]))


@pytest.fixture
def settings(stocked: Stocked, tmp_path: Path) -> Settings:
    return Settings(data=shutil.copytree(stocked.data, tmp_path / "data"))


@pytest.fixture
def base(stocked: Stocked) -> str:
    """The model that is the checkpoint, in the yard of the test."""
    return stocked.model
