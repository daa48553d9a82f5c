"""Tables as files to take away: CSV, JSON Lines, Parquet and XLSX, written while they are made."""
