"""What runs: ingest, monitor, publish, alert; the scheduler, the mail and the command line."""
