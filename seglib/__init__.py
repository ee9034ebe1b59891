"""Measure, with its uncertainty, how separately groups of residents live; made for Dutch data."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seglib import (
        claims,
        disclosure,
        errors,
        figures,
        language,
        models,
        synth,
        training,
        workbench,
    )
    from seglib.change import (
        CommonGround,
        Counterfactual,
        Difference,
        common_ground,
        counterfactual,
        difference,
        estimate_difference,
        estimate_isolation_change,
        estimate_margin_only,
        estimate_structural_share,
        isolation_change,
        margin_only,
        without_trend,
    )
    from seglib.errors import SeglibError
    from seglib.inference import (
        JointEstimates,
        LeftOut,
        RoundingBand,
        change_between,
        estimate,
        estimate_in_context,
        estimate_profile,
        estimate_ratio,
        estimate_together,
        estimate_within_between,
        rounding_band,
        too_wide,
    )
    from seglib.measures import explain
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
        published_bounds,
        rank_order,
        rank_order_bounds,
    )
    from seglib.measures.resemblance import composition_gaps, nearest_in_composition
    from seglib.report.scan import load_place, load_voices
    from seglib.result import (
        ChangeDecomposition,
        ChangeEstimate,
        Decomposition,
        Estimate,
        Estimates,
        LocalEstimates,
        Profile,
    )
    from seglib.scale.contexts import Context, contiguity, kernel, knn, nested
    from seglib.scale.nesting import within_between
    from seglib.scale.profiles import profile
    from seglib.scale.surroundings import in_context
    from seglib.sources.boundaries import load_boundaries
    from seglib.sources.load import available, load_counts, load_series
    from seglib.sources.survey_areas import load_modelled_areas, load_survey_areas
    from seglib.table import REST, CountTable, CountTables

__version__ = "0.1.0"

__all__ = [
    "REST",
    "ChangeDecomposition",
    "ChangeEstimate",
    "CommonGround",
    "Context",
    "CountTable",
    "CountTables",
    "Counterfactual",
    "Decomposition",
    "Difference",
    "Estimate",
    "Estimates",
    "JointEstimates",
    "LeftOut",
    "LocalEstimates",
    "Profile",
    "RankOrder",
    "RankOrderBounds",
    "RoundingBand",
    "SeglibError",
    "atkinson",
    "available",
    "change_between",
    "claims",
    "common_ground",
    "composition_gaps",
    "contiguity",
    "correlation_ratio",
    "counterfactual",
    "difference",
    "disclosure",
    "dissimilarity",
    "effective_number",
    "entropy",
    "errors",
    "estimate",
    "estimate_difference",
    "estimate_in_context",
    "estimate_isolation_change",
    "estimate_margin_only",
    "estimate_profile",
    "estimate_ratio",
    "estimate_structural_share",
    "estimate_together",
    "estimate_within_between",
    "explain",
    "false_discovery",
    "figures",
    "gini",
    "group_segregation",
    "hutchens",
    "in_context",
    "information_theory",
    "interaction",
    "inverse_simpson",
    "isolation",
    "isolation_change",
    "kernel",
    "knn",
    "language",
    "load_boundaries",
    "load_counts",
    "load_modelled_areas",
    "load_place",
    "load_series",
    "load_survey_areas",
    "load_voices",
    "local_entropy",
    "local_segregation",
    "location_quotient",
    "margin_only",
    "models",
    "multigroup_dissimilarity",
    "multigroup_gini",
    "mutual_information",
    "nearest_in_composition",
    "nested",
    "normalised_exposure",
    "ordinal_information_theory",
    "ordinal_profile",
    "ordinal_square_root",
    "ordinal_variance_ratio",
    "profile",
    "published_bounds",
    "rank_order",
    "rank_order_bounds",
    "relative_diversity",
    "reynal_querol",
    "rounding_band",
    "shrunken_quotient",
    "simpson",
    "synth",
    "too_wide",
    "training",
    "within_between",
    "without_trend",
    "workbench",
]

_HOMES = {
    "seglib.change": (
        "CommonGround",
        "Counterfactual",
        "Difference",
        "common_ground",
        "counterfactual",
        "difference",
        "estimate_difference",
        "estimate_isolation_change",
        "estimate_margin_only",
        "estimate_structural_share",
        "isolation_change",
        "margin_only",
        "without_trend",
    ),
    "seglib.errors": ("SeglibError",),
    "seglib.inference": (
        "JointEstimates",
        "LeftOut",
        "RoundingBand",
        "change_between",
        "estimate",
        "estimate_in_context",
        "estimate_profile",
        "estimate_ratio",
        "estimate_together",
        "estimate_within_between",
        "rounding_band",
        "too_wide",
    ),
    "seglib.measures": ("explain",),
    "seglib.measures.discoveries": ("false_discovery",),
    "seglib.measures.diversity": (
        "effective_number",
        "entropy",
        "inverse_simpson",
        "reynal_querol",
        "simpson",
    ),
    "seglib.measures.evenness": (
        "atkinson",
        "correlation_ratio",
        "dissimilarity",
        "gini",
        "hutchens",
        "information_theory",
        "multigroup_dissimilarity",
        "multigroup_gini",
        "mutual_information",
        "relative_diversity",
    ),
    "seglib.measures.exposure": ("interaction", "isolation", "normalised_exposure"),
    "seglib.measures.local": (
        "group_segregation",
        "local_entropy",
        "local_segregation",
        "location_quotient",
        "shrunken_quotient",
    ),
    "seglib.measures.ordinal": (
        "RankOrder",
        "RankOrderBounds",
        "ordinal_information_theory",
        "ordinal_profile",
        "ordinal_square_root",
        "ordinal_variance_ratio",
        "published_bounds",
        "rank_order",
        "rank_order_bounds",
    ),
    "seglib.measures.resemblance": ("composition_gaps", "nearest_in_composition"),
    "seglib.report.scan": ("load_place", "load_voices"),
    "seglib.result": (
        "ChangeDecomposition",
        "ChangeEstimate",
        "Decomposition",
        "Estimate",
        "Estimates",
        "LocalEstimates",
        "Profile",
    ),
    "seglib.scale.contexts": ("Context", "contiguity", "kernel", "knn", "nested"),
    "seglib.scale.nesting": ("within_between",),
    "seglib.scale.profiles": ("profile",),
    "seglib.scale.surroundings": ("in_context",),
    "seglib.sources.boundaries": ("load_boundaries",),
    "seglib.sources.load": ("available", "load_counts", "load_series"),
    "seglib.sources.survey_areas": ("load_modelled_areas", "load_survey_areas"),
    "seglib.table": ("REST", "CountTable", "CountTables"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Fetch a public name from its module at first use, so that ``import seglib`` stays light."""
    if name not in __all__:
        raise AttributeError(f"module 'seglib' has no attribute {name!r}")
    home = _HOME.get(name)
    found = getattr(import_module(home), name) if home else import_module(f"seglib.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
