"""Datasets through their verbs: taken in by a run, looked at, aimed at a target, deleted with their bytes."""

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from modelyard.data import verbs
from modelyard.data.catalogue import catalogue
from modelyard.data.errors import DatasetTooLarge, UnreadableFile
from modelyard.data.jobs.intake import Intake
from modelyard.data.tables import Dataset
from modelyard.data.uploads import Staging
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Forbidden, Invalid, NotFound, StorageFull, Unauthenticated
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.verbs import cancel_run, get_run, retry_run, submit
from tests.data.stand_in import RecordedContext

PEOPLE = b"name,age,town\n" + b"".join(
    b"P%d x,%d,%s\n" % (i, 20 + i % 50, (b"Hanoi", b"Lyon")[i % 2]) for i in range(120)
)


def add(
    yard: Yard, owner: Actor, content: bytes = PEOPLE, *, filename: str = "people.csv", target: str | None = None
) -> str:
    with yard.context(owner) as ctx:
        return verbs.create_dataset(ctx, "People", io.BytesIO(content), filename=filename, target=target).id


def read(yard: Yard, owner: Actor, dataset_id: str) -> Dataset:
    with yard.context(owner) as ctx:
        run_id = verbs.get_dataset(ctx, dataset_id).run_id
    assert run_id
    drive(yard, run_id)
    with yard.context(owner) as ctx:
        return verbs.get_dataset(ctx, dataset_id)


