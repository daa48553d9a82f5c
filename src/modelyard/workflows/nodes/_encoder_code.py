"""Encoding of categories as Python on scikit-learn, for exported scripts."""

from typing import TYPE_CHECKING

from modelyard.data.columns import ColumnKind
from modelyard.workflows.nodes._columns import columns_code

if TYPE_CHECKING:
    from modelyard.workflows.nodes.encode_categories import EncodeCategories

_CATEGORY: frozenset[ColumnKind] = frozenset({"category"})


def encoder_code(node: "EncodeCategories") -> str:
    """Return the statements that encode `frame` as the node does."""
    makes = {
        "one_hot": _one_hot,
        "ordinal": _ordinal,
        "target": _target,
        "frequency": _frequency,
        "hashing": _hashing,
    }
    lines = makes[node.method](node)
    if node.unknown == "error" and node.method in ("one_hot", "ordinal"):
        lines = ["refuse_unknown(train, frame, columns)", *lines]
    lines += [
        "frame = in_place(frame, encoded)",
        'kinds |= dict.fromkeys([new for made in encoded.values() for new in made.columns], "number")',
    ]
    indented = "\n".join(f"    {line}" for text in lines for line in text.splitlines())
    return f"columns = {columns_code(node.columns, _CATEGORY)}\nif columns:\n{indented}"


def _one_hot(node: "EncodeCategories") -> list[str]:
    options = [f"min_frequency={node.min_rows}"] if node.min_rows > 1 else []
    options += ['drop="first"'] if node.drop_first else []
    options.append(f"handle_unknown={'ignore' if node.unknown == 'zeros' else 'infrequent_if_exist'!r}")
    call = f"one_hot(train, frame, name, {node.max_categories}, {', '.join(options)})"
    return [f"encoded = {{name: {call} for name in columns}}"]


def _ordinal(node: "EncodeCategories") -> list[str]:
    options = 'handle_unknown="use_encoded_value", unknown_value=-1'
    frame = "encoded = {name: pl.DataFrame({name: encoded[:, i]}, nan_to_null=True) for i, name in enumerate(columns)}"
    if node.order == "alphabet":
        return [
            f"encoder = OrdinalEncoder({options}).fit(texts(train, columns, np.nan))",
            "encoded = encoder.transform(texts(frame, columns, np.nan))",
            frame,
        ]
    order = f"np.array({list(node.categories)!r}, dtype=object)"
    order = "by_frequency(train, name)" if node.order == "frequency" else order
    return [
        f"encoder = OrdinalEncoder(categories=[{order} for name in columns], {options})",
        'encoded = encoder.fit(labels(train, columns, "")).transform(labels(frame, columns, ""))',
        "encoded[frame.select(pl.col(columns).is_null()).to_numpy()] = np.nan",
        frame,
    ]


def _target(node: "EncodeCategories") -> list[str]:
    smooth = '"auto"' if node.smoothing is None else repr(node.smoothing)
    return [
        f"folds = train_folds(frame, split, target, task, fold_key, n_folds={node.n_folds}, seed={node.seed})",
        f"means = target_means(frame, split, target, task, columns, folds, smooth={smooth})",
        "n = means.width // len(columns)",
        "encoded = {name: means[:, i * n : (i + 1) * n] for i, name in enumerate(columns)}",
    ]


def _frequency(node: "EncodeCategories") -> list[str]:
    return ["encoded = {name: frequencies(train[name], frame[name]).to_frame() for name in columns}"]


def _hashing(node: "EncodeCategories") -> list[str]:
    return [
        f'hasher = FeatureHasher({node.n_columns}, input_type="string", alternate_sign=False)',
        "tokens = {name: [[] if v is None else [v] for v in frame[name].cast(pl.String)] for name in columns}",
        "hashed = {name: hasher.transform(tokens[name]).toarray() for name in columns}",
        f'names = {{name: [f"{{name}}#{{i}}" for i in range({node.n_columns})] for name in columns}}',
        "encoded = {name: pl.DataFrame(hashed[name], schema=names[name]) for name in columns}",
    ]
