"""Rules: the few typed forms by which a claim is decided, with their numbers in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seglib.claims.quantity import Quantity
from seglib.language import LANGUAGES, number, phrase

SUPPORTS = "steunt"
PARTLY = "steunt deels"
MIXED = "gemengd of gevoelig voor keuzes"
ZERO = "niet te onderscheiden van nul"
CONTRADICTS = "spreekt tegen"
MECHANISM = "alleen als mechanisme getoond"
NOT_TESTABLE = "niet toetsbaar met deze data"
OTHER_AREA = "ander gebied, geen toets"
NO_STATEMENT = "geen toetsbare stelling"


class Finding(NamedTuple):
    """An outcome, and why, in both languages."""

    outcome: str
    reasons: tuple[Mapping[str, str], ...] = ()


def why(key: str, **values: object) -> tuple[dict[str, str], ...]:
    """One reason, in both languages."""
    return ({lang: phrase(f"rule.{key}", lang, **values) for lang in LANGUAGES},)


def _pick(
    quantities: Sequence[Quantity], name: str, group: str, other: str = ""
) -> Quantity | None:
    for quantity in quantities:
        same_group = not group or quantity.groups[:1] == (group,)
        if quantity.name == name and same_group and (not other or other in quantity.groups[1:]):
            return quantity
    return None


def _label(name: str, groups: Sequence[str]) -> str:
    """A quantity as reasons name it; the text before a colon is put into words when shown."""
    return f"{name} ({', '.join(filter(None, groups))})" if any(groups) else name


def _missing(name: str, group: str) -> Finding:
    return Finding(NOT_TESTABLE, why("missing", label=_label(name, (group,))))


def _unsure(found: Quantity, label: str) -> Finding | None:
    """A finding where the interval holds zero, or the sign hinges on one area; else nothing."""
    for (low, high), outcome, key in ((found.ends, ZERO, "zero"), (found.widest, MIXED, "hinges")):
        if low <= 0 <= high:
            return Finding(outcome, why(key, label=label))
    return None


def _together(outcomes: Sequence[str]) -> str:
    """One outcome for several: the same where they agree, mixed where they do not."""
    if NOT_TESTABLE in outcomes:
        return NOT_TESTABLE
    if len(set(outcomes)) == 1:
        return outcomes[0]
    return PARTLY if set(outcomes) == {SUPPORTS, PARTLY} else MIXED


@dataclass(frozen=True, slots=True)
class SignOfInterval:
    """Supported when each interval, and the leave-one-out range, lies on the named side of zero."""

    quantity: str
    sign: str
    groups: tuple[str, ...] = ()
    form: str = "sign_of_interval"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        findings = [self._one(quantities, group) for group in self.groups or ("",)]
        reasons = tuple(reason for finding in findings for reason in finding.reasons)
        return Finding(_together([finding.outcome for finding in findings]), reasons)

    def _one(self, quantities: Sequence[Quantity], group: str) -> Finding:
        found = _pick(quantities, self.quantity, group)
        if found is None or not found.has_interval:
            return _missing(self.quantity, group)
        label = _label(self.quantity, found.groups)
        unsure = _unsure(found, label)
        if unsure:
            return unsure
        if (found.ends[1] < 0) == (self.sign == "negative"):
            return Finding(SUPPORTS)
        return Finding(CONTRADICTS, why("other_way", label=label))


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Supported when the whole interval lies within a margin around zero."""

    quantity: str
    margin: float
    groups: tuple[str, ...] = ()
    form: str = "equivalence"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        outcomes: list[str] = []
        for group in self.groups or ("",):
            found = _pick(quantities, self.quantity, group)
            if found is None or not found.has_interval:
                return _missing(self.quantity, group)
            low, high = found.widest
            if -self.margin < low and high < self.margin:
                outcomes.append(SUPPORTS)
            else:
                outside = high < -self.margin or low > self.margin
                outcomes.append(CONTRADICTS if outside else MIXED)
        return Finding(_together(outcomes))


