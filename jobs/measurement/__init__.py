"""From arrived files to stored rows: measuring processes, archive, ledger and batches."""
