"""Evidence and verdict: what a notebook found for a claim, and what the rule makes of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from seglib.claims import rules
from seglib.claims.entries import Claim, claim
from seglib.claims.quantity import Quantity, quantities_of
from seglib.errors import ClaimError
from seglib.language import (
    group_name,
    language_of,
    measure_name,
    outcome_name,
    part_name,
    percent,
    phrase,
    reason_text,
    span,
    span_text,
    value_text,
)
from seglib.table import CountTable

MIME = "application/vnd.seglib.evidence+json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule makes of evidence; `outcome` is empty when the run was not canonical."""

    outcome: str
    area: str
    period: tuple[int, ...]
    reasons: tuple[str, ...]
    rule_hash: str
    first_look: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a claim, where and when, in which run, and from which data.

    Shows itself in a notebook as a short text, and carries its numbers in the output for the
    runner to gather.
    """

    claim: Claim
    quantities: tuple[Quantity, ...]
    place: str
    lang: str
    canonical: bool
    period: tuple[int, ...] = ()
    towns: int = 1
    source: str = ""
    checksum: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Everything as plain values, the verdict included."""
        verdict = decide(self)
        return {
            "claim": self.claim.id,
            "place": self.place,
            "period": list(self.period),
            "towns": self.towns,
            "canonical": self.canonical,
            "quantities": [quantity.as_json() for quantity in self.quantities],
            "outcome": verdict.outcome or None,
            "reasons": list(verdict.reasons),
            "rule_form": self.claim.rule.form,
            "rule_hash": verdict.rule_hash,
            "first_look": verdict.first_look,
            "notebook": self.claim.notebook,
            "source": self.source,
            "checksum": self.checksum,
            "seglib": sys.modules["seglib"].__version__,
            "parameters": dict(self.parameters),
            "lang": self.lang,
        }

    def as_markdown(self) -> str:
        """The claim, its outcome with area and period, why, the numbers and the caveat."""
        return "\n".join(_lines(self, decide(self)))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        text = self.as_markdown()
        return {MIME: self.as_json(), "text/markdown": text, "text/plain": text}


def evidence(
    claim_id: str,
    *results: object,
    place: str,
    lang: str,
    canonical: bool,
    period: tuple[int, ...] = (),
    **facts: object,
) -> Evidence:
    """Gather what a notebook found for a claim.

    Parameters
    ----------
    claim_id : str
        Id in the register.
    *results : Estimate, ChangeEstimate, Decomposition, Quantity or mappings of these
        Finished results; none when there are no figures for the place.
    place : str
        What the figures are about.
    lang : str
        "nl" or "en", for the text shown.
    canonical : bool
        Whether this is the run whose outcomes count.
    period : tuple of int
        First and last year; by default those of the results.
    **facts
        `towns` (how many towns the results cover, 1 by default), `source`, `checksum`,
        `parameters`.

    Returns
    -------
    Evidence
        Shown as text, gathered as JSON.

    Raises
    ------
    ClaimError
        The claim is not in the register, a result has neither interval nor reason, or a fact is
        not known.
    """
    language_of(lang)
    known = {"towns", "source", "checksum", "parameters"}
    for name in facts.keys() - known:
        raise ClaimError(f"Fact {name!r} is not kept; evidence keeps {', '.join(sorted(known))}.")
    quantities = quantities_of(results)
    years = sorted({year for quantity in quantities for year in quantity.years})
    return Evidence(
        claim(claim_id),
        quantities,
        place,
        lang,
        canonical,
        tuple(period) or tuple(years[:1] + years[1:][-1:]),
        **facts,  # type: ignore[arg-type]
    )


def decide(found: Evidence) -> Verdict:
    """Apply the rule of the claim to the evidence.

    Parameters
    ----------
    found : Evidence
        What was found.

    Returns
    -------
    Verdict
        An outcome of the closed list, with area, period, reasons and the hash of the rule; without
        outcome when the run is not canonical.
    """
    if found.canonical:
        finding = _judge(found)
        reasons = tuple(reason[found.lang] for reason in finding.reasons)
        outcome = finding.outcome
    else:
        outcome, reasons = "", (phrase("claim.no_outcome", found.lang),)
    return Verdict(
        outcome,
        found.place,
        found.period,
        reasons,
        found.claim.rule_hash,
        found.claim.first_look,
    )


def _judge(found: Evidence) -> rules.Finding:
    asked = found.claim
    if asked.place and asked.place.casefold() != found.place.casefold():
        return rules.Finding(rules.OTHER_AREA, rules.why("other_place", place=asked.place))
    if asked.condition and asked.condition.judge(found.quantities).outcome != rules.SUPPORTS:
        return rules.Finding(rules.NOT_TESTABLE, rules.why("condition"))
    finding = asked.rule.judge(found.quantities)
    if finding.outcome == rules.SUPPORTS and found.towns < asked.towns_for_support:
        return rules.Finding(rules.PARTLY, (*finding.reasons, *rules.why("one_town")))
    return finding


