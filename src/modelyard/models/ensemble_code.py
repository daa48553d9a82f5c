"""An ensemble as plain Python: each member's nodes and estimator one after the other, and their mean."""

import json
from collections.abc import Sequence
from textwrap import indent
from typing import TYPE_CHECKING

from modelyard.kernel.kinds import family
from modelyard.models.engine import ClassWeight, Engine
from modelyard.models.preparation import MAX_TEXTS

if TYPE_CHECKING:
    from modelyard.models.engines.ensemble import Member

# Names that no node's code uses.
BEFORE = f"""whole_frame, whole_kinds, whole_split, summed_scores, summed_weight = frame, dict(kinds), split, 0.0, 0.0
unused_columns = [name for name in frame.columns if kinds[name] in ("id", "constant")]
unused_columns += [name for name in frame.columns if kinds[name] == "text"][{MAX_TEXTS}:]
unused_columns += [fold_key[1].name] if fold_key and fold_key[0] == "group" else []
known_rows = np.flatnonzero(((split == "train") & frame[target].is_not_null()).to_numpy())
every_class = np.unique(frame[target].to_numpy()[known_rows]) if task == "classification" else None"""
AFTER = """split = whole_split
frame = whole_frame.select(target).with_row_index("row")
kinds = {"row": "number", target: whole_kinds[target]}
train = frame.filter(split == "train")
estimator = WeightedMean(summed_scores / summed_weight, every_class)"""
TAKEN = """frame = whole_frame.drop([name for name in unused_columns if name != target])
kinds = {name: whole_kinds[name] for name in frame.columns}
split = pl.Series(np.where(np.isin(np.arange(frame.height), member_rows), "train", "other"))"""
TRAINING_ROWS = 'train = frame.filter(split == "train")'


def ensemble_code(members: "Sequence[Member]", *, seed: int = 0, class_weight: ClassWeight = "none") -> str:
    """Return statements that make `estimator`, which answers for the rows of `frame` by their numbers.

    The scripts of single engines fit on a matrix; members each need a matrix of their own, so they answer for all rows
    here, and what is exported as `estimator` looks their weighted mean up.
    """
    return "\n".join(
        [BEFORE, *(_member_code(place, member, seed, class_weight) for place, member in enumerate(members, 1)), AFTER]
    )


def _member_code(place: int, member: "Member", seed: int, class_weight: ClassWeight) -> str:
    engine: Engine = family("engine").parse(member.engine)
    parts = "[known_rows]"
    if member.n_folds > 1:
        folds = f"train_folds(whole_frame, whole_split, target, task, fold_key, n_folds={member.n_folds}, seed={seed})"
        order = '[:: -1 if fold_key and fold_key[0] == "time" else 1]'
        parts = f"[known_rows[np.sort(fold[0])] for fold in {folds}{order}[:{member.n_fits}]]"
    lines = [TAKEN]
    for document in member.nodes:
        lines += [TRAINING_ROWS, family("node").parse(document).code()]
    lines += [TRAINING_ROWS, engine.code(), *_steps(engine, member), _fit(engine, seed, class_weight), _summed(member)]
    return "\n".join(
        [
            f"# Member {place}: {type(engine).title}, {json.dumps(round(member.weight, 6))} of the weight",
            f"for member_part, member_rows in enumerate({parts}):",
            indent("\n".join(lines), "    "),
        ]
    )


def _steps(engine: Engine, member: "Member") -> list[str]:
    if not member.n_steps or not engine.steps_field:
        return []
    return [f"estimator.set_params({engine.steps_field}={list(member.n_steps)!r}[member_part])"]


def _fit(engine: Engine, seed: int, class_weight: ClassWeight) -> str:
    is_category = 'frame[name].dtype == pl.String or (kinds[name] == "category" and frame[name].dtype.is_integer())'
    categorical = f"[name for name in features if {is_category}]" if engine.takes_categories else "[]"
    return f"""seeds = ("random_state", "random_seed")
seeds = [name for name in estimator.get_params() if name.rpartition("__")[2] in seeds]
estimator.set_params(**dict.fromkeys(seeds, {seed}))
features = [name for name in frame.columns if name != target]
categorical = {categorical}
categories = {{name: most_frequent(train[name], {engine.max_categories}) for name in categorical}}
places = [features.index(name) for name in categorical]
x, y = matrix(train, features, categories), train[target].to_numpy()
{engine.fit_code(class_weight if engine.takes_class_weight else "none", seed)}"""


def _summed(member: "Member") -> str:
    share = member.weight / (member.n_fits or member.n_folds)
    return f"""x = matrix(frame, features, categories)
member_scores = estimator.predict(x) if every_class is None else spread(estimator, x, every_class)
summed_scores, summed_weight = summed_scores + {share!r} * member_scores, summed_weight + {share!r}"""
