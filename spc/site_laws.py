"""The laws that site charts may follow: how values are checked and a stored law is rebuilt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spc.arrays import FloatArray, as_amounts, as_counts, as_values
from spc.laws.law import Law
from spc.laws.lognormal import Lognormal
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal


@dataclass(frozen=True, slots=True)
class SiteLaw:
    """How a chart kind checks its values and rebuilds its law from stored parameters."""

    check: Callable[[FloatArray], FloatArray]
    rebuild: Callable[[Mapping[str, float]], Law]


SITE_LAWS: Mapping[str, SiteLaw] = MappingProxyType(
    {
        "nb": SiteLaw(as_counts, lambda parameters: NegativeBinomial(**parameters)),
        "c": SiteLaw(as_counts, lambda parameters: NegativeBinomial(**parameters)),
        "two-part": SiteLaw(as_amounts, lambda parameters: ZeroLognormal(**parameters)),
        "lognormal": SiteLaw(as_amounts, lambda parameters: Lognormal(**parameters)),
        "imr": SiteLaw(as_values, lambda parameters: Normal(**parameters)),
    }
)
