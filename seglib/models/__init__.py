"""Models of areas: associations with their certainty, and what designs can and cannot find."""

from seglib.models.areas import Question, fit_areas, within_areas
from seglib.models.bends import two_lines
from seglib.models.choices import joint_region, leave_one_out, specification_curve, subsets
from seglib.models.designs import lottery, share_between, slope
from seglib.models.power import equivalence, individual_bounds, minimum_detectable, survey_error
from seglib.models.race import PLANS, STORED, proven
from seglib.models.race import race as run_race
from seglib.models.space import fit_space, nearest, residual_dependence, touching

__all__ = [
    "PLANS",
    "STORED",
    "Question",
    "equivalence",
    "fit_areas",
    "fit_space",
    "individual_bounds",
    "joint_region",
    "leave_one_out",
    "lottery",
    "minimum_detectable",
    "nearest",
    "proven",
    "residual_dependence",
    "run_race",
    "share_between",
    "slope",
    "specification_curve",
    "subsets",
    "survey_error",
    "touching",
    "two_lines",
    "within_areas",
]
