"""Functions that the exported code of engines calls, in plain Python."""

TRAINING = {
    "WeightedMean": '''
class WeightedMean:
    """Answers for rows by their numbers: `scores` has the mean of all members for every row of the frame."""

    def __init__(self, scores, names):
        self.scores, self.classes_ = scores, names

    def get_params(self):
        return {}

    def set_params(self, **_):
        return self

    def fit(self, x, y):
        return self

    def predict(self, x):
        found = self.scores[x[:, 0].astype(int)]
        return found if self.classes_ is None else self.classes_[found.argmax(axis=1)]

    def predict_proba(self, x):
        return self.scores[x[:, 0].astype(int)]
''',
    "most_frequent": '''
def most_frequent(values, n):
    """Return the most frequent categories, sorted."""
    name = values.name
    counts = values.cast(pl.String).drop_nulls().value_counts(name="n").sort(["n", name], descending=[True, False])
    return sorted(counts[name].head(n).to_list())
''',
    "spread": '''
def spread(estimator, x, names):
    """Return probabilities with a column per class in `names`, 0 for those the estimator never saw."""
    scores = np.zeros((len(x), len(names)))
    scores[:, np.searchsorted(names, estimator.classes_)] = estimator.predict_proba(x)
    return scores
''',
    "balanced": '''
def balanced(y):
    """Return a weight per row with which all classes count the same."""
    _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    return (len(y) / (len(counts) * counts))[codes]
''',
    "hold_back": '''
def hold_back(y, is_class, fraction, seed):
    """Return the places of rows to keep and to stop by, or None when they are too few; classes keep their shares."""
    order = np.random.default_rng(seed).permutation(len(y))
    groups = [order]
    if is_class:
        codes = np.unique(y, return_inverse=True)[1][order]
        groups = [order[codes == code] for code in range(codes.max() + 1)]
    held = np.zeros(len(y), dtype=bool)
    held[np.concatenate([group[: round(fraction * len(group))] for group in groups])] = True
    return (np.flatnonzero(~held), np.flatnonzero(held)) if held.sum() >= 10 else None
''',
    "Coded": '''
class Coded:
    """A booster that wants classes as places and, in a frame, categories as whole numbers (-1: missing).

    `beside` names the arguments that take the rows to stop by; without it they are one list of pairs.
    """

    def __init__(self, estimator, places=(), is_class=False, is_frame=False, beside=None):
        self.estimator, self.places, self.is_class, self.is_frame = estimator, places, is_class, is_frame
        self.beside = beside

    def rows(self, x):
        if not self.is_frame:
            return x
        import pandas as pd

        codes = {place: np.nan_to_num(x[:, place], nan=-1).astype("int32") for place in self.places}
        return pd.DataFrame({place: codes.get(place, x[:, place]) for place in range(x.shape[1])})

    def fit(self, x, y, held=None, **options):
        if self.is_class:
            self.classes_, y = np.unique(y, return_inverse=True)
        grow, stop = held if held is not None else (slice(None), None)
        if stop is not None:
            pair = (self.rows(x[stop]), y[stop])
            options.update(zip(self.beside, pair) if self.beside else {"eval_set": [pair]})
        self.estimator.fit(self.rows(x[grow]), y[grow], **options)
        return self

    def predict(self, x):
        if not self.is_class:
            return self.estimator.predict(self.rows(x))
        return self.classes_[self.predict_proba(x).argmax(axis=1)]

    def predict_proba(self, x):
        return self.estimator.predict_proba(self.rows(x))
''',
    "NearestCore": '''
class NearestCore:
    """New rows join the cluster of the nearest core row within `reach`, otherwise they are noise (-1)."""

    def __init__(self, x, fitted, reach, metric):
        from sklearn.neighbors import NearestNeighbors

        cores = fitted.core_sample_indices_
        self.labels, self.reach = fitted.labels_[cores], reach
        self.index = NearestNeighbors(n_neighbors=1, metric=metric).fit(x[cores])

    def predict(self, x):
        distances, nearest = self.index.kneighbors(x)
        return np.where(distances[:, 0] <= self.reach, self.labels[nearest[:, 0]], -1)
''',
}
