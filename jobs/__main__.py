"""`python -m jobs`: the same as `blemish`, whatever is on the PATH."""

import sys

from jobs.cli import main

if __name__ == "__main__":
    sys.exit(main())
