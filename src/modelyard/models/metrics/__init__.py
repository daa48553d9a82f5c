"""How good predictions are: metrics with split, n, interval and baselines, or a sentence why there is no value."""
