"""From a dataset to samples: which columns say what, which rows are drawn, what is frozen."""
