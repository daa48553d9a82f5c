"""AutoML: a portfolio of engines tried within a budget, weighted into one model."""
