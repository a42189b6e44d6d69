"""How long a user waits for `blemish --help` and `blemish segment one.png`, beside a bare interpreter."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from inference.rendering.writing import write_renders

RUNS = 5


def median_seconds(command: list[str]) -> float:
    """The median wall time of `RUNS` runs after one that warms the file cache."""
    seconds = []
    for run in range(RUNS + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        if run:
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main() -> int:
    """Print seconds and their ratio to starting Python alone."""
    with tempfile.TemporaryDirectory() as folder:
        write_renders(Path(folder), 1, seed=1)
        image = next(Path(folder).rglob("images/*.png"))
        blemish = [sys.executable, "-m", "jobs"]
        bare = median_seconds([sys.executable, "-c", "pass"])
        for name, command in (
            ("blemish --help", [*blemish, "--help"]),
            ("blemish segment one.png", [*blemish, "segment", str(image)]),
        ):
            seconds = median_seconds(command)
            print(f"{name:26} {seconds:6.2f} s   {seconds / bare:5.0f} x a bare interpreter")
    return 0


if __name__ == "__main__":
    sys.exit(main())
