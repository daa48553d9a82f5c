"""Principal components: directions in which numbers vary most, learned from training rows."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float64]]


def principal_components(values: "Matrix", n_wanted: int | float) -> "tuple[Matrix, Matrix]":
    """Return the means, shape (n_columns,), and the components, shape (n_components, n_columns), of scikit-learn's PCA.

    `n_wanted` is a number of components, or the part of the variance that they shall explain (more than 0, less than
    1). Components that so few rows cannot tell are left out.
    """
    import numpy as np
    from sklearn.decomposition import PCA

    if values.shape[0] < 2 or values.shape[1] == 0:
        return np.zeros(values.shape[1]), np.zeros((0, values.shape[1]))
    most = min(values.shape)
    with np.errstate(all="ignore"):  # of rows that are all alike, no part of the variance is explained
        pca = PCA(min(n_wanted, most) if isinstance(n_wanted, int) else n_wanted, random_state=0).fit(values)
    return pca.mean_, pca.components_


def projected(values: "Matrix", mean: "Matrix", components: "Matrix", n_columns: int) -> "Matrix":
    """Return the values along the components, shape (n_rows, n_columns); columns without a component are 0."""
    import numpy as np

    made = np.zeros((len(values), n_columns))
    made[:, : len(components)] = (values - mean) @ components.T
    return made
