"""Claims: evidence that a notebook found, and the verdict that a declared rule makes of it."""

from seglib.claims.associations import association
from seglib.claims.canonical import is_canonical
from seglib.claims.entries import Claim, claim, published, read_register, register
from seglib.claims.quantity import Quantity, quantities_of
from seglib.claims.rounding import testable, with_rounding
from seglib.claims.verdict import Evidence, Verdict, decide, evidence, without_majority

__all__ = [
    "Claim",
    "Evidence",
    "Quantity",
    "Verdict",
    "association",
    "claim",
    "decide",
    "evidence",
    "is_canonical",
    "published",
    "quantities_of",
    "read_register",
    "register",
    "testable",
    "with_rounding",
    "without_majority",
]
