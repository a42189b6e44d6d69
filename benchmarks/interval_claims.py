"""Repeat the simulated figures of docs/capability.md and docs/drift.md.

    python -m benchmarks.interval_claims [--runs 200]

Every line is a share of simulated samples; its standard error is √(p (1 − p) / runs).
"""

import argparse
import math
from collections.abc import Callable

import numpy as np
from scipy import stats

from spc.arrays import FloatArray
from spc.capability.boxcox import boxcox
from spc.capability.fitted import fitted
from spc.capability.interval import Estimate
from spc.capability.normal import normal
from spc.capability.percentile import percentile
from spc.capability.sample import Sample
from spc.capability.specification import Specification
from spc.capability.two_part import two_part
from spc.drift.change_point import ChangePoint, change_point, count_change_point
from spc.drift.drifting import judge_drift
from spc.ewma import exponential_average
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.simulation import SeriesModel

CHANGE, BEYOND, SLOW = 100, 305e-6, (0.7, 0.83)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    capability_claims(runs)
    change_point_claims(runs)
    drift_claims(runs)


def covered(
    name: str, truth: float, estimate: Callable[[np.random.Generator], Estimate], runs: int
) -> None:
    held = 0
    for seed in range(runs):
        found = estimate(np.random.default_rng(seed))
        held += found.low <= truth <= found.high
    print(f"{name}: {held / runs:.3f}", flush=True)


def capability_claims(runs: int) -> None:
    limits = Specification(-3.0, 4.0, target=0.0)

    def grouped(random: np.random.Generator) -> Sample:
        groups = random.normal(size=(8, 4))
        return Sample(groups.ravel(), limits, groups=groups)

    covered("Cp, rbar", 7 / 6, lambda r: normal(grouped(r)).within.spread, runs)
    covered("Cpk, rbar", 1.0, lambda r: normal(grouped(r)).within.worse, runs)
    covered("Cpm, rbar", 7 / 6, lambda r: normal(grouped(r)).within.target, runs)
    covered("Ppk", 1.0, lambda r: normal(Sample(r.normal(size=30), limits)).overall.worse, runs)
    areas = Specification(upper=math.exp(0.8 * stats.norm.isf(BEYOND / 0.7)))
    for n in (60, 300, 1000):
        covered(
            f"two-part Ppk, n {n}",
            stats.norm.isf(BEYOND) / 3,
            lambda r, n=n: (
                two_part(
                    Sample(np.exp(0.8 * r.normal(size=n)) * (r.random(n) >= 0.3), areas)
                ).overall.worse
            ),
            runs,
        )
    covered(
        "Box-Cox Ppk, n 100",
        4 / 3,
        lambda r: (
            boxcox(
                Sample((3 + r.normal(size=100) / 2) ** 2, Specification(upper=25.0))
            ).overall.worse
        ),
        runs,
    )
    gamma = Specification(upper=float(stats.gamma.isf(0.00135, 3)))
    covered(
        "gamma Ppk, n 100",
        1.0,
        lambda r: fitted(Sample(r.gamma(3, size=100), gamma), "gamma").overall.worse,
        runs,
    )
    covered(
        "percentile Ppk, n 2000",
        1.0,
        lambda r: percentile(Sample(r.normal(size=2000), Specification(upper=3.0))).overall.worse,
        runs,
    )


def dated(
    name: str,
    draw: Callable[[np.random.Generator], tuple[FloatArray, FloatArray]],
    limit: float,
    estimate: Callable[[FloatArray, int], ChangePoint],
    runs: int,
) -> None:
    """Share of confidence sets that hold the start; `draw` gives values and their z values."""
    held = []
    for seed in range(runs):
        values, z = draw(np.random.default_rng(seed))
        outside = np.abs(exponential_average(z, 0.2, start=0.0)[CHANGE:]) > limit
        if outside.any():
            found = estimate(values, CHANGE + int(np.argmax(outside)))
            held.append(bool(found.members[CHANGE]))
    print(f"start held, {name}: {np.mean(held):.3f} of {len(held)}", flush=True)


def change_point_claims(runs: int) -> None:
    step = np.arange(300) >= CHANGE
    for shift in (0.5, 1.0, 2.0, 3.0):
        dated(
            f"independent, step {shift}",
            lambda r, shift=shift: (z := r.normal(size=300) + shift * step, z),
            0.95,
            lambda z, signal: change_point(z, signal=signal),
            3 * runs,
        )
    share, decay = SLOW
    model = SeriesModel(Normal(0.0, 1.0), share, decay)

    def slow(random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        z = model.draw(random, 300) + 1.5 * step
        return z, z

    dated(
        "slow level, known",
        slow,
        2.2,
        lambda z, signal: change_point(z, signal=signal, share=share, decay=decay),
        runs,
    )
    dated("slow level, ignored", slow, 2.2, lambda z, s: change_point(z, signal=s), runs)
    mean, size = 4.95, 3.94
    law = NegativeBinomial(mean, 1 / size)
    for factor in (1.5, 2.0):

        def counts(
            random: np.random.Generator, factor: float = factor
        ) -> tuple[FloatArray, FloatArray]:
            rates = mean * np.where(step, factor, 1.0) * random.gamma(size, 1 / size, size=300)
            values = random.poisson(rates).astype(np.float64)
            return values, law.z(values)

        dated(
            f"counts x {factor}",
            counts,
            0.95,
            lambda x, s: count_change_point(x, mean, dispersion=1 / size, signal=s),
            3 * runs,
        )
        dated(
            f"counts x {factor}, by z",
            counts,
            0.95,
            lambda x, s: change_point(law.z(x), signal=s),
            3 * runs,
        )


def drift_claims(runs: int) -> None:
    for share, decay in ((0.0, 0.0), SLOW, (1.0, 0.6), (1.0, 0.9)):
        model = SeriesModel(Normal(0.0, 1.0), share, decay)
        for n in (30, 60, 120):
            days = np.arange(float(n))
            called = sloped = 0
            for seed in range(runs):
                values = model.draw(np.random.default_rng(seed), n)
                found = judge_drift(days, values, Specification(upper=3.0))
                called += found.drifting
                sloped += not found.slope.low <= 0 <= found.slope.high
            print(
                f"no drift, {share} {decay}, {n} days: drifting {called / runs:.3f}, "
                f"slope {sloped / runs:.3f}",
                flush=True,
            )
        for n in (30, 60):
            days, slope = np.arange(float(n)), 6 / (n + 7)
            called = 0
            for seed in range(runs):
                values = slope * days + model.draw(np.random.default_rng(seed), n)
                called += judge_drift(days, values, Specification(upper=6.0)).drifting
            print(f"drift, {share} {decay}, {n} days: called {called / runs:.3f}", flush=True)


if __name__ == "__main__":
    main()
