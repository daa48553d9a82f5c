"""Models in a service of their own: with no more than the libraries it names, they answer as they do here."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelyard.kernel.errors import Refused
from modelyard.models.alone.needs import requirements
from modelyard.models.chain import Chain, build_chain, save
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.engines.decision_tree import DecisionTree
from modelyard.models.engines.extra_trees import ExtraTrees
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.linear_regression import LinearRegression
from modelyard.models.engines.logistic_regression import LogisticRegression
from modelyard.models.engines.random_forest import RandomForest
from modelyard.models.estimators import ESTIMATOR_FILE
from modelyard.models.inputs import frame_of_rows
from modelyard.models.outputs import outputs_of
from modelyard.models.saved_lines import read_lines
from modelyard.models.saved_trees import read_trees
from modelyard.models.why.explaining import documents
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.fill_missing import FillMissing
from modelyard.workflows.nodes.scale import Scale
from tests.models.rows import mixed, table_of

PREPARED = (FillMissing(), EncodeCategories(), Scale())
MODELS: dict[str, tuple[str, Engine, tuple[Any, ...]]] = {
    "trees": ("two", LightGBM(n_estimators=5), ()),
    "two": ("two", LogisticRegression(), PREPARED),
    "liblinear": ("two", LogisticRegression(solver="liblinear", fit_intercept=False), PREPARED),
    "three": ("city", LogisticRegression(), (FillMissing(), Scale(method="min_max"))),
    "number": ("value", LinearRegression(), PREPARED),
    "forest": ("city", RandomForest(n_estimators=12), (FillMissing(),)),
    "extra": ("value", ExtraTrees(n_estimators=12), PREPARED[:2]),
    "tree": ("two", DecisionTree(), PREPARED[:2]),
    "ridge": ("value", LinearRegression(penalty="ridge", fit_intercept=False), PREPARED),
}
ABSENT = {"scipy", "sklearn", "skops", "lightgbm.basic", "joblib", "narwhals", "pandas", "pyarrow", "threadpoolctl"}
ASK = """import json, sys
from pathlib import Path
sys.modules.update(dict.fromkeys({absent}))  # whoever imports one of them gets an ImportError
from modelyard.models.chain import load
from modelyard.models.inputs import frame_of_rows
from modelyard.models.outputs import outputs_of
from modelyard.models.why.explaining import documents
for path in sorted(Path(sys.argv[1]).glob("*.zip")):
    chain, rows = load(path), json.loads(path.with_suffix(".json").read_text())
    frame, _ = frame_of_rows(rows, chain.signature, chain.schema)
    whys = documents(chain, frame, {{}})
    print(json.dumps([path.stem, outputs_of(chain.predict(rows).prediction), whys]))
