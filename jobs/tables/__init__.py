"""A table and a page for `blemish chart`, `segment` and `evaluate`, without a site."""