@dataclass(frozen=True, slots=True)
class Threshold:
    """Supported beyond `bound` on the named side, contradicted beyond `against` on the other."""

    quantity: str
    bound: float
    side: str
    against: float | None = None
    needs_interval: bool = True
    groups: tuple[str, ...] = ()
    form: str = "threshold"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        findings = [self._one(quantities, group) for group in self.groups or ("",)]
        reasons = tuple(reason for finding in findings for reason in finding.reasons)
        return Finding(_together([finding.outcome for finding in findings]), reasons)

    def _one(self, quantities: Sequence[Quantity], group: str) -> Finding:
        found = _pick(quantities, self.quantity, group)
        if found is None or (self.needs_interval and not found.has_interval):
            return _missing(self.quantity, group)
        turn = 1 if self.side == "above" else -1
        low, high = sorted(turn * end for end in found.widest)
        against = self.bound if self.against is None else self.against
        if low >= turn * self.bound:
            return Finding(SUPPORTS)
        label, decimals = _label(self.quantity, found.groups), len(f"{self.bound % 1:g}") - 2
        outcome, key = (CONTRADICTS, "beyond") if high < turn * against else (MIXED, "around")
        reason = {
            lang: phrase(
                f"rule.{key}", lang, label=label, limit=number(self.bound, max(decimals, 0), lang)
            )
            for lang in LANGUAGES
        }
        return Finding(outcome, (reason,))


@dataclass(frozen=True, slots=True)
class ContainsPublished:
    """Supported when the interval excludes zero and contains the number that was claimed.

    Not testable when rounding alone leaves more than `maximum_band` of the claimed number.
    """

    quantity: str
    published: Mapping[str, float]
    maximum_band: float = 0.5
    form: str = "contains_published"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        findings = [self._one(quantities, *pair) for pair in self.published.items()]
        reasons = tuple(reason for finding in findings for reason in finding.reasons)
        return Finding(_together([finding.outcome for finding in findings]), reasons)

    def _one(self, quantities: Sequence[Quantity], group: str, claimed: float) -> Finding:
        found = _pick(quantities, self.quantity, group)
        if found is None or not found.has_interval:
            return _missing(self.quantity, group)
        label = _label(self.quantity, found.groups)
        if found.band is not None and found.band > self.maximum_band * abs(claimed):
            return Finding(NOT_TESTABLE, why("coarse", label=label))
        unsure = _unsure(found, label)
        if unsure:
            return unsure
        low, high = found.widest
        if low <= claimed <= high:
            return Finding(SUPPORTS)
        if (found.value < 0) == (claimed < 0):
            return Finding(PARTLY, why("same_way", label=label))
        return Finding(CONTRADICTS, why("other_way", label=label))


@dataclass(frozen=True, slots=True)
class NotTestable:
    """Never decided on the data at hand; says why."""

    reason: Mapping[str, str]
    form: str = "not_testable"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Give the reason, whatever the quantities."""
        return Finding(NOT_TESTABLE, (self.reason,))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Supported when every rule is; with `strict`, one contradiction contradicts the whole."""

    rules: tuple[Rule, ...]
    strict: bool = False
    form: str = "all_of"

    def judge(self, quantities: Sequence[Quantity]) -> Finding:
        """Decide on these quantities."""
        findings = [rule.judge(quantities) for rule in self.rules]
        reasons = tuple(reason for finding in findings for reason in finding.reasons)
        outcomes = [finding.outcome for finding in findings]
        if self.strict and CONTRADICTS in outcomes and NOT_TESTABLE not in outcomes:
            return Finding(CONTRADICTS, reasons)
        return Finding(_together(outcomes), reasons)


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
            return Finding(NOT_TESTABLE, why("no_figures", place=self.place))
        wrong = [found for found in quantities if found.years and found.years != self.period]
        if self.period and wrong:
            years = f"{self.period[0]}–{self.period[-1]}"
            return Finding(NOT_TESTABLE, why("other_years", years=years))
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
    groups = tuple(rule.published) if isinstance(rule, ContainsPublished) else rule.groups
    return not groups or quantity.groups[:1] in [(group,) for group in groups]
