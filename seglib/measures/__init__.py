"""The field's measures, one module for each idea; importing this fills the registry."""

from seglib.measures.discoveries import false_discovery
from seglib.measures.diversity import (
    effective_number,
    entropy,
    inverse_simpson,
    reynal_querol,
    simpson,
)
from seglib.measures.evenness import (
    atkinson,
    correlation_ratio,
    dissimilarity,
    gini,
    hutchens,
    information_theory,
    multigroup_dissimilarity,
    multigroup_gini,
    mutual_information,
    relative_diversity,
)
from seglib.measures.exposure import interaction, isolation, normalised_exposure
from seglib.measures.local import (
    group_segregation,
    local_entropy,
    local_segregation,
    location_quotient,
    shrunken_quotient,
)
from seglib.measures.ordinal import (
    RankOrder,
    RankOrderBounds,
    ordinal_information_theory,
    ordinal_profile,
    ordinal_square_root,
    ordinal_variance_ratio,
    rank_order,
    rank_order_bounds,
)
from seglib.registry import explain  # from here, so that there is a measure to explain

__all__ = [
    "RankOrder",
    "RankOrderBounds",
    "atkinson",
    "correlation_ratio",
    "dissimilarity",
    "effective_number",
    "entropy",
    "explain",
    "false_discovery",
    "gini",
    "group_segregation",
    "hutchens",
    "information_theory",
    "interaction",
    "inverse_simpson",
    "isolation",
    "local_entropy",
    "local_segregation",
    "location_quotient",
    "multigroup_dissimilarity",
    "multigroup_gini",
    "mutual_information",
    "normalised_exposure",
    "ordinal_information_theory",
    "ordinal_profile",
    "ordinal_square_root",
    "ordinal_variance_ratio",
    "rank_order",
    "rank_order_bounds",
    "relative_diversity",
    "reynal_querol",
    "shrunken_quotient",
    "simpson",
]
