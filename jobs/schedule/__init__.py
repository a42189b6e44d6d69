"""When the nightly run is due, and the child process it runs in."""
