"""Every engine beside the estimator as somebody would write it by hand."""

from typing import Any

import numpy as np

from modelyard.models.engine import Engine
from modelyard.models.engines.catboost import CatBoost
from modelyard.models.engines.decision_tree import DecisionTree
from modelyard.models.engines.extra_trees import ExtraTrees
from modelyard.models.engines.hist_gradient_boosting import HistGradientBoosting
from modelyard.models.engines.k_neighbours import KNeighbours
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.linear_regression import LinearRegression
from modelyard.models.engines.logistic_regression import LogisticRegression
from modelyard.models.engines.naive_bayes import NaiveBayes
from modelyard.models.engines.neural_network import NeuralNetwork
from modelyard.models.engines.random_forest import RandomForest
from modelyard.models.engines.svm import SupportVectors
from modelyard.models.engines.xgboost import XGBoost

CLASSIFIERS: list[Engine] = [
    LogisticRegression(),
    LogisticRegression(penalty="elasticnet", l1_ratio=0.3),
    LogisticRegression(penalty="none"),
    DecisionTree(),
    RandomForest(n_estimators=25),
    ExtraTrees(n_estimators=25),
    SupportVectors(),
    KNeighbours(),
    NaiveBayes(),
    NaiveBayes(variant="bernoulli"),
    NeuralNetwork(hidden_layers=(20, 10), max_iter=30),
    HistGradientBoosting(max_iter=20),
    LightGBM(n_estimators=20),
    CatBoost(n_estimators=20),
    XGBoost(n_estimators=20),
]
REGRESSORS: list[Engine] = [
    LinearRegression(penalty="none"),
    LinearRegression(),
    LinearRegression(penalty="lasso", strength=0.1),
    LinearRegression(penalty="elasticnet", strength=0.1, l1_ratio=0.5),
    DecisionTree(),
    RandomForest(n_estimators=25),
    ExtraTrees(n_estimators=25),
    SupportVectors(),
    KNeighbours(),
    NeuralNetwork(hidden_layers=(20, 10), max_iter=30),
    HistGradientBoosting(max_iter=20),
    LightGBM(n_estimators=20),
    CatBoost(n_estimators=20),
    XGBoost(n_estimators=20),
    HistGradientBoosting(max_iter=20, loss="quantile", quantile=0.9),
    LightGBM(n_estimators=20, objective="huber"),
    CatBoost(n_estimators=20, loss="Quantile", quantile=0.9),
    XGBoost(n_estimators=20, objective="absolute_error"),
    KNeighbours(n_neighbours=3, weights="distance", metric="cosine"),
]


def named(engine: Engine) -> str:
    told = [str(getattr(engine, name)) for name in ("penalty", "variant", "loss", "objective") if hasattr(engine, name)]
    return "-".join([engine.kind_name(), *told])


def bare(engine: Engine, task: str, *, balanced: bool = False) -> Any:
    """The estimator as somebody would write it by hand; `fit` takes a matrix and labels."""
    weight = "balanced" if balanced else None
    made = _classifier(engine, weight) if task == "classification" else _regressor(engine)
    return _Weighted(made) if balanced and isinstance(engine, NaiveBayes | NeuralNetwork | XGBoost) else made


class _Weighted:
    """For estimators without a class weight: each row weighs as scikit-learn's "balanced" says."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, x: Any, y: Any) -> None:
        from sklearn.utils.class_weight import compute_sample_weight

        self.estimator.fit(x, y, sample_weight=compute_sample_weight("balanced", y))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.estimator, name)


class _Encoded:
    """XGBoost takes class positions only."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, x: Any, y: Any, **more: Any) -> None:
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.estimator.fit(x, codes, **more)

    def predict(self, x: Any) -> Any:
        return self.classes_[self.estimator.predict(x)]

    def predict_proba(self, x: Any) -> Any:
        return self.estimator.predict_proba(x)


