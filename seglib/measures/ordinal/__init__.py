"""Ordered groups, such as income brackets: segregation by rank."""

from seglib.measures.ordinal.bounds import RankOrderBounds, published_bounds, rank_order_bounds
from seglib.measures.ordinal.brackets import (
    ordinal_information_theory,
    ordinal_profile,
    ordinal_square_root,
    ordinal_variance_ratio,
)
from seglib.measures.ordinal.rank_order import RankOrder, rank_order

__all__ = [
    "RankOrder",
    "RankOrderBounds",
    "ordinal_information_theory",
    "ordinal_profile",
    "ordinal_square_root",
    "ordinal_variance_ratio",
    "published_bounds",
    "rank_order",
    "rank_order_bounds",
]
