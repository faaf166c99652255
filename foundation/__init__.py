"""Generic helpers: no tables, no knowledge of any app. See README.md for the closed list of modules."""
