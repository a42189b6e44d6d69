"""Run every benchmark, one after the other, each in a process of its own: `make bench`."""

import subprocess
import sys

BENCHMARKS = (
    "bench_startup",
    "bench_inference",
    "bench_ingest",
    "bench_warehouse",
    "bench_spc",
    "bench_monitor",
    "bench_dashboard",
)
LIMIT_SECONDS = 900


def main() -> int:
    """Print the table of each benchmark; 1 where one of them fails."""
    failed = []
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], check=False, timeout=LIMIT_SECONDS
        )
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
