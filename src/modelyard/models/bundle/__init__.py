"""A model to take away: one ZIP that predicts without the yard."""
