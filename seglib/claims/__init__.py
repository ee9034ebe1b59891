"""Claims: evidence that a notebook found, and the verdict that a declared rule makes of it."""

from seglib.claims.associations import association
from seglib.claims.canonical import is_canonical
from seglib.claims.entries import Claim, claim, published, read_register, register
from seglib.claims.national import OneGroup, highest_of, one_group
from seglib.claims.quantity import Quantity, quantities_of
from seglib.claims.rounding import testable
from seglib.claims.verdict import Evidence, Verdict, decide, evidence, without_majority

__all__ = [
    "Claim",
    "Evidence",
    "OneGroup",
    "Quantity",
    "Verdict",
    "association",
    "claim",
    "decide",
    "evidence",
    "highest_of",
    "is_canonical",
    "one_group",
    "published",
    "quantities_of",
    "read_register",
    "register",
    "testable",
    "without_majority",
]
