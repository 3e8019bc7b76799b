"""The library: one SQLite file, and what is derived from it to be searched."""
