"""Is the upper tail heavier than the fitted normal law says? Then limits follow the logistic law.

A limit far out is as good as the law it is read from. Where the largest value or the skewness of
a baseline contradicts the fitted law, the limit is moved out as far as from the normal law to the
logistic law with the same mean and sigma, whose tail falls only exponentially: at 1e-5 it lies at
6.3 sigma where the normal law says 4.3. So the wider of two candidates is taken, never the narrower.
"""

import math

from scipy.special import ndtri, stdtrit

from spc.arrays import FloatArray, present
from spc.laws.negative_binomial import NegativeBinomial
from spc.moments import own_scores, skewness

# Each of the two tests calls a truly normal baseline heavy this often; the price is a wide limit.
_LEVEL = 0.01


def upper_tail_is_heavy(values: FloatArray, effective_n: float) -> bool:
    """Return whether the upper tail contradicts the normal law at the 1 % level.

    Two tests: positive skewness, and the largest value (Grubbs 1969), with n corrected for
    autocorrelation in the first.

    Examples
    --------
    >>> import numpy as np
    >>> sample = np.random.default_rng(0).normal(size=200)
    >>> upper_tail_is_heavy(sample, 200.0), upper_tail_is_heavy(np.exp(sample), 200.0)
    (False, True)

    """
    known = present(values)
    if _too_skewed(skewness(known), effective_n):
        return True
    n = known.size
    square = float(stdtrit(n - 2, _LEVEL / n)) ** 2
    largest_expected = (n - 1) / math.sqrt(n) * math.sqrt(square / (n - 2 + square))
    return float((known.max() - known.mean()) / known.std(ddof=1)) > largest_expected


def count_tail_is_heavy(counts: FloatArray, law: NegativeBinomial, effective_n: float) -> bool:
    """Return whether the upper tail of `counts` contradicts their fitted law at the 1 % level.

    The same two tests: skewness of the z values beyond the law's own, and the largest count.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.random.default_rng(0).poisson(4.0, size=200).astype(float)
    >>> law = NegativeBinomial.fit(counts)
    >>> count_tail_is_heavy(counts, law, 200.0)
    False
    >>> count_tail_is_heavy(np.append(counts, 30.0), law, 201.0)
    True

    """
    known = present(counts)
    surplus = skewness(law.z(known)) - skewness(own_scores(law))
    if _too_skewed(surplus, effective_n):
        return True
    return float(known.size * law.above(known.max(keepdims=True) - 1)[0]) < _LEVEL


def _too_skewed(surplus: float, effective_n: float) -> bool:
    return surplus > -float(ndtri(_LEVEL)) * math.sqrt(6 / effective_n)


def logistic_over_normal(tail: float) -> float:
    """Ratio of the distances of the logistic and the normal limit from the mean, at least 1.

    Examples
    --------
    >>> round(logistic_over_normal(1e-5), 2)
    1.49

    """
    logistic = math.sqrt(3) / math.pi * math.log((1 - tail) / tail)
    return max(1.0, logistic / -float(ndtri(tail)))
