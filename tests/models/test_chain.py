"""The whole way from raw columns to a prediction: signature, files, and what is said of wrong rows."""

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.models.chain import Chain, build_chain, load, save
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.logistic_regression import LogisticRegression
from modelyard.models.signature import apply_steps
from modelyard.workflows.nodes.date_features import DateFeatures
from modelyard.workflows.nodes.drop_columns import DropColumns
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.fill_missing import FillMissing
from tests.examples import examples
from tests.models.rows import mixed, table_of


def raw_table(n_rows: int = 600) -> Table:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=i % 300) for i in range(n_rows)]
    frame = mixed(n_rows).drop("value").with_columns(day=pl.Series(days), note=pl.lit("words"))
    return table_of(frame, "two", "classification", note="text")


def chain_of(raw: Table, nodes: list[Any], engine: Engine) -> Chain:
    prepared, steps = raw, []
    for node in nodes:
        learned = json.loads(json.dumps(node.learn(prepared)))
        prepared = node.apply(prepared, learned)
        steps.append((node.model_dump(mode="json"), learned))
    return build_chain(steps, engine, engine.fit(prepared, FitOptions()), raw)


@pytest.fixture(scope="module")
def raw() -> Table:
    return raw_table()


@pytest.fixture(scope="module")
def chain(raw: Table) -> Chain:
    """Fills only the number, so that an empty city cannot be taken … but encoded it can."""
    nodes = [DropColumns(columns=("note",)), DateFeatures(), FillMissing(), EncodeCategories()]
    return chain_of(raw, nodes, LogisticRegression())


def row(**changes: Any) -> dict[str, Any]:
    return {"a": 0.3, "city": "Huế", "age": 40, "member": True, "day": "2025-03-01", **changes}


def test_the_signature_holds_the_columns_really_needed(chain: Chain) -> None:
    inputs = {item.name: item for item in chain.signature.inputs}
    assert list(inputs) == ["a", "city", "age", "member", "day"]
    assert chain.signature.ignored == ("two", "note")
    assert chain.signature.output.classes == ("no", "yes")
    assert inputs["city"].categories == ("Cần Thơ", "Huế", "Hà Nội", "Đà Nẵng")
    assert inputs["member"].categories == ("false", "true")
    assert (inputs["age"].minimum, inputs["age"].maximum) == (18, 89)
    assert isinstance(inputs["day"].example, str)
    assert not inputs["a"].required
    assert not inputs["city"].required


def test_a_column_is_required_where_a_gap_would_reach_the_engine(raw: Table) -> None:
    nodes = [DropColumns(columns=("note", "day", "city", "member")), FillMissing(columns=("a",))]
    chain = chain_of(raw, nodes, LogisticRegression())
    assert {item.name: item.required for item in chain.signature.inputs} == {"a": False, "age": True}
    with pytest.raises(Invalid, match="'age' must not be empty"):
        chain.predict([{"a": None, "age": None}])
    with pytest.raises(Invalid, match="'age' must not be empty"):
        chain.predict(pl.DataFrame({"a": [1.0], "age": [None]}))


def test_an_engine_that_takes_gaps_requires_nothing(raw: Table) -> None:
    chain = chain_of(raw, [DropColumns(columns=("note", "day"))], LightGBM(n_estimators=5))
    assert not any(item.required for item in chain.signature.inputs)
    empty = dict.fromkeys(("a", "city", "age", "member"))
    assert len(chain.predict([empty]).prediction.values) == 1


def test_rows_and_frames_and_prepared_columns_give_the_same(chain: Chain, raw: Table) -> None:
    frame = raw.frame.head(40)
    by_frame = chain.predict(frame)
    names = [item.name for item in chain.signature.inputs]
    rows = [
        {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in found.items()}
        for found in frame.select(names).to_dicts()
    ]
    by_rows = chain.predict(rows)
    direct = chain.engine.predict(chain.fitted, apply_steps(chain.steps, Table(frame, raw.schema)).frame)
    assert by_frame.prediction.probabilities is not None
    np.testing.assert_array_equal(by_frame.prediction.probabilities, by_rows.prediction.probabilities)
    np.testing.assert_array_equal(by_frame.prediction.probabilities, direct.probabilities)
    one_by_one = np.vstack([chain.predict([each]).prediction.probabilities for each in rows])
    np.testing.assert_allclose(one_by_one, by_rows.prediction.probabilities, atol=1e-12)


def test_the_file_gives_back_the_same_chain(chain: Chain, raw: Table, tmp_path: Path) -> None:
    save(chain, tmp_path / "model.zip")
    again = load(tmp_path / "model.zip")
    assert (again.signature, again.schema, again.engine) == (chain.signature, chain.schema, chain.engine)
    first, second = chain.predict(raw.frame), again.predict(raw.frame)
    np.testing.assert_array_equal(first.prediction.probabilities, second.prediction.probabilities)
    with zipfile.ZipFile(tmp_path / "model.zip") as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert [path.name for path in tmp_path.iterdir()] == ["model.zip"]


