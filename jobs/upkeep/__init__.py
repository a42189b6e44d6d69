"""Looking after a site: backup, restore, verify, doctor, and moving its decisions."""
