"""Data for the benchmarks: made here, or the product's own samples."""

import gzip
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from bench.server import finished

if TYPE_CHECKING:
    from modelyard.data.frames import Table


def sample(client: httpx.Client, key: str) -> dict[str, Any]:
    """Add a sample and wait until it is read."""
    dataset: dict[str, Any] = client.post(f"/api/v1/samples/{key}").raise_for_status().json()
    finished(client, dataset["run_id"])
    return client.get(f"/api/v1/datasets/{dataset['id']}").raise_for_status().json()  # type: ignore[no-any-return]


def sample_table(key: str) -> "Table":
    """Return a sample's rows in memory, profiled as intake does."""
    import polars as pl

    from modelyard.data.catalogue import find_sample
    from modelyard.data.columns import Schema
    from modelyard.data.frames import Table
    from modelyard.data.profiling.profile import profile_file

    stated = find_sample(key)
    assert stated is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        frame = pl.read_csv(gzip.decompress(stated.path.read_bytes()), infer_schema_length=None)
        frame.write_parquet(path)
        columns = profile_file(path, target=stated.target, notes=[]).summary["columns"]
    return Table(frame, Schema.model_validate({"columns": columns, "target": stated.target, "task": stated.task}))


def graph(nodes: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Return the graph of nodes in a row; the last one may take a model."""
    documents = [
        {"id": f"n{i}", "kind": kind, "parameters": values, "position": {"x": 220 * i, "y": 0}}
        for i, (kind, values) in enumerate(nodes)
    ]
    links = []
    for i, (kind, _) in enumerate(nodes[:-1]):
        port = "model" if kind == "train" else "table"
        links.append({"from_node": f"n{i}", "from_port": port, "to_node": f"n{i + 1}", "to_port": port})
    return {"schema": 1, "nodes": documents, "connections": links}


def write_numbers(path: Path, n_rows: int, n_columns: int) -> None:
    """Write a CSV of numbers with a target `y`."""
    import numpy as np

    chance = np.random.default_rng(5)
    values = chance.normal(size=(n_rows, n_columns))
    target = values.sum(axis=1) + chance.normal(size=n_rows)
    header = ",".join([*(f"x{i}" for i in range(n_columns)), "y"])
    np.savetxt(path, np.column_stack([values, target]), delimiter=",", header=header, comments="", fmt="%.6f")