def stored(yard: Yard) -> int:
    folder = yard.settings.data / "artifacts"
    return sum(1 for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0


@pytest.mark.postgres
def test_a_file_becomes_a_dataset(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, target="town")
    with yard.context(owner) as ctx:
        waiting = verbs.get_dataset(ctx, dataset_id)
        assert (waiting.state, waiting.format, waiting.size_bytes) == ("reading", "csv", len(PEOPLE))
        with pytest.raises(Conflict, match="still being read"):
            verbs.preview_rows(ctx, dataset_id)
    dataset = read(yard, owner, dataset_id)
    assert (dataset.state, dataset.n_rows, dataset.n_columns) == ("ready", 120, 3)
    assert (dataset.target, dataset.task) == ("town", "classification")
    with yard.context(owner) as ctx:
        schema = verbs.dataset_schema(ctx, dataset_id)
        assert schema.names == ("name", "age", "town")
        assert schema.target == "town"
        rows = verbs.preview_rows(ctx, dataset_id, offset=118, limit=10, columns=["age", "town"])
        assert (rows.columns, rows.rows, rows.total) == (("age", "town"), [[38, "Hanoi"], [39, "Lyon"]], 120)
        assert verbs.preview_rows(ctx, dataset_id, offset=500).rows == []
        with pytest.raises(Invalid, match="no column 'x'"):
            verbs.preview_rows(ctx, dataset_id, columns=["x"])
        profile = verbs.dataset_profile(ctx, dataset_id)
        assert profile["columns"][1]["target_association"] is not None
        frame = verbs.load_frame(ctx.artifacts, dataset.content_hash or "", ctx.settings.scratch / "t")
        assert frame.shape == (120, 3)
    # The uploaded bytes are gone, rows and profile are there.
    assert stored(yard) == 2


@pytest.mark.postgres
def test_a_file_that_cannot_be_read(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, b"a,b\n1,2\n3\n")
    dataset = read(yard, owner, dataset_id)
    assert dataset.state == "failed"
    assert dataset.error is not None
    assert "row 3 has 1" in dataset.error["message"]
    assert dataset.error["hint"]
    with yard.context(owner) as ctx, pytest.raises(Conflict, match="could not be read"):
        verbs.dataset_schema(ctx, dataset_id)
    # The upload is kept for another try.
    with yard.context(owner) as ctx:
        again = retry_run(ctx, dataset.run_id or "").id
        assert verbs.get_dataset(ctx, dataset_id).state == "reading"
    drive(yard, again)
    with yard.context(owner) as ctx:
        failed = verbs.get_dataset(ctx, dataset_id)
        assert (failed.state, failed.run_id) == ("failed", again)
        verbs.delete_dataset(ctx, dataset_id)
    assert stored(yard) == 0


def test_what_no_reader_could_take_leaves_nothing_behind(yard: Yard, owner: Actor) -> None:
    for content in (b"", b"\n\n", b"%PDF-1.4 ..."):
        with pytest.raises(UnreadableFile):
            add(yard, owner, content)
    with yard.context(owner) as ctx:
        assert verbs.list_datasets(ctx) == []
    assert stored(yard) == 0
    assert not any(yard.settings.scratch.iterdir())


def test_a_target_that_is_not_there_is_said_in_a_warning(yard: Yard, owner: Actor) -> None:
    dataset = read(yard, owner, add(yard, owner, target="twon"))
    assert dataset.target is None
    assert [warning["kind"] for warning in dataset.warnings] == ["unusable_target"]


def test_choosing_another_target_measures_again(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, target="town")
    before = read(yard, owner, dataset_id).profile_hash
    with yard.context(owner) as ctx:
        changed = verbs.set_target(ctx, dataset_id, "age")
        assert (changed.target, changed.task, changed.state) == ("age", "regression", "ready")
        assert all(each["target_association"] is None for each in verbs.dataset_profile(ctx, dataset_id)["columns"])
    after = read(yard, owner, dataset_id)
    assert after.profile_hash != before
    with yard.context(owner) as ctx:
        town = verbs.dataset_profile(ctx, dataset_id)["columns"][2]
        assert town["target_association"]["measure"] == "correlation_ratio"
        with pytest.raises(Invalid, match="no column 'x'"):
            verbs.set_target(ctx, dataset_id, "x")
        assert verbs.set_target(ctx, dataset_id, None).task is None
    assert stored(yard) == 2


def test_a_target_changed_back_and_forth_ends_at_the_last_choice(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, target="town")
    read(yard, owner, dataset_id)
    runs = []
    for target in ("age", None, "age"):
        with yard.context(owner) as ctx:
            runs.append(verbs.set_target(ctx, dataset_id, target).run_id)
    for run_id in runs:
        run = drive(yard, run_id or "")
        assert run.state == "succeeded", run.error
    with yard.context(owner) as ctx:
        assert verbs.dataset_profile(ctx, dataset_id)["target"] == "age"
    assert stored(yard) == 2


def test_names(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner)
    with yard.context(owner) as ctx:
        assert verbs.rename_dataset(ctx, dataset_id, "  My \n people ").name == "My people"
        with pytest.raises(Invalid, match="needs a name"):
            verbs.rename_dataset(ctx, dataset_id, " ")
        unnamed = verbs.create_dataset(ctx, "", io.BytesIO(PEOPLE), filename="../../etc/sales.2024.csv")
        assert (unnamed.name, unnamed.filename) == ("sales", "sales.2024.csv")


def test_lists_search_and_page(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        made = [
            verbs.create_dataset(ctx, name, io.BytesIO(PEOPLE), filename="p.csv").id
            for name in ("alpha", "b%ta", "Alps")
        ]
        assert [each.id for each in verbs.list_datasets(ctx)] == sorted(made, reverse=True)
        assert {each.name for each in verbs.list_datasets(ctx, search="AL")} == {"alpha", "Alps"}
        assert [each.name for each in verbs.list_datasets(ctx, search="%")] == ["b%ta"]
        first = verbs.list_datasets(ctx, limit=2)
        assert len(verbs.list_datasets(ctx, limit=2, cursor=first[-1].id)) == 1


def test_the_same_bytes_twice_are_deleted_with_the_last_dataset(yard: Yard, owner: Actor) -> None:
    first, second = add(yard, owner), add(yard, owner)
    assert stored(yard) == 1
    read(yard, owner, first)
    # The second still has to read the upload.
    assert stored(yard) == 3
    assert read(yard, owner, second).state == "ready"
    assert stored(yard) == 2
    with yard.context(owner) as ctx:
        verbs.delete_dataset(ctx, first)
    assert stored(yard) == 2
    with yard.context(owner) as ctx:
        assert verbs.preview_rows(ctx, second, limit=1).rows == [["P0 x", 20, "Hanoi"]]
        verbs.delete_dataset(ctx, second)
    assert stored(yard) == 0


def test_a_deletion_that_is_rolled_back_loses_nothing(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner)
    read(yard, owner, dataset_id)

    def change_one_s_mind() -> None:
        with yard.context(owner) as ctx:
            verbs.delete_dataset(ctx, dataset_id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_one_s_mind()
    with yard.context(owner) as ctx:
        assert verbs.preview_rows(ctx, dataset_id, limit=1).total == 120


def test_deleting_what_is_being_read_cancels_its_run(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner)
    with yard.context(owner) as ctx:
        run_id = verbs.get_dataset(ctx, dataset_id).run_id or ""
        verbs.delete_dataset(ctx, dataset_id)
        assert get_run(ctx, run_id).state == "cancelled"
    assert stored(yard) == 0


def test_cancelled_reading_can_be_tried_again(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner)
    with yard.context(owner) as ctx:
        run_id = verbs.get_dataset(ctx, dataset_id).run_id or ""
        cancel_run(ctx, run_id)
        cancelled = verbs.get_dataset(ctx, dataset_id)
        assert cancelled.state == "failed"
        assert cancelled.error is not None
        again = retry_run(ctx, run_id).id
    drive(yard, again)
    with yard.context(owner) as ctx:
        assert verbs.get_dataset(ctx, dataset_id).state == "ready"


def test_strangers_see_nothing(yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner)
    stranger = Actor(id="us_stranger", name="Stranger", scopes=owner.scopes)
    with yard.context(stranger) as ctx:
        assert verbs.list_datasets(ctx) == []
        with pytest.raises(NotFound):
            verbs.get_dataset(ctx, dataset_id)
        with pytest.raises(Invalid, match="is gone"):
            submit(ctx, Intake(dataset=dataset_id, upload="0" * 64, filename="x.csv"))
    reader = Actor(id=owner.id, name="key", scopes=frozenset({"data:read"}))
    with yard.context(reader) as ctx:
        assert verbs.get_dataset(ctx, dataset_id)
        with pytest.raises(Forbidden):
            verbs.delete_dataset(ctx, dataset_id)
    with yard.context(Actor(id=None, name="nobody")) as ctx, pytest.raises(Unauthenticated):
        verbs.list_datasets(ctx)


def test_another_s_upload_cannot_be_read_by_its_hash(yard: Yard, owner: Actor) -> None:
    first = add(yard, owner)
    second = add(yard, owner, b"a,b\n1,2\n")
    with yard.context(owner) as ctx:
        upload = verbs.get_dataset(ctx, first).upload_hash
        with pytest.raises(Invalid):
            submit(ctx, Intake(dataset=second, upload=upload, filename="x.csv"))


@pytest.mark.parametrize("sample", catalogue(), ids=lambda sample: sample.key)
def test_samples_are_what_the_catalogue_says(sample: object, tmp_path: Path) -> None:
    from modelyard.data.catalogue import Sample
    from modelyard.data.profiling.profile import profile_file
    from modelyard.data.reading.read import read_file

    assert isinstance(sample, Sample)
    ctx = RecordedContext(Settings(data=tmp_path), tmp_path / "scratch")
    reading = read_file(sample.path, tmp_path / "rows", filename=sample.file, ctx=ctx)
    summary = profile_file(tmp_path / "rows", target=sample.target, notes=reading.notes).summary
    assert (summary["n_rows"], summary["n_columns"]) == (sample.n_rows, sample.n_columns)
    assert (summary["target"], summary["task"]) == (sample.target, sample.task)
    if sample.holds == "table":
        assert sample.target in [each["column"] for each in summary["suggested_targets"]]
    assert len(sample.licence_text) > 200
    assert not [each for each in summary["warnings"] if each["kind"] in ("near_perfect_predictor", "mixed_types")]


def test_samples_cover_what_people_try(tmp_path: Path) -> None:
    assert {sample.task for sample in catalogue()} == {"classification", "regression", None}
    assert sum(sample.holds == "table" for sample in catalogue()) >= 5
    assert sum(sample.holds == "questions" for sample in catalogue()) == 7


def test_a_sample_is_added_once(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        first = verbs.add_sample(ctx, "penguins")
        assert verbs.add_sample(ctx, "penguins").id == first.id
        with pytest.raises(NotFound):
            verbs.add_sample(ctx, "nowhere")
    dataset = read(yard, owner, first.id)
    assert (dataset.state, dataset.target, dataset.name) == ("ready", "species", "Penguins")


def test_cells_travel_safely(yard: Yard, owner: Actor) -> None:
    content = b"big,inf,day,long,a.b\n9007199254740993,inf,2024-02-29," + b"x" * 3000 + b",1\n2,1.5,2024-03-01,y,2\n"
    dataset_id = add(yard, owner, content)
    read(yard, owner, dataset_id)
    with yard.context(owner) as ctx:
        ((big, inf, day, long, dotted), second) = verbs.preview_rows(ctx, dataset_id).rows
        assert verbs.preview_rows(ctx, dataset_id, columns=["a.b"]).rows == [[1], [2]]
        assert verbs.named_columns(ctx, dataset_id, ["big,day", "a.b"]) == ["big", "day", "a.b"]
    assert (big, inf, day, dotted) == ("9007199254740993", "Infinity", "2024-02-29", 1)
    assert len(long) == 2001
    assert second == [2, 1.5, "2024-03-01", "y", 2]


def test_limits_are_checked_before_and_while_bytes_arrive(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data": tmp_path, "max_upload_bytes": 1000})
    with pytest.raises(DatasetTooLarge, match="MODELYARD_MAX_UPLOAD_BYTES"):
        Staging(settings, expected_bytes=1001)
    with Staging(settings) as staging:
        staging.write(b"x" * 1000)
        with pytest.raises(DatasetTooLarge):
            staging.write(b"x")
    assert list(settings.scratch.iterdir()) == []


def test_a_disk_with_too_little_space_is_not_filled(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize
    settings = Settings.model_validate({"data": tmp_path, "min_free_bytes": free * 2})
    with pytest.raises(DatasetTooLarge, match="too little space"):
        Staging(settings, expected_bytes=3 * 1024**3)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("a small file system can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_takes_the_partial_file_away(small_disk: Path) -> None:
    settings = Settings.model_validate({"data": small_disk, "min_free_bytes": 0})

    def fill() -> None:
        with Staging(settings) as staging:
            for _ in range(3 * 1024):
                staging.write(b"x" * 1024**2)

    with pytest.raises(StorageFull):
        fill()
    assert list(settings.scratch.iterdir()) == []
    (small_disk / "after").write_bytes(b"x" * 4 * 1024**2)


def test_a_disk_that_fills_while_rows_are_written(small_disk: Path, tmp_path: Path) -> None:
    from modelyard.data.reading.read import read_file

    source = tmp_path / "upload"
    pl.DataFrame({"a": [f"{i * 7919 % 1_000_003}-{i}" for i in range(2_000_000)]}).write_csv(source)
    ctx = RecordedContext(Settings(data=tmp_path / "data"), tmp_path / "scratch")
    with pytest.raises(StorageFull):
        read_file(source, small_disk / "rows.parquet", filename="rows.csv", ctx=ctx)
