"""Networks that `blemish train` can teach; `registry` lists them."""
