"""How near spc is to the speed of plain numpy: prints CPU seconds and ratios to a floor.

The floor is what any individuals chart must do: moving ranges, mean, sigma, limits, points beyond.
"""

import time
from collections.abc import Callable

import numpy as np

from spc.baseline import estimate_baseline
from spc.ewma import ewma_chart
from spc.imr import imr_chart
from spc.patterns import completing_points
from spc.phase import evaluate_phase, freeze_phase
from spc.rules import rule_set

POINTS = 1_000_000
CHARTS, POINTS_PER_CHART = 240, 500


def cpu_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the best CPU time of several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def floor(values: np.ndarray) -> int:
    """Individuals and moving ranges with their limits, in plain numpy."""
    ranges = np.abs(np.diff(values))
    center, sigma = values.mean(), ranges.mean() / 1.128
    beyond = (values > center + 3 * sigma) | (values < center - 3 * sigma)
    return int(np.count_nonzero(beyond) + np.count_nonzero(ranges > 3.686 * sigma))


def main() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=POINTS)
    least = cpu_seconds(lambda: floor(values))
    print(f"{'floor: moving ranges and limits in numpy':58}{least:8.3f} s")

    def eight_rules() -> None:
        for rule in rule_set("nelson"):
            completing_points(values, rule)

    rows = [
        ("eight Nelson rules, completing points", eight_rules),
        (
            "I-MR chart with eight rules, all signals with runs",
            lambda: imr_chart(values, estimate_baseline(values)),
        ),
        ("EWMA chart", lambda: ewma_chart(values, estimate_baseline(values))),
    ]
    for name, work in rows:
        seconds = cpu_seconds(work)
        print(f"{name + f', {POINTS:,} points':58}{seconds:8.3f} s{seconds / least:8.1f} × floor")

    counts = random.negative_binomial(4, 0.45, size=(CHARTS, POINTS_PER_CHART))
    phases = [freeze_phase(row, alpha=2e-5) for row in counts[:10]]
    freezing = cpu_seconds(lambda: freeze_phase(counts[0], alpha=2e-5))
    evaluating = cpu_seconds(
        lambda: [evaluate_phase(phases[i % 10], row) for i, row in enumerate(counts)], repeats=2
    )
    print(f"{f'freeze one site chart, {POINTS_PER_CHART} points':58}{freezing:8.3f} s")
    print(f"{f'evaluate {CHARTS} site charts, {POINTS_PER_CHART} points':58}{evaluating:8.3f} s")


if __name__ == "__main__":
    main()
