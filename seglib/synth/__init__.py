"""Made-up worlds whose truth is known, to see what a measure or a design can find."""

from seglib.synth.city import city, toy_town
from seglib.synth.expected import expected as expected_directions
from seglib.synth.privacy import privacy, under_each_rule
from seglib.synth.recut import over_zonings
from seglib.synth.same_means import same_means
from seglib.synth.truths import with_truths
from seglib.synth.zoning import zonings

__all__ = [
    "city",
    "expected_directions",
    "over_zonings",
    "privacy",
    "same_means",
    "toy_town",
    "under_each_rule",
    "with_truths",
    "zonings",
]