def _classifier(engine: Engine, weight: Any) -> Any:
    import catboost
    import lightgbm
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.naive_bayes
    import xgboost
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    seeded = {"random_state": 0, "class_weight": weight}
    match engine:
        case LogisticRegression():
            options = {"l2": {}, "none": {"C": np.inf}, "elasticnet": {"l1_ratio": engine.l1_ratio, "solver": "saga"}}
            return sklearn.linear_model.LogisticRegression(**options[engine.penalty], max_iter=1000, **seeded)
        case DecisionTree():
            return DecisionTreeClassifier(max_depth=5, **seeded)
        case RandomForest():
            return sklearn.ensemble.RandomForestClassifier(n_estimators=25, **seeded)
        case ExtraTrees():
            return sklearn.ensemble.ExtraTreesClassifier(n_estimators=25, **seeded)
        case SupportVectors():
            return CalibratedClassifierCV(SVC(**seeded), ensemble=False, cv=5)
        case KNeighbours():
            return KNeighborsClassifier()
        case NaiveBayes() if engine.variant == "gaussian":
            return sklearn.naive_bayes.GaussianNB()
        case NaiveBayes():
            return sklearn.naive_bayes.BernoulliNB()
        case NeuralNetwork():
            return MLPClassifier((20, 10), max_iter=30, early_stopping=True, random_state=0)
        case HistGradientBoosting():
            return sklearn.ensemble.HistGradientBoostingClassifier(max_iter=20, **seeded)
        case LightGBM():
            return lightgbm.LGBMClassifier(n_estimators=20, n_jobs=1, verbosity=-1, **seeded)
        case CatBoost():
            fixed = {"random_seed": 0, "thread_count": 1, "verbose": False, "allow_writing_files": False}
            return catboost.CatBoostClassifier(
                n_estimators=20, auto_class_weights="Balanced" if weight else None, **fixed
            )
        case XGBoost():
            return _Encoded(xgboost.XGBClassifier(n_estimators=20, learning_rate=0.1, random_state=0, n_jobs=1))
    raise AssertionError(engine)


def _regressor(engine: Engine) -> Any:
    import catboost
    import lightgbm
    import sklearn.ensemble
    import sklearn.linear_model
    import xgboost
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.neural_network import MLPRegressor
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR
    from sklearn.tree import DecisionTreeRegressor

    match engine:
        case LinearRegression():
            return {
                "none": sklearn.linear_model.LinearRegression(),
                "ridge": sklearn.linear_model.Ridge(),
                "lasso": sklearn.linear_model.Lasso(alpha=0.1, max_iter=10_000),
                "elasticnet": sklearn.linear_model.ElasticNet(alpha=0.1, l1_ratio=0.5, max_iter=10_000),
            }[engine.penalty]
        case DecisionTree():
            return DecisionTreeRegressor(max_depth=5, random_state=0)
        case RandomForest():
            return sklearn.ensemble.RandomForestRegressor(n_estimators=25, random_state=0)
        case ExtraTrees():
            return sklearn.ensemble.ExtraTreesRegressor(n_estimators=25, random_state=0)
        case SupportVectors():
            return TransformedTargetRegressor(SVR(), transformer=StandardScaler())
        case KNeighbours():
            return KNeighborsRegressor(engine.n_neighbours, weights=engine.weights, metric=engine.metric)
        case NeuralNetwork():
            network = MLPRegressor(hidden_layer_sizes=(20, 10), max_iter=30, early_stopping=True, random_state=0)
            return TransformedTargetRegressor(network, transformer=StandardScaler())
        case HistGradientBoosting():
            return sklearn.ensemble.HistGradientBoostingRegressor(
                max_iter=20, random_state=0, loss=engine.loss, quantile=engine.quantile
            )
        case LightGBM():
            return lightgbm.LGBMRegressor(
                n_estimators=20, random_state=0, n_jobs=1, verbosity=-1, objective=engine.objective
            )
        case CatBoost():
            loss = "RMSE" if engine.quantile is None else f"Quantile:alpha={engine.quantile}"
            fixed = {"random_seed": 0, "thread_count": 1, "verbose": False, "allow_writing_files": False}
            return catboost.CatBoostRegressor(n_estimators=20, loss_function=loss, **fixed)
        case XGBoost():
            objective = {"squared_error": "reg:squarederror", "absolute_error": "reg:absoluteerror"}[engine.objective]
            return xgboost.XGBRegressor(
                n_estimators=20, learning_rate=0.1, random_state=0, n_jobs=1, objective=objective
            )
    raise AssertionError(engine)
