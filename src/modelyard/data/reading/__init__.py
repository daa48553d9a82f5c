"""Reading files of any supported format into one typed Parquet file; heavy imports happen inside functions."""
