"""Evidence and verdict: what a notebook found for a claim, and what the rule makes of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from seglib import language
from seglib.claims import rules
from seglib.claims.entries import Claim, claim
from seglib.claims.prose import explain, number_lines, place_name
from seglib.claims.quantity import Quantity, quantities_of
from seglib.errors import ClaimError
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
        kept = ("place", "towns", "canonical", "source", "checksum", "lang")
        return {name: getattr(self, name) for name in kept} | {
            "claim": self.claim.id,
            "period": list(self.period),
            "quantities": [quantity.as_json() for quantity in self.quantities],
            "outcome": verdict.outcome or None,
            "reasons": list(verdict.reasons),
            "rule_form": self.claim.rule.form,
            "rule_hash": verdict.rule_hash,
            "first_look": verdict.first_look,
            "notebook": self.claim.notebook,
            "seglib": sys.modules["seglib"].__version__,
            "parameters": dict(self.parameters),
        }

    def as_markdown(self) -> str:
        """The claim, its outcome with area and period, why, the numbers and the caveat."""
        asked, lang, verdict = self.claim, self.lang, decide(self)
        period = "–".join(map(str, self.period))
        facts = {
            "where": ", ".join(filter(None, (place_name(self.place, lang), period))),
            "caveat": asked.caveat[lang],
            "seen": asked.seen.get(lang),
            "form": language.phrase(f"form.{asked.rule.form}", lang),
            "hash": verdict.rule_hash,
        }
        if verdict.outcome:
            facts["outcome"] = language.outcome_name(verdict.outcome, lang)
        keys = ["outcome" if verdict.outcome else "explored", "caveat", "first_look", "rule"]
        told = [language.phrase(f"claim.{key}", lang, **facts) for key in keys]
        told[0] = " ".join([told[0], *verdict.reasons])
        told[2] = told[2] if asked.seen else ""
        # what the rule looks at; where it is not applied, the groups that the claim names
        looked_at = [
            found
            for found in self.quantities
            if any(rules.concerns(rule, found) for rule in (asked.rule, asked.condition))
            and (found.groups or verdict.outcome != rules.OTHER_AREA)
        ]
        told.insert(1, number_lines(looked_at, lang))
        return "\n\n".join(filter(None, [f"**{asked.id}.** {asked.statement[lang]}", *told]))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
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
    place, lang : str
        What the figures are about, and "nl" or "en" for the text shown.
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
        The claim is not in the register, a result has neither interval nor reason or is about
        another place, or a fact is not known.
    """
    language.language_of(lang)
    known = {"towns", "source", "checksum", "parameters"}
    for name in facts.keys() - known:
        raise ClaimError(f"Fact {name!r} is not kept; evidence keeps {', '.join(sorted(known))}.")
    quantities = quantities_of(results)
    for found in quantities:
        if facts.get("towns", 1) == 1 and found.place.casefold() not in ("", place.casefold()):
            raise ClaimError(
                f"Evidence about {place!r} holds {found.name} of {found.place!r}. "
                "Pass results of the place itself, or no results where it has none."
            )
    years = sorted({year for quantity in quantities for year in quantity.years})
    years = tuple(period) or tuple(years[:1] + years[1:][-1:])
    return Evidence(claim(claim_id), quantities, place, lang, canonical, years, **facts)


def decide(found: Evidence) -> Verdict:
    """Apply the rule of the claim to evidence: an outcome of the closed list, and why.

    There is no outcome when the run is not canonical.
    """
    asked = found.claim
    outcome, reasons = _judge(found) if found.canonical else ("", ())
    said = explain(reasons, found.lang)
    return Verdict(outcome, found.place, found.period, said, asked.rule_hash, asked.first_look)


def _judge(found: Evidence) -> rules.Finding:
    asked = found.claim
    if asked.place and asked.place.casefold() != found.place.casefold():
        reason = rules.Reason("other_place", facts={"place": asked.place})
        return rules.Finding(rules.OTHER_AREA, (reason,))
    if asked.condition and asked.condition.judge(found.quantities).outcome != rules.SUPPORTS:
        return rules.Finding(rules.NOT_TESTABLE, (rules.Reason("condition"),))
    finding = asked.rule.judge(found.quantities)
    if finding.outcome == rules.SUPPORTS and found.towns < asked.towns_for_support:
        return rules.Finding(rules.PARTLY, (*finding.reasons, rules.Reason("one_town")))
    return finding


def without_majority(table: CountTable, *, claim_id: str = "C13") -> Quantity:
    """Share of the most diverse units in which no group holds a majority.

    Parameters
    ----------
    table : CountTable
        Persons; empty units do not count.
    claim_id : str
        The claim whose `definition` says what counts: the `quantile` of the effective number of
        groups (1 over the sum of squared shares) from which a unit is called superdiverse, and the
        share that is a `majority`.

    Returns
    -------
    Quantity
        `no_majority_share` in [0, 1]; without interval, since all persons are counted.
    """
    definition = claim(claim_id).definition or {}
    counts = table.counts[table.unit_totals > 0]
    composition = counts / counts.sum(axis=1, keepdims=True)
    effective = 1.0 / np.square(composition).sum(axis=1)
    diverse = effective >= np.quantile(effective, definition["quantile"])
    share = float((composition[diverse].max(axis=1) < definition["majority"]).mean())
    facts = {"years": (table.year,) if table.year else (), "place": table.place}
    return Quantity("no_majority_share", share, reason="all persons are counted", **facts)
