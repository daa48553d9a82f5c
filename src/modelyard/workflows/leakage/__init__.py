"""Leakage: what makes test scores better than new rows will be, looked for before anything is fitted."""
