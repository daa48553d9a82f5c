"""Fine-tuning learns, repeats itself, stops when told, and says what it did."""

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.models.engine import FitOptions
from modelyard.models.engines.transformers import Transformers
from tests.models.rows import table_of
from tests.models.transformers.tiny import LABELS, checkpoint, labelled

QUICK: dict[str, Any] = {"max_tokens": 32, "epochs": 6, "learning_rate": 3e-3, "batch_size": 16}


def rows(n: int = 120, **more: Any) -> Table:
    texts, names = labelled(n)
    frame = pl.DataFrame({"review": texts, "stars": [1.0] * n, "verdict": names, **more})
    return table_of(frame, "verdict", "classification", review="text")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("c"), scale=1.0)


def engine(base: Path, **more: Any) -> Transformers:
    return Transformers(checkpoint=str(base), **{**QUICK, **more})


def test_it_learns_and_the_same_seed_gives_the_same(base: Path) -> None:
    table, made = rows(), engine(base)
    first, second, third = (made.fit(table, FitOptions(seed=seed)) for seed in (1, 1, 2))
    answers = [made.predict(fitted, table.frame) for fitted in (first, second, third)]
    assert np.mean(answers[0].values == table.target().to_numpy()) > 0.9
    np.testing.assert_array_equal(answers[0].probabilities, answers[1].probabilities)
    assert not np.array_equal(answers[0].probabilities, answers[2].probabilities)
    assert (first.features, first.classes, first.n_rows) == (("review",), ("bad", "good"), 120)
    assert "began anew" in first.notes[0], "the checkpoint has three classes, the target two"
    assert made.importance(first) == {"review": 1.0}


def test_a_checkpoint_with_these_classes_keeps_its_head(tmp_path: Path) -> None:
    same = checkpoint(tmp_path / "c", labels=("bad", "good"))
    assert not any("anew" in note for note in engine(same, epochs=1).fit(rows(40), FitOptions()).notes)
    other = checkpoint(tmp_path / "d", labels=LABELS, is_base=True)
    assert any("anew" in note for note in engine(other, epochs=1).fit(rows(40), FitOptions()).notes)


def test_a_frozen_encoder_stays_as_it_was(base: Path) -> None:
    from safetensors.torch import load_file

    made = engine(base, freeze_encoder=True, epochs=2)
    fitted = made.fit(rows(), FitOptions())
    before = load_file(base / "model.safetensors")
    after = fitted.state["estimator"].loaded.network.state_dict()
    same = {name for name in before if before[name].shape == after[name].shape and (before[name] == after[name]).all()}
    moved = set(before) - same
    assert moved <= {"classifier.weight", "classifier.bias"}
    assert not np.allclose(after["classifier.weight"].numpy(), 0)


def test_it_stops_by_its_budget_with_what_it_has(base: Path) -> None:
    said: list[tuple[float, str]] = []
    options = FitOptions(budget_seconds=0.2, report=lambda fraction, message: said.append((fraction, message)))
    fitted = engine(base, epochs=100).fit(rows(), options)
    assert any("Stopped by the time budget" in note for note in fitted.notes)
    assert len(engine(base).predict(fitted, rows().frame).values) == 120
    assert all(0 <= fraction <= 1 for fraction, _ in said)
    assert any(message.startswith("Step 1 of 800, loss ") for _, message in said)


def test_early_stopping_keeps_the_epoch_that_predicts_rows_held_back_best(base: Path) -> None:
    made = engine(base, early_stopping=True, patience=1, epochs=40, learning_rate=0.05, validation_fraction=0.3)
    fitted = made.fit(rows(200), FitOptions())
    losses = fitted.state["losses"]
    kept = int(np.argmin(losses)) + 1
    assert len(losses) == kept + 1 < 40
    assert f"Early stopping kept epoch {kept} of 40." in fitted.notes
    few = engine(base, early_stopping=True, epochs=1).fit(rows(20), FitOptions())
    assert any("Too few rows to hold some back" in note for note in few.notes)
    given = engine(base, epochs=3).fit(rows(), FitOptions(validation=rows(40)))
    assert len(given.state["losses"]) == 3


def test_balanced_classes_find_the_rare_one(base: Path) -> None:
    texts, names = labelled(200)
    rare = [i for i, name in enumerate(names) if name == "bad" or i % 20 == 0]
    frame = pl.DataFrame({"review": [texts[i] for i in rare], "verdict": [names[i] for i in rare]})
    table = table_of(frame, "verdict", "classification", review="text")
    shares = []
    for weight in ("none", "balanced"):
        fitted = engine(base, epochs=3, learning_rate=2e-3).fit(table, FitOptions(class_weight=weight))
        found = engine(base).predict(fitted, table.frame).probabilities
        assert found is not None
        shares.append(found[:, 1].mean())
    assert shares[1] > shares[0] + 0.05


def test_8_bits_after_fine_tuning_say_how_often_they_agree(base: Path) -> None:
    fitted = engine(base, precision="int8").fit(rows(), FitOptions())
    assert any("of 120 training texts compared" in note for note in fitted.notes)


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (table_of(pl.DataFrame({"a": [1.0, 2.0], "y": ["n", "m"]}), "y", "classification"), "none reaches it"),
        (
            table_of(pl.DataFrame({"a": ["x y", "z"], "b": ["p q", "r"], "y": ["n", "m"]}), "y", "classification"),
            "there are a, b: choose it in `column`",
        ),
        (table_of(pl.DataFrame({"a": ["x y", "z"], "y": [1.0, 2.0]}), "y", "regression"), "is for classification"),
    ],
)
def test_what_cannot_be_learned_is_said_before_and_in_the_fit(base: Path, schema: Table, told: str) -> None:
    made = engine(base)
    assert any(told in message for message in made.problems(schema.schema)), made.problems(schema.schema)
    doubled = Table(pl.concat([schema.frame] * 20), schema.schema)
    with pytest.raises(Invalid):
        made.fit(doubled, FitOptions())
    assert made.problems(rows().schema) == []
    assert "has no checkpoint" in Transformers().problems(rows().schema)[0]
    assert "cannot read 'stars'" in engine(base, column="stars").problems(rows().schema)[0]


def test_more_memory_than_there_is_is_refused_before_anything_is_loaded(base: Path) -> None:
    with pytest.raises(Invalid, match=r"Fine-tuning this checkpoint takes about \d+ MB of memory; 100 MB may be used"):
        engine(base).fit(rows(), FitOptions(memory_bytes=100 * 1024**2))


def test_fits_beside_each_other_leave_the_random_numbers_of_others_alone(base: Path) -> None:
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    engine(base, epochs=1).fit(rows(40), FitOptions(seed=9))
    assert torch.equal(torch.rand(3), expected)


def test_a_fit_reports_often_enough_to_be_cancelled(base: Path) -> None:
    """A run is cancelled by its supervisor, which kills the child; an engine has to say that it is alive."""
    at: list[float] = []
    thread = threading.Thread(
        target=engine(base, epochs=3).fit, args=(rows(), FitOptions(report=lambda _f, _m: at.append(time.monotonic())))
    )
    thread.start()
    thread.join()
    assert len(at) >= 3 * 8
