"""How sure a share is, given how few it was counted in."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054  # the 97.5th percentile of the standard normal distribution


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both between 0 and 1."""

    low: float
    high: float


def wilson(count: int, of: int) -> Interval:
    """The 95 % score interval of the share `count` / `of`, without continuity correction.

    Wilson, J Am Stat Assoc 1927;22:209–212; recommended for small samples by Newcombe, Stat Med 1998;17:857–872, whose
    examples are in the tests. Raises ValueError where the share has no meaning.
    """
    if of < 1 or not 0 <= count <= of:
        raise ValueError(f"{count} of {of}")
    share, z2 = count / of, Z_95**2
    centre = share + z2 / (2 * of)
    half = Z_95 * sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    low, high = (centre - half) / (1 + z2 / of), (centre + half) / (1 + z2 / of)
    return Interval(max(low, 0.0) if count else 0.0, min(high, 1.0) if count < of else 1.0)