def _lines(found: Evidence, verdict: Verdict) -> list[str]:
    lang, asked = found.lang, found.claim
    period = "–".join(map(str, found.period))
    where = ", ".join(filter(None, (verdict.area, period)))
    lines = [f"**{asked.id}.** {asked.statement[lang]}", ""]
    if verdict.outcome:
        reasons = _readable(verdict.reasons, lang)
        why = f". {'. '.join(map(_capital, reasons))}" if reasons else ""
        outcome = outcome_name(verdict.outcome, lang)
        lines.append(phrase("claim.outcome", lang, outcome=outcome, where=where, why=why))
    else:
        lines.append(f"*{phrase('claim.no_outcome', lang)}* ({where}).")
    shown = [
        quantity
        for quantity in found.quantities
        if rules.concerns(asked.rule, quantity) or rules.concerns(asked.condition, quantity)
    ]
    if shown:
        lines += ["", *(f"- {_quantity_text(quantity, lang)}" for quantity in shown)]
    lines += ["", phrase("claim.caveat", lang, caveat=asked.caveat[lang])]
    if asked.first_look == "before":
        lines += ["", phrase("claim.first_look", lang, seen=asked.seen[lang])]
    rule = phrase("claim.rule", lang, form=asked.rule.form, hash=verdict.rule_hash)
    return [*lines, "", rule]


def _quantity_text(quantity: Quantity, lang: str) -> str:
    """Name, value and margin of a quantity, on the scale that readers see."""
    is_change = quantity.unit.startswith("percent")
    is_share = "share" in quantity.name
    symbol = quantity.name.rpartition("_")[2] if quantity.name != "D_rest" else "D"
    signed = is_change or quantity.name.startswith(_SIGNED)

    def write(low: float, high: float | None = None) -> str:
        if is_change or is_share:
            factor, decimals = (1, 1) if is_change else (100, 0)
            if high is None:
                return percent(factor * low, decimals, lang, signed=signed)
            return span(factor * low, factor * high, decimals, lang, signed=signed, unit="%")
        if high is None:
            return value_text(symbol, low, lang, signed=signed)
        return span_text(symbol, low, high, lang, signed=signed)

    decade = phrase("claim.decade", lang) if quantity.unit.endswith("ten years") else ""
    label = quantity_label(quantity.name, quantity.groups, lang)
    if quantity.has_interval:
        margin = phrase("margins.margin", lang, ends=write(*quantity.ends))
    else:
        margin = phrase("margins.none", lang, why=reason_text(quantity.reason, lang))
    if quantity.leave_low is not None and quantity.leave_high is not None:
        ends = write(quantity.leave_low, quantity.leave_high)
        margin += phrase("claim.single", lang, ends=ends)
    return f"{label}: {write(quantity.value)}{decade} ({margin})"


def quantity_label(name: str, groups: tuple[str, ...], lang: str) -> str:
    """Name a quantity for readers: "change_D_rest" of a group becomes words.

    Examples
    --------
    >>> quantity_label("change_D", ("Marokko", "Nederland"), "nl")
    'verandering van D, Marokkaans tegenover Nederlands'
    """
    named = _composed(name, lang)
    if not groups:
        return named
    if len(groups) == 1 and name.endswith("_rest"):
        groups = (*groups, "rest")
    against = phrase("claim.against", lang)
    return f"{named}, {against.join(group_name(group, lang, short=True) for group in groups)}"


def _composed(name: str, lang: str) -> str:
    if name.endswith("_share") or "_share_" in name:
        return phrase(f"quantity.{name}", lang)
    part, _, symbol = name.removesuffix("_rest").rpartition("_")
    if part in ("change", "total"):
        return phrase("quantity.change", lang, symbol=symbol)
    if part in _PARTS:
        return phrase("quantity.part", lang, symbol=symbol, part=part_name(part, lang))
    return measure_name(name, lang)


_PARTS = ("structural", "group_margin", "unit_margin", "additions", "removals")
_SIGNED = ("total_", "structural_M", "group_margin_", "unit_margin_")


def _readable(reasons: tuple[str, ...], lang: str) -> list[str]:
    """Put reasons that say the same of several quantities together, in words."""
    same: dict[str, list[str]] = {}
    for reason in reasons:
        label, colon, tail = reason.partition(": ")
        name, _, groups = label.partition(" (")
        if not colon or " " in name:
            same.setdefault(reason, [])
            continue
        named = tuple(filter(None, groups.rstrip(")").split(", ")))
        same.setdefault(tail, []).append(quantity_label(name, named, lang))
    return [f"{tail}: {'; '.join(named)}" if named else tail for tail, named in same.items()]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def without_majority(table: CountTable, *, claim_id: str = "C13") -> Quantity:
    """Share of the most diverse units in which no group holds a majority.

    Parameters
    ----------
    table : CountTable
        Persons; empty units do not count.
    claim_id : str
        The claim whose `definition` says what counts: the `quantile` of the effective number of
        groups from which a unit is called superdiverse, and the share that is a `majority`.

    Returns
    -------
    Quantity
        `no_majority_share` in [0, 1]; without interval, since all persons are counted.

    Notes
    -----
    The effective number of groups of a unit is 1 over the sum of its squared shares.
    """
    definition = claim(claim_id).definition or {}
    counts = table.counts[table.unit_totals > 0]
    composition = counts / counts.sum(axis=1, keepdims=True)
    effective = 1.0 / np.square(composition).sum(axis=1)
    diverse = effective >= np.quantile(effective, definition["quantile"])
    share = float((composition[diverse].max(axis=1) < definition["majority"]).mean())
    return Quantity(
        "no_majority_share",
        share,
        years=() if table.year is None else (table.year,),
        place=table.place,
        reason="all persons are counted",
    )
