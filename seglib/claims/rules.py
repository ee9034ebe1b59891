"""Rules: the few typed forms by which a claim is decided, with their numbers in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from seglib.claims.quantity import Quantity

SUPPORTS = "steunt"
PARTLY = "steunt deels"
MIXED = "gemengd of gevoelig voor keuzes"
ZERO = "niet te onderscheiden van nul"
CONTRADICTS = "spreekt tegen"
NOT_TESTABLE = "niet toetsbaar met deze data"
OTHER_AREA = "ander gebied, geen toets"


class Reason(NamedTuple):
    """Why an outcome is not simple support: a key of the texts, of which quantity, with facts."""

    key: str
    name: str = ""
    groups: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None


class Finding(NamedTuple):
    """An outcome, and why."""

    outcome: str
    reasons: tuple[Reason, ...] = ()


def _finding(outcome: str, key: str, found: Quantity, limit: float | None = None) -> Finding:
    facts = None if limit is None else {"value": found.value, "limit": limit}
    return Finding(outcome, (Reason(key, found.name, found.groups, facts),))


def _unsure(found: Quantity) -> Finding | None:
    """A finding where the interval holds zero, or the sign hinges on one area; else nothing."""
    for (low, high), outcome, key in ((found.ends, ZERO, "zero"), (found.widest, MIXED, "hinges")):
        if low <= 0 <= high:
            return _finding(outcome, key, found)
    return None


def _together(findings: Sequence[Finding]) -> Finding:
    """One finding for several: their outcome where they agree, mixed where they do not."""
    outcomes = {finding.outcome for finding in findings}
    if NOT_TESTABLE in outcomes:
        outcome = NOT_TESTABLE
    elif len(outcomes) == 1:
        outcome = outcomes.pop()
    else:
        outcome = PARTLY if outcomes == {SUPPORTS, PARTLY} else MIXED
    return Finding(outcome, tuple(reason for finding in findings for reason in finding.reasons))


class _EachGroup:
    """A rule that looks at one quantity, for each group that it names, in each town."""

    __slots__ = ()

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        findings: list[Finding] = []
        for group in [(name,) for name in self.groups] or [()]:
            fit = [
                found
                for found in quantities
                if found.name == self.quantity and (not group or found.groups[:1] == group)
            ]
            sure = not getattr(self, "needs_interval", True) or all(q.has_interval for q in fit)
            if fit and sure:
                findings += [self._one(found) for found in fit]
            else:
                reason = Reason("missing", self.quantity, group)
                findings.append(Finding(NOT_TESTABLE, (reason,)))
        return _together(findings)


@dataclass(frozen=True, slots=True)
class SignOfInterval(_EachGroup):
    """Supported when each interval, and the leave-one-out range, lies on the named side of zero."""

    quantity: str
    sign: str
    groups: tuple[str, ...] = ()
    form: str = "sign_of_interval"

    def _one(self, found: Quantity) -> Finding:
        if (found.ends[1] < 0) == (self.sign == "negative"):
            return _unsure(found) or Finding(SUPPORTS)
        return _unsure(found) or _finding(CONTRADICTS, "other_way", found)


@dataclass(frozen=True, slots=True)
class Equivalence(_EachGroup):
    """Supported when the whole interval lies within a margin around zero."""

    quantity: str
    margin: float
    groups: tuple[str, ...] = ()
    form: str = "equivalence"

    def _one(self, found: Quantity) -> Finding:
        low, high = found.widest
        if -self.margin < low and high < self.margin:
            return Finding(SUPPORTS)
        if low <= self.margin and high >= -self.margin:
            return _finding(MIXED, "around", found, self.margin)
        return _finding(CONTRADICTS, "outside", found, self.margin)


@dataclass(frozen=True, slots=True)
class Threshold(_EachGroup):
    """Supported beyond `bound` on the named side, contradicted beyond `against` on the other."""

    quantity: str
    bound: float
    side: str
    against: float | None = None
    needs_interval: bool = True
    groups: tuple[str, ...] = ()
    form: str = "threshold"

    def _one(self, found: Quantity) -> Finding:
        turn = 1 if self.side == "above" else -1
        low, high = sorted(turn * end for end in found.widest)
        against = self.bound if self.against is None else self.against
        if low >= turn * self.bound:
            return Finding(SUPPORTS)
        if high >= turn * against:
            return _finding(MIXED, "around", found, self.bound)
        return _finding(CONTRADICTS, f"not_{self.side}", found, self.bound)


@dataclass(frozen=True, slots=True)
class ContainsPublished(_EachGroup):
    """Supported when the interval excludes zero and contains the number that was claimed.

    Supported in part when it excludes zero on the claimed side without containing the number; not
    testable when rounding alone leaves more than `maximum_band` of the claimed number.
    """

    quantity: str
    published: Mapping[str, float]
    maximum_band: float = 0.5
    form: str = "contains_published"

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups for which a number was claimed."""
        return tuple(self.published)

    def _one(self, found: Quantity) -> Finding:
        claimed, (low, high) = self.published[found.groups[0]], found.widest
        if (found.band or 0.0) > self.maximum_band * abs(claimed):
            return _finding(NOT_TESTABLE, "coarse", found)
        if low <= claimed <= high:
            return _unsure(found) or Finding(SUPPORTS)
        if (found.value < 0) == (claimed < 0):
            return _unsure(found) or _finding(PARTLY, "same_way", found)
        return _unsure(found) or _finding(CONTRADICTS, "other_way", found)


@dataclass(frozen=True, slots=True)
class NotTestable:
    """Never decided on the data at hand; says why."""

    reason: Mapping[str, str]
    form: str = "not_testable"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Give the reason, whatever the quantities."""
        return Finding(NOT_TESTABLE, (Reason("own", facts=self.reason),))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Supported when every rule is; with `strict`, one contradiction contradicts the whole.

    That holds only where every other rule supports or contradicts as well.
    """

    rules: tuple[Rule, ...]
    strict: bool = False
    form: str = "all_of"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        findings = [rule.judge(quantities) for rule in self.rules]
        whole = _together(findings)
        outcomes = {finding.outcome for finding in findings}
        decided = outcomes <= {SUPPORTS, PARTLY, CONTRADICTS}
        if self.strict and decided and CONTRADICTS in outcomes:
            return Finding(CONTRADICTS, whole.reasons)
        return whole


@dataclass(frozen=True, slots=True)
class OtherArea:
    """Decided by an inner rule on one place and, if named, one period only."""

    place: str
    rule: Rule
    period: tuple[int, ...] = ()
    form: str = "other_area"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities, which come from the place itself."""
        if not quantities:
            return Finding(NOT_TESTABLE, (Reason("no_figures", facts={"place": self.place}),))
        if self.period and any(found.years not in ((), self.period) for found in quantities):
            years = "–".join(map(str, self.period))
            return Finding(NOT_TESTABLE, (Reason("other_years", facts={"years": years}),))
        return self.rule.judge(quantities)


Rule = (
    SignOfInterval | Equivalence | Threshold | ContainsPublished | NotTestable | AllOf | OtherArea
)


def concerns(rule: Rule | None, quantity: Quantity) -> bool:
    """Whether a rule looks at a quantity; a rule that decides nothing looks at none."""
    if isinstance(rule, AllOf):
        return any(concerns(inner, quantity) for inner in rule.rules)
    if isinstance(rule, OtherArea):
        return concerns(rule.rule, quantity)
    if rule is None or isinstance(rule, NotTestable) or rule.quantity != quantity.name:
        return False
    return not rule.groups or quantity.groups[:1] in [(group,) for group in rule.groups]
