"""What people said that predictions should have been: kept, counted, and made into datasets to train on."""
