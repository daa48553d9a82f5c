"""How good the answers of a collection are: test questions, scores with intervals, thresholds of abstention."""
