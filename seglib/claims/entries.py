"""The register: every claim with its wording, its rule and what was known before the rule."""

from __future__ import annotations

import functools
import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from seglib.claims import rules
from seglib.errors import ClaimError
from seglib.sources.catalogue import data_folder

CLASSES = ("D", "D*", "S", "D+S", "D*+S", "T")
_SINGLE_FORMS = {
    "sign_of_interval": rules.SignOfInterval,
    "equivalence": rules.Equivalence,
    "threshold": rules.Threshold,
    "contains_published": rules.ContainsPublished,
    "not_testable": rules.NotTestable,
}
_CHOICES = {"sign": ("negative", "positive"), "side": ("above", "below")}


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its wording, where it stands, how it is decided and what to bear in mind.

    `first_look` is "before" when first results were known when the rule was written; `seen` names
    the figures that were. `towns_for_support` is the number of towns below which the outcome is at
    most "steunt deels".
    """

    id: str
    statement: Mapping[str, str]
    section: str
    class_: str
    notebook: str
    first_look: str
    seen: Mapping[str, str]
    rule: rules.Rule
    caveat: Mapping[str, str]
    condition: rules.Rule | None = None
    towns_for_support: int = 1
    definition: Mapping[str, float] | None = None

    @property
    def place(self) -> str:
        """The only place on which the claim is decided, or an empty text."""
        return self.rule.place if isinstance(self.rule, rules.OtherArea) else ""

    @property
    def published(self) -> Mapping[str, float]:
        """The numbers that the claim gives per group, in percent per ten years; often none."""
        inner = self.rule.rule if isinstance(self.rule, rules.OtherArea) else self.rule
        return inner.published if isinstance(inner, rules.ContainsPublished) else {}

    @property
    def rule_hash(self) -> str:
        """Twelve figures that change when anything in the rule does."""
        condition = asdict(self.condition) if self.condition else None
        parts = [asdict(self.rule), condition, self.towns_for_support, dict(self.definition or {})]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


class _Entry:
    """A table of the register that is read field by field, so that errors name claim and field."""

    def __init__(self, claim_id: str, table: Mapping, where: str = "") -> None:
        self.claim_id, self.table, self.where = claim_id, dict(table), where

    def wrong(self, field: str, cure: str) -> ClaimError:
        return ClaimError(f"Claim {self.claim_id}, field {self.where}{field}: {cure}")

    def take(self, field: str, kind: type | tuple[type, ...], default: object = None):
        if field not in self.table:
            if default is None:
                raise self.wrong(field, "is missing; write it in claims.toml.")
            return default
        value = self.table.pop(field)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(field, f"{value!r} is of the wrong kind; see its neighbours.")
        choices = _CHOICES.get(field)
        if choices and value not in choices:
            raise self.wrong(field, f"{value!r} must be one of {', '.join(choices)}.")
        return value

    def both(self, field: str) -> dict[str, str]:
        texts = self.take(field, dict)
        for lang in ("nl", "en"):
            if not isinstance(texts.get(lang), str) or not texts[lang].strip():
                raise self.wrong(f"{field}.{lang}", "needs a text in this language.")
        return texts

    def done(self) -> None:
        for field in self.table:
            raise self.wrong(field, "is not a field of the register; check its spelling.")


def _rule(claim_id: str, table: Mapping, where: str) -> rules.Rule:
    entry = _Entry(claim_id, table, where)
    form = entry.take("form", str)
    if form == "all_of":
        inner = entry.take("rules", list)
        strict = entry.take("strict", bool, default=False)
        members = (
            _rule(claim_id, member, f"{where}rules[{place}].") for place, member in enumerate(inner)
        )
        rule: rules.Rule = rules.AllOf(tuple(members), strict)
    elif form == "other_area":
        place, period = entry.take("place", str), tuple(entry.take("period", list, default=[]))
        rule = rules.OtherArea(
            place, _rule(claim_id, entry.take("rule", dict), f"{where}rule."), period
        )
    elif form in _SINGLE_FORMS:
        rule = _single(form, entry)
    else:
        known = ", ".join([*_SINGLE_FORMS, "all_of", "other_area"])
        raise entry.wrong("form", f"{form!r} is not a form of rule; there are {known}.")
    entry.done()
    return rule


def _single(form: str, entry: _Entry) -> rules.Rule:
    if form == "not_testable":
        return rules.NotTestable(entry.both("reason"))
    quantity = entry.take("quantity", str)
    if form == "contains_published":
        published = {
            str(group): float(claimed) for group, claimed in entry.take("published", dict).items()
        }
        return rules.ContainsPublished(
            quantity, published, float(entry.take("maximum_band", (int, float), default=0.5))
        )
    groups = tuple(entry.take("groups", list, default=[]))
    if form == "sign_of_interval":
        return rules.SignOfInterval(quantity, entry.take("sign", str), groups)
    if form == "equivalence":
        return rules.Equivalence(quantity, float(entry.take("margin", (int, float))), groups)
    bound = float(entry.take("bound", (int, float)))
    return rules.Threshold(
        quantity,
        bound,
        entry.take("side", str),
        float(entry.take("against", (int, float), default=bound)),
        entry.take("needs_interval", bool, default=True),
        groups,
    )


def _claim(table: Mapping) -> Claim:
    claim_id = table.get("id", "without id")
    entry = _Entry(claim_id, table)
    condition = entry.take("condition", dict, default={})
    claim = Claim(
        id=entry.take("id", str),
        statement=entry.both("statement"),
        section=entry.take("section", str),
        class_=entry.take("class", str),
        notebook=entry.take("notebook", str),
        first_look=entry.take("first_look", str),
        seen=entry.both("seen") if "seen" in table else {},
        rule=_rule(claim_id, entry.take("rule", dict), "rule."),
        caveat=entry.both("caveat"),
        condition=_rule(claim_id, condition, "condition.") if condition else None,
        towns_for_support=entry.take("towns_for_support", int, default=1),
        definition=entry.take("definition", dict, default={}),
    )
    entry.done()
    if claim.class_ not in CLASSES:
        raise entry.wrong("class", f"{claim.class_!r} must be one of {', '.join(CLASSES)}.")
    if claim.first_look not in ("before", "no"):
        raise entry.wrong("first_look", f"{claim.first_look!r} must be 'before' or 'no'.")
    if claim.first_look == "before" and not claim.seen:
        raise entry.wrong("seen", "must name the figures that were known before the rule.")
    return claim


def read_register(text: str) -> Mapping[str, Claim]:
    """Read a register of claims.

    Parameters
    ----------
    text : str
        TOML with one table `[[claim]]` per claim.

    Returns
    -------
    mapping of str to Claim
        By id, in the order of the text.

    Raises
    ------
    ClaimError
        An entry is malformed; the message names its id and field.
    """
    try:
        entries: Sequence[Mapping] = tomllib.loads(text).get("claim", [])
    except tomllib.TOMLDecodeError as cause:
        raise ClaimError(f"claims.toml cannot be read: {cause}. Mend that line.") from cause
    claims: dict[str, Claim] = {}
    for table in entries:
        claim = _claim(table)
        if claim.id in claims:
            raise ClaimError(f"Claim {claim.id}, field id: it is used twice; ids are unique.")
        claims[claim.id] = claim
    return claims


@functools.cache
def register(path: Path | None = None) -> Mapping[str, Claim]:
    """Read the register that ships with the package, or another one.

    Parameters
    ----------
    path : pathlib.Path, optional
        Another register.

    Returns
    -------
    mapping of str to Claim
        By id.

    Raises
    ------
    ClaimError
        An entry is malformed; the message names its id and field.
    """
    file = data_folder() / "claims.toml" if path is None else path
    return read_register(file.read_text(encoding="utf-8"))


def claim(claim_id: str) -> Claim:
    """Look up one claim.

    Raises
    ------
    ClaimError
        The register has no such claim.

    Examples
    --------
    >>> claim("C05").place
    'Metropoolregio Amsterdam'
    """
    claims = register()
    if claim_id not in claims:
        raise ClaimError(f"Claim {claim_id!r} is not in the register; it has {', '.join(claims)}.")
    return claims[claim_id]


def published(claim_id: str) -> Mapping[str, float]:
    """The changes that a claim names, in percent by group, as the register holds them.

    Parameters
    ----------
    claim_id : str
        Id in the register.

    Returns
    -------
    mapping of str to float
        Percent by group.

    Raises
    ------
    ClaimError
        The claim is not in the register, or names no numbers.

    Examples
    --------
    >>> published("C05")["Turkije"]
    -4.0
    """
    rule = claim(claim_id).rule
    rule = rule.rule if isinstance(rule, rules.OtherArea) else rule
    if not isinstance(rule, rules.ContainsPublished):
        raise ClaimError(f"Claim {claim_id} names no numbers; C05 does. Leave the comparison out.")
    return rule.published
