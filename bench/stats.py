# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark's statistics: of samples of rounds, one for each variant and round."""
import random

RESAMPLES = 2000
FEWEST = 5      # rounds below which an interval would say nothing


def quantile(samples, q):
    """The q-quantile, interpolated linearly; at least one sample."""
    ordered = sorted(samples)
    at = q * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def median(samples):
    """The median."""
    return quantile(samples, 0.5)


def ratio(variant, base):
    """The ratio of the variant's median to the median that it is compared with."""
    return median(variant) / median(base)


def interval(variant, base, resamples=RESAMPLES, seed=1):
    """Bootstrap 95 % interval of the ratio, or None with too few rounds.

    Rounds are drawn with replacement and a variant's sample stays with the sample of
    the same round that it is compared with: what drifts from round to round is in
    both. By percentiles. The seed makes the same samples give the same report."""
    if len(variant) != len(base):
        raise ValueError("the variants have different numbers of rounds")
    if len(variant) < FEWEST:
        return None
    draw = random.Random(seed)
    rounds = range(len(variant))
    ratios = []
    for _ in range(resamples):
        drawn = draw.choices(rounds, k=len(variant))
        ratios.append(ratio([variant[i] for i in drawn], [base[i] for i in drawn]))
    return quantile(ratios, 0.025), quantile(ratios, 0.975)


def differs(bounds):
    """Whether an interval shows a difference."""
    return bounds is not None and not bounds[0] <= 1 <= bounds[1]
