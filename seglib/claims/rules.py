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
MECHANISM = "alleen als mechanisme getoond"
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


def _unsure(found: Quantity) -> tuple[str, str] | None:
    """An outcome where the interval, rounding or a single area leaves the sign open, or nothing."""
    if found.ends[0] <= 0 <= found.ends[1]:
        return ZERO, "zero"
    if found.band is not None and abs(found.value) <= found.band:
        return NOT_TESTABLE, "coarse"
    return (MIXED, "hinges") if found.widest[0] <= 0 <= found.widest[1] else None


def _together(findings: Sequence[Finding]) -> Finding:
    """One finding for several: their outcome where they agree, mixed where they do not."""
    outcomes = {finding.outcome for finding in findings}
    outcome = PARTLY if outcomes == {SUPPORTS, PARTLY} else MIXED
    if NOT_TESTABLE in outcomes or len(outcomes) == 1:
        outcome = NOT_TESTABLE if NOT_TESTABLE in outcomes else outcomes.pop()
    return Finding(outcome, tuple(reason for finding in findings for reason in finding.reasons))


class _EachGroup:
    """A rule that looks at one quantity, for each group that it names, in each town."""

    __slots__ = ()

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        return _together([self._of(group, quantities) for group in self.groups or ("",)])

    def _of(self, group: str, quantities: Sequence[Quantity]) -> Finding:
        named = [found for found in quantities if found.name == self.quantity]
        fit = [found for found in named if not group or found.groups[:1] == (group,)]
        about = (group,) if group else ()
        if any(each.withheld and each.is_of(found) for each in quantities for found in fit):
            return Finding(NOT_TESTABLE, (Reason("coarse", self.quantity, about),))
        needs_interval = getattr(self, "needs_interval", True)
        if not fit or (needs_interval and not all(found.has_interval for found in fit)):
            return Finding(NOT_TESTABLE, (Reason("missing", self.quantity, about),))
        findings = []
        for found in fit:
            outcome, key, *limit = self._one(found)
            facts = {"value": found.value, "limit": limit[0]} if limit else None
            reason = Reason(key, found.name, found.groups, facts)
            findings.append(Finding(outcome, (reason,) if key else ()))
        return _together(findings)


@dataclass(frozen=True, slots=True)
class SignOfInterval(_EachGroup):
    """Supported when each interval, and the leave-one-out range, lies on the named side of zero."""

    quantity: str
    sign: str
    groups: tuple[str, ...] = ()
    form: str = "sign_of_interval"

    def _one(self, found: Quantity) -> tuple:
        right = (found.ends[1] < 0) == (self.sign == "negative")
        return _unsure(found) or ((SUPPORTS, "") if right else (CONTRADICTS, "other_way"))


@dataclass(frozen=True, slots=True)
class Equivalence(_EachGroup):
    """Supported when the whole interval lies within a margin around zero."""

    quantity: str
    margin: float
    groups: tuple[str, ...] = ()
    form: str = "equivalence"

    def _one(self, found: Quantity) -> tuple:
        low, high = found.widest
        if -self.margin < low and high < self.margin:
            return SUPPORTS, ""
        outside = high < -self.margin or low > self.margin
        return (CONTRADICTS, "outside", self.margin) if outside else (MIXED, "around", self.margin)


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

    def _one(self, found: Quantity) -> tuple:
        turn = 1 if self.side == "above" else -1
        low, high = sorted(turn * end for end in found.widest)
        if low >= turn * self.bound:
            return SUPPORTS, ""
        if high < turn * (self.bound if self.against is None else self.against):
            return CONTRADICTS, f"not_{self.side}", self.bound
        return MIXED, "around", self.bound


@dataclass(frozen=True, slots=True)
class BelowPublished(_EachGroup):
    """Supported below every published number, in part among them, contradicted above them all."""

    quantity: str
    published: Mapping[str, float]
    needs_interval: bool = True
    groups: tuple[str, ...] = ()
    form: str = "below_published"

    def _one(self, found: Quantity) -> tuple:
        lowest, highest = min(self.published.values()), max(self.published.values())
        low, high = found.widest
        if high < lowest:
            return SUPPORTS, ""
        return (CONTRADICTS if low > highest else PARTLY), "not_below", lowest


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

    def _one(self, found: Quantity) -> tuple:
        claimed, (low, high) = self.published[found.groups[0]], found.widest
        if (found.band or 0.0) > self.maximum_band * abs(claimed):
            return NOT_TESTABLE, "coarse"
        if low <= claimed <= high:
            return _unsure(found) or (SUPPORTS, "")
        same_way = (found.value < 0) == (claimed < 0)
        return _unsure(found) or ((PARTLY, "same_way") if same_way else (CONTRADICTS, "other_way"))


@dataclass(frozen=True, slots=True)
class NotTestable:
    """Never decided on the data at hand; says why."""

    reason: Mapping[str, str]
    form: str = "not_testable"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Give the reason, whatever the quantities."""
        return Finding(NOT_TESTABLE, (Reason("own", facts=self.reason),))


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Shown in a made-up world only, which decides nothing; beside it what others have found."""

    literature: Mapping[str, str]
    form: str = "mechanism"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Give what the literature says, whatever the quantities."""
        return Finding(MECHANISM, (Reason("literature", facts=self.literature),))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Supported when every rule is; if `strict`, contradicted by one where all others decide."""

    rules: tuple[Rule, ...]
    strict: bool = False
    form: str = "all_of"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        findings = [rule.judge(quantities) for rule in self.rules]
        whole = _together(findings)
        outcomes = {finding.outcome for finding in findings}
        refuted = CONTRADICTS in outcomes and outcomes <= {SUPPORTS, PARTLY, CONTRADICTS}
        return Finding(CONTRADICTS, whole.reasons) if self.strict and refuted else whole


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
        if self.period and any(set(found.years) - set(self.period) for found in quantities):
            years = "–".join(map(str, self.period))
            return Finding(NOT_TESTABLE, (Reason("other_years", facts={"years": years}),))
        return self.rule.judge(quantities)


Rule = (
    SignOfInterval
    | Equivalence
    | Threshold
    | BelowPublished
    | ContainsPublished
    | NotTestable
    | Mechanism
    | AllOf
    | OtherArea
)


def concerns(rule: Rule | None, quantity: Quantity) -> bool:
    """Whether a rule looks at a quantity; a rule that decides nothing looks at none."""
    if isinstance(rule, AllOf | OtherArea):
        inner = rule.rules if isinstance(rule, AllOf) else (rule.rule,)
        return any(concerns(each, quantity) for each in inner)
    groups = [(group,) for group in getattr(rule, "groups", ())]
    same = getattr(rule, "quantity", "") == quantity.name
    return same and (not groups or quantity.groups[:1] in groups)