"""


@pytest.fixture(scope="module")
def chains() -> dict[str, Chain]:
    found = {}
    for name, (target, engine, nodes) in MODELS.items():
        others = {"two", "value"} - {target}
        raw = table_of(mixed(200).drop(others), target, "regression" if target == "value" else "classification")
        prepared, steps = raw, []
        for node in nodes:
            learned = json.loads(json.dumps(node.learn(prepared)))
            prepared = node.apply(prepared, learned)
            steps.append((node.model_dump(mode="json"), learned))
        found[name] = build_chain(steps, engine, engine.fit(prepared, FitOptions()), raw)
    return found


def rows_of(chain: Chain) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = mixed(12, seed=4).select(item.name for item in chain.signature.inputs).to_dicts()
    return rows


def test_they_answer_and_say_why_without_what_they_do_not_name(chains: dict[str, Chain], tmp_path: Path) -> None:
    for name, chain in chains.items():
        save(chain, tmp_path / f"{name}.zip")
        (tmp_path / f"{name}.json").write_text(json.dumps(rows_of(chain)))
    command = [sys.executable, "-c", ASK.format(absent=sorted(ABSENT)), str(tmp_path)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    told = {name: (outputs, whys) for name, outputs, whys in map(json.loads, asked.stdout.splitlines())}
    assert told.keys() == chains.keys()
    for name, chain in chains.items():
        outputs, whys = told[name]
        frame, _ = frame_of_rows(rows_of(chain), chain.signature, chain.schema)
        for one, other in zip(outputs, outputs_of(chain.predict(rows_of(chain)).prediction), strict=True):
            right = other["prediction"]
            assert one["prediction"] == (right if isinstance(right, str) else pytest.approx(right, rel=1e-12)), name
            assert (one["probabilities"] or {}) == pytest.approx(other["probabilities"] or {}, abs=1e-12), name
        for one, other in zip(whys, documents(chain, frame, {}), strict=True):
            assert [each["feature"] for each in one["reasons"]] == [each["feature"] for each in other["reasons"]], name
            moved, wanted = ([each["contribution"] for each in why["reasons"]] for why in (one, other))
            np.testing.assert_allclose(moved, wanted, atol=1e-9, err_msg=name)


def test_only_what_predicts_is_installed(chains: dict[str, Chain]) -> None:
    for chain in chains.values():
        named = requirements([chain.engine.model_dump(mode="json"), *(node for node, _ in chain.nodes)])
        names = {line.partition("==")[0] for line in named.all}
        assert not names & {"scipy", "scikit-learn", "skops", "pyarrow", "pandas"}
    power = requirements([Scale(method="power").model_dump(mode="json")]).all
    hashing = requirements([EncodeCategories(method="hashing").model_dump(mode="json")]).all
    assert any(line.startswith("scipy==") for line in power)
    assert any(line.startswith("scikit-learn==") for line in hashing)


def test_another_file_holds_no_coefficients(tmp_path: Path) -> None:
    path = tmp_path / "estimator.skops"
    path.write_bytes(b"not a ZIP")
    with pytest.raises(Refused, match="no linear estimator"):
        read_lines(path)


@pytest.mark.parametrize("name", ["forest", "extra", "tree"])
def test_trees_answer_to_the_bit_whatever_the_value(chains: dict[str, Chain], name: str, tmp_path: Path) -> None:
    chain = chains[name]
    chain.engine.save(chain.fitted, tmp_path)
    model, saved = chain.fitted.state["estimator"], read_trees(tmp_path / ESTIMATOR_FILE)
    spread = np.random.default_rng(1).standard_normal((60, len(chain.fitted.features)))
    x = spread * 10.0 ** np.arange(-30, 30)[:, None]
    answer = "predict" if chain.fitted.classes is None else "predict_proba"
    np.testing.assert_array_equal(getattr(saved, answer)(x), getattr(model, answer)(x))
    assert len(saved.predict_proba(x[:0])) == 0
    for wrong in (np.inf, 1e39):
        with pytest.raises(ValueError, match="too large for dtype"):
            saved.predict_proba(np.full((1, x.shape[1]), wrong))


def test_trees_that_know_missing_values_send_them_where_training_did(tmp_path: Path) -> None:
    import skops.io
    from sklearn.ensemble import RandomForestClassifier

    chance = np.random.default_rng(2)
    x = chance.standard_normal((300, 3))
    x[chance.random(x.shape) < 0.3] = np.nan
    model = RandomForestClassifier(8, random_state=0).fit(x, np.isnan(x[:, 0]) ^ (np.nan_to_num(x[:, 1]) > 0))
    skops.io.dump(model, tmp_path / ESTIMATOR_FILE)
    np.testing.assert_array_equal(read_trees(tmp_path / ESTIMATOR_FILE).predict_proba(x), model.predict_proba(x))


def test_nodes_that_lead_in_circles_are_refused(chains: dict[str, Chain], tmp_path: Path) -> None:
    chains["tree"].engine.save(chains["tree"].fitted, tmp_path)
    path, broken = tmp_path / ESTIMATOR_FILE, tmp_path / "broken.skops"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(broken, "w") as out:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".npy"):
                array = np.load(io.BytesIO(content))
                if array.dtype.names:
                    array["left_child"][1] = 0
                    written = io.BytesIO()
                    np.save(written, array)
                    content = written.getvalue()
            out.writestr(name, content)
    read_trees(path)
    with pytest.raises(Refused, match="holds no trees"):
        read_trees(broken)
    chains["two"].engine.save(chains["two"].fitted, tmp_path)
    with pytest.raises(Refused, match="holds no trees"):
        read_trees(path)
