"""Facts in DuckDB, decisions in the journal, originals in the archive."""
