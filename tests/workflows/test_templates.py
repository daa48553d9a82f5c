"""Every template runs on its sample in the product, and its exported script scores the same without it."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from modelyard.data.catalogue import catalogue, find_sample
from modelyard.data.tables import Dataset
from modelyard.data.verbs import add_sample, dataset_file
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from modelyard.workflows import exporting, verbs
from modelyard.workflows.gallery import FOLDER, gallery, missing_reason, use_template
from modelyard.workflows.graph import Graph
from tests.workflows.exported import assert_same_scores, executed, run_to_its_end, shown_scores

MAX_CPU_SECONDS = 60
FEW = 450
LESS: dict[str, dict[str, Any]] = {
    "tune": {"n_trials": 2, "n_folds": 2},
    "automl": {"budget_seconds": 900, "max_candidates": 1, "n_folds": 2, "engines": ["lightgbm"]},
}
KEYS = [template.key for template in gallery()]


def used(yard: Yard, owner: Actor, key: str) -> tuple[str, dict[str, Path]]:
    """Use a template and wait until its samples are read; return the workflow, and each dataset's Parquet file."""
    with yard.context(owner) as ctx:
        row = use_template(ctx, key)
        template = next(each for each in gallery() if each.key == key)
        datasets = [add_sample(ctx, sample) for sample in template.samples]
        workflow_id, waiting = row.id, [(dataset.id, dataset.run_id) for dataset in datasets]
    for _, run_id in waiting:
        assert run_id is not None
        assert drive(yard, run_id).state == "succeeded"
    with yard.context(owner) as ctx:
        return workflow_id, {dataset_id: dataset_file(ctx, dataset_id)[1] for dataset_id, _ in waiting}


def require_the_same_scores(yard: Yard, owner: Actor, workflow_id: str, files: dict[str, Path], folder: Path) -> Run:
    """Run the workflow and its exported script; return the run."""
    with yard.context(owner) as ctx:
        row = verbs.get_workflow(ctx, workflow_id)
        assert verbs.check_graph(ctx, row.graph).problems == []
        graph = Graph.read(row.graph)
    run = run_to_its_end(yard, owner, workflow_id)
    with yard.context(owner, writes=False) as ctx:
        code = exporting.export_code(ctx, workflow_id)
    assert_same_scores(shown_scores(yard, owner, workflow_id, graph), executed(code, files, folder))
    return run


@pytest.fixture(scope="module")
def few_rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Samples of a few hundred rows: the first days of those that are ordered by day, some of all of the others."""
    folder = tmp_path_factory.mktemp("samples")
    for sample in catalogue():
        rows = pl.read_csv(sample.path, infer_schema=False)
        fewer = rows.head(FEW) if "day" in rows.columns else rows.gather_every(-(-rows.height // FEW))
        (folder / sample.file).write_bytes(gzip.compress(fewer.write_csv().encode()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("modelyard.data.catalogue.FOLDER", folder)
        yield


@pytest.mark.usefixtures("few_rows", "one_core")
@pytest.mark.parametrize("key", KEYS)
def test_a_template_and_its_script_score_the_same(shared_yard: tuple[Yard, Actor], tmp_path: Path, key: str) -> None:
    yard, owner = shared_yard
    workflow_id, files = used(yard, owner, key)
    with yard.context(owner) as ctx:
        row = verbs.get_workflow(ctx, workflow_id)
        graph = Graph.read(searching_less(row.graph))
        verbs.save_workflow(ctx, workflow_id, name=row.name, graph=graph, version=row.version)
    require_the_same_scores(yard, owner, workflow_id, files, tmp_path)


def searching_less(document: dict[str, Any]) -> dict[str, Any]:
    """Return the graph with searches that try little, and are not ended by a clock."""
    nodes = [{**node, "parameters": {**node["parameters"], **LESS.get(node["kind"], {})}} for node in document["nodes"]]
    return {**document, "nodes": nodes}


@pytest.mark.long
@pytest.mark.parametrize("key", KEYS)
def test_as_it_is_on_its_whole_sample(shared_yard: tuple[Yard, Actor], tmp_path: Path, key: str) -> None:
    yard, owner = shared_yard
    run = require_the_same_scores(yard, owner, *used(yard, owner, key), tmp_path)
    assert run.cost is not None
    assert run.cost["cpu_seconds"] < MAX_CPU_SECONDS


def test_there_are_eight_and_every_sample_has_one() -> None:
    assert len(KEYS) >= 8
    assert [template.order for template in gallery()] == sorted({template.order for template in gallery()})
    used_samples = {sample for template in gallery() for sample in template.samples}
    assert used_samples == {"penguins", "credit", "diamonds", "ames", "bakery", "reviews", "vietnamese_reviews"}


@pytest.mark.parametrize("template", gallery(), ids=KEYS)
def test_a_template_says_what_it_is_for(template: object) -> None:
    from modelyard.workflows.gallery import Template

    assert isinstance(template, Template)
    assert missing_reason(template) is None
    assert 20 < len(template.summary) < 200
    assert 2 <= len(template.teaches) <= 5
    assert all(sentence.endswith((".", "?")) for sentence in (template.summary, *template.teaches))
    assert all(family("node").get(node.kind) for node in template.exchange.graph.nodes)
    assert all(find_sample(sample) for sample in template.samples)
    text = (FOLDER / f"{template.key}.json").read_text()
    assert json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n" == text


def test_using_one_twice_adds_its_sample_once(ctx: Context) -> None:
    first, second = use_template(ctx, "penguins"), use_template(ctx, "penguins")
    assert first.id != second.id
    datasets = {row.graph["nodes"][0]["parameters"]["dataset"] for row in (first, second)}
    assert len(datasets) == 1
    assert ctx.session.get_one(Dataset, datasets.pop()).sample == "penguins"


def test_clustering_gets_no_target_while_its_sample_is_still_read(ctx: Context) -> None:
    row = use_template(ctx, "penguin_clusters")
    parameters = next(node["parameters"] for node in row.graph["nodes"] if node["kind"] == "dataset")
    assert ctx.session.get_one(Dataset, parameters["dataset"]).state == "reading"
    assert not parameters.get("target")


def test_what_is_not_there_is_told(ctx: Context) -> None:
    with pytest.raises(NotFound, match="no template 'gone'"):
        use_template(ctx, "gone")


def test_a_template_whose_package_is_missing_says_how_to_get_it(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    lightgbm = family("engine").get("lightgbm")
    monkeypatch.setattr(lightgbm, "requires", ("no_such_package",))
    template = next(each for each in gallery() if each.key == "house_prices")
    assert "no_such_package" in (missing_reason(template) or "")
    with pytest.raises(Invalid, match="no_such_package"):
        use_template(ctx, "house_prices")