@pytest.mark.parametrize("entry", ["../evil.txt", "/etc/evil", "engine/../../evil.txt", "engine/a/b.txt", "evil.txt"])
def test_a_file_with_entries_elsewhere_is_refused(chain: Chain, entry: str, tmp_path: Path) -> None:
    save(chain, tmp_path / "model.zip")
    with zipfile.ZipFile(tmp_path / "model.zip", "a") as archive:
        archive.writestr(entry, "evil")
    with pytest.raises(Refused, match="not a model of this yard"):
        load(tmp_path / "model.zip")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(b"PK nothing")
    with pytest.raises(Refused, match="not a model"):
        load(tmp_path / "model.zip")


def test_a_packed_entry_is_refused(chain: Chain, tmp_path: Path) -> None:
    save(chain, tmp_path / "model.zip")
    with zipfile.ZipFile(tmp_path / "model.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("engine/bomb.txt", "0" * 10_000_000)
    with pytest.raises(Refused):
        load(tmp_path / "model.zip")


@pytest.mark.parametrize(
    ("given", "column", "message"),
    [
        ({"a": "abc"}, "a", "'a' must be a number, not 'abc'."),
        ({"a": True}, "a", "'a' must be a number, not True."),
        ({"a": float("inf")}, "a", "'a' must be a finite number, not inf."),
        ({"a": float("nan")}, "a", "'a' must be a finite number, not nan."),
        ({"age": 10**30}, "age", "'age' must be a smaller number."),
        ({"age": 10**400}, "age", "'age' must be a smaller number."),
        ({"age": [1]}, "age", "'age' must be a number, not [1]."),
        ({"city": "a\0b"}, "city", "'city' must not hold NUL characters."),
        ({"city": 7}, "city", "'city' must be text, not 7."),
        ({"member": "yes"}, "member", "'member' must be true or false, not 'yes'."),
        ({"day": "soon"}, "day", "'day' must be a date like 2026-01-31, not 'soon'."),
        ({"day": 7}, "day", "'day' must be a date like 2026-01-31, not 7."),
    ],
)
def test_wrong_types_are_named_with_their_path(chain: Chain, given: dict[str, Any], column: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        chain.predict([row(), row(**given)])
    assert [(field.path, field.message) for field in caught.value.fields] == [(("inputs", 1, column), message)]
    assert caught.value.message == f"Row 2: {message}"


def test_renamed_columns_are_named_on_both_sides(chain: Chain) -> None:
    renamed = row()
    renamed["Age"] = renamed.pop("age")
    with pytest.raises(Invalid) as caught:
        chain.predict([renamed])
    assert {field.path: field.message for field in caught.value.fields} == {
        ("inputs", 0, "Age"): "The model knows no column 'Age'. Did you mean 'age'?",
        ("inputs", 0, "age"): "The column 'age' is missing. There is 'Age': was it renamed?",
    }
    with pytest.raises(Invalid, match="There is 'AGE': was it renamed"):
        chain.predict(raw_table(30).frame.rename({"age": "AGE"}))


def test_unseen_categories_and_ignored_columns_are_said(chain: Chain) -> None:
    answer = chain.predict([row(city="Sapa", two="yes", note="x"), row(city="Vinh")])
    assert answer.warnings == [
        "'two' is what the model predicts; it was ignored.",
        "The model does not use 'note'.",
        "'city': 'Sapa', 'Vinh' not seen in training; treated as unknown.",
    ]
    frame = raw_table(30).frame.with_columns(city=pl.lit("Sapa"), extra=pl.lit(1))
    assert chain.predict(frame).warnings == [
        "Columns that the model does not know were left out: 'extra'.",
        "'city': 'Sapa' not seen in training; treated as unknown.",
    ]


def test_decimals_are_taken_where_training_had_whole_numbers(chain: Chain) -> None:
    low, mid, high = (chain.predict([row(age=age)]).prediction.probabilities for age in (40, 40.5, 41))
    assert low is not None
    assert mid is not None
    assert high is not None
    assert min(low[0, 1], high[0, 1]) <= mid[0, 1] <= max(low[0, 1], high[0, 1])


def test_a_frame_of_texts_is_read_as_what_the_columns_are(chain: Chain, raw: Table) -> None:
    texts = raw.frame.head(20).with_columns(pl.all().cast(pl.String))
    first, second = chain.predict(raw.frame.head(20)), chain.predict(texts)
    np.testing.assert_array_equal(first.prediction.probabilities, second.prediction.probabilities)
    broken = texts.with_columns(a=pl.Series(["0.5"] * 7 + ["much"] + ["0.5"] * 12))
    with pytest.raises(Invalid) as caught:
        chain.predict(broken, first_row=100)
    assert caught.value.fields[0].path == ("inputs", 107, "a")
    assert "not 'much'" in caught.value.message


_CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.integers(), max_size=2)
)


@settings(max_examples=examples(60), deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "city", "age", "member", "day", "Age", "two"]), _CELLS))
def test_any_row_is_predicted_or_refused_with_paths(chain: Chain, given: dict[str, Any]) -> None:
    try:
        answer = chain.predict([given])
    except Invalid as error:
        paths = [field.path for field in error.fields]
        is_said = paths and all(path[:2] == ("inputs", 0) for path in paths)
    else:
        assert answer.prediction.probabilities is not None
        is_said = bool(np.isfinite(answer.prediction.probabilities).all())
    assert is_said
