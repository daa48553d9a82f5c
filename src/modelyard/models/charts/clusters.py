"""Charts of clusters: where they lie, how tight they are, and how many there should be."""

from typing import TYPE_CHECKING, Any

from modelyard.models.charts.chart import Rows, Spec, Unavailable, at_most, axis, names_axis, plain, spec, tip
from modelyard.models.charts.subject import Subject
from modelyard.models.metrics.clustering import NOISE, clustered

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MAX_POINTS = 2000
MAX_BARS = 1000
MOST_CLUSTERS = 10
MAX_FITTED = 5000
"""Rows that k-means is fitted on again for each number of clusters."""


def scatter(subject: Subject, title: str) -> Spec:
    """Draw rows on the plane of their two principal components, coloured by cluster."""
    from sklearn.decomposition import PCA

    x, labels = _rows(subject)
    if x.shape[1] < 2 or len(x) < 3:
        raise Unavailable("It needs at least two features and three rows.")
    kept, more = at_most(len(x), MAX_POINTS, seed=subject.seed)
    plane = PCA(n_components=2, random_state=subject.seed).fit(x)
    points = plane.transform(x[kept])
    rows: Rows = [
        {"x": plain(point[0], 4), "y": plain(point[1], 4), "cluster": str(label)}
        for point, label in zip(points, labels[kept], strict=True)
    ]
    shares = plane.explained_variance_ratio_
    encoding = {
        "x": axis("x", "quantitative", f"first component ({shares[0]:.0%} of the variance)"),
        "y": axis("y", "quantitative", f"second component ({shares[1]:.0%} of the variance)"),
        "color": axis("cluster", "nominal", "", scale={"domain": _names(labels)}),
        "tooltip": tip(("cluster", "cluster"), ("x", "first", ",.3~g"), ("y", "second", ",.3~g")),
    }
    mark = {"type": "circle", "opacity": 0.6, "size": 24}
    return spec(title, _about(subject, len(x), more), rows, mark=mark, encoding=encoding, height=320)


def sizes(subject: Subject, title: str) -> Spec:
    """Draw how many rows each cluster has."""
    _, labels = _rows(subject)
    names = _names(labels)
    rows: Rows = [{"cluster": name, "n": int((labels == name).sum())} for name in names]
    encoding = {
        "y": names_axis("cluster", "cluster", names),
        "x": axis("n", "quantitative", "rows"),
        "color": axis("cluster", "nominal", "", scale={"domain": names}, legend=None),
        "tooltip": tip(("cluster", "cluster"), ("n", "rows", ",")),
    }
    return spec(title, _about(subject, len(labels), ""), rows, mark="bar", encoding=encoding, height={"step": 20})


def silhouette(subject: Subject, title: str) -> Spec:
    """Draw how much nearer each row is to its own cluster than to the next, row by row; below 0 it lies wrong."""
    x, labels = _rows(subject)
    found = clustered(x, labels, seed=subject.seed, max_rows=MAX_BARS)
    names = [name for name in _names(labels) if name != NOISE]
    n_clusters = len(set(found.labels.tolist()))
    if not 2 <= n_clusters < found.n:
        raise Unavailable("There are no two clusters to compare.")
    import numpy as np

    # `clustered` numbers clusters in the order of their names as text.
    by_text = sorted(names)
    order = np.lexsort((-found.silhouettes, np.asarray([names.index(by_text[label]) for label in found.labels])))
    rows: Rows = [
        {"order": place, "value": plain(found.silhouettes[row], 4), "cluster": by_text[found.labels[row]]}
        for place, row in enumerate(order)
    ]
    mean = float(found.silhouettes.mean())
    y = axis("order", "quantitative", "rows, by cluster", scale={"reverse": True}, axis={"labels": False})
    color = axis("cluster", "nominal", "", scale={"domain": names})
    bars = {
        "y": y,
        "x2": {"datum": 0},
        "color": color,
        "tooltip": tip(("cluster", "cluster"), ("value", "silhouette", ".3f")),
    }
    layers = [
        {"mark": {"type": "rule", "strokeWidth": max(0.6, 420 / found.n)}, "encoding": bars},
        {
            "data": {"values": [{"value": plain(mean)}]},
            "mark": {"type": "rule", "strokeDash": [4, 4]},
            "encoding": {"tooltip": tip(("value", "mean", ".3f"))},
        },
    ]
    encoding = {"x": axis("value", "quantitative", "silhouette")}
    more = f", {found.n:,} shown, mean {mean:.3f}"
    return spec(title, _about(subject, len(x), more), rows, encoding=encoding, layer=layers, height=320)


def elbow(subject: Subject, title: str) -> Spec:
    """Draw the inertia of k-means with 2 to 10 clusters: where the curve bends, more clusters add little."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    train = subject.prepared.rows("train")
    x = subject.matrix(train)
    kept, more = at_most(len(x), MAX_FITTED, seed=subject.seed)
    x = x[kept]
    most = min(MOST_CLUSTERS, len(x) - 1)
    if most < 2:
        raise Unavailable("There are too few rows to be put in clusters.")
    rows: Rows = []
    for k in range(2, most + 1):
        if rows and subject.left_seconds == 0:
            more += ", stopped in time"
            break
        with threadpool_limits(1):
            fitted = KMeans(k, n_init=3, random_state=subject.seed).fit(x)
        rows.append({"k": k, "inertia": plain(fitted.inertia_)})
    encoding = {
        "x": axis("k", "quantitative", "clusters", axis={"tickMinStep": 1, "format": "d"}, scale={"zero": False}),
        "y": axis("inertia", "quantitative", "inertia (sum of squared distances)"),
        "tooltip": tip(("k", "clusters", "d"), ("inertia", "inertia", ",.5~g")),
    }
    about = f"training rows, n = {train.n_rows:,}{more}; k-means fitted again for each number"
    return spec(title, about, rows, mark={"type": "line", "point": True}, encoding=encoding, height=260)


def _rows(subject: Subject) -> "tuple[Array, Array]":
    if subject.rows.n_rows == 0:
        raise Unavailable(f"There are no {subject.split} rows.")
    return subject.matrix(subject.rows), subject.prediction.values


def _names(labels: "Array") -> list[str]:
    """Return the clusters by number, `noise` last."""
    names = {str(label) for label in labels}
    return sorted(names - {NOISE}, key=lambda name: (len(name), name)) + ([NOISE] if NOISE in names else [])


def _about(subject: Subject, n: int, more: str) -> str:
    return f"{subject.split} rows, n = {n:,}{more}"
