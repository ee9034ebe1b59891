"""The register: every claim with its wording, its rule and what was known before the rule."""

from __future__ import annotations

import functools
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, get_args

from seglib.claims import rules
from seglib.errors import ClaimError
from seglib.sources.catalogue import data_folder

_FORMS = {kind.__dataclass_fields__["form"].default: kind for kind in get_args(rules.Rule)}
_CHOICES = {
    "sign": ("negative", "positive"),
    "side": ("above", "below"),
    "class": ("D", "D*", "S", "D+S", "D*+S", "T"),
    "first_look": ("before", "no"),
}
_BOTH_LANGUAGES = ("statement", "caveat", "seen", "reason", "literature")
_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("margin", "bound", "against", "maximum_band"), (int, float)),
    **dict.fromkeys(("needs_interval", "strict"), (bool,)),
    **dict.fromkeys(("groups", "period", "rules"), (list,)),
    **dict.fromkeys((*_BOTH_LANGUAGES, "rule", "condition", "published", "definition"), (dict,)),
    "towns_for_support": (int,),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: wording, place, rule and caveat.

    `first_look` is "before" when the figures under `seen` were known before the rule was written;
    with fewer towns than `towns_for_support` the outcome is at most "steunt deels".
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
    def rule_hash(self) -> str:
        """Twelve figures that change when anything in the rule does."""
        condition = asdict(self.condition) if self.condition else None
        parts = [asdict(self.rule), condition, self.towns_for_support, dict(self.definition or {})]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def _build(kind: type, table: Mapping[str, Any], place: str) -> Any:
    """A claim or a rule from its table: each field of the class, and no other."""
    known = {field.name.rstrip("_"): field for field in fields(kind)}
    for name in table:
        if name not in known:
            raise ClaimError(f"{place}{name}: is not a field of the register; check its spelling.")
    values = {}
    for name, field in known.items():
        if name in table:
            values[field.name] = _value(name, table[name], place)
        elif field.default is MISSING:
            raise ClaimError(f"{place}{name}: is missing; write it in claims.toml.")
    return kind(**values)


def _value(name: str, value: Any, place: str) -> Any:
    """The value of one field, checked and in the type that the class holds."""
    kinds, choices = _KINDS.get(name, (str,)), _CHOICES.get(name, ())
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise ClaimError(f"{place}{name}: {value!r} is of the wrong kind; see its neighbours.")
    if choices and value not in choices:
        raise ClaimError(f"{place}{name}: {value!r} must be one of {', '.join(choices)}.")
    if name in _BOTH_LANGUAGES and value:
        for lang in ("nl", "en"):
            if not isinstance(value.get(lang), str) or not value[lang].strip():
                raise ClaimError(f"{place}{name}.{lang}: needs a text in this language.")
    if name in ("rule", "condition"):
        return _rule(value, f"{place}{name}.")
    if name == "rules":
        return tuple(_rule(inner, f"{place}rules[{row}].") for row, inner in enumerate(value))
    if name == "published":
        return {group: float(claimed) for group, claimed in value.items()}
    return tuple(value) if isinstance(value, list) else float(value) if float in kinds else value


def _rule(table: Mapping[str, Any], place: str) -> rules.Rule:
    form, known = table.get("form", ""), ", ".join(_FORMS)
    if form not in _FORMS:
        raise ClaimError(f"{place}form: {form!r} is not a form of rule; there are {known}.")
    return _build(_FORMS[form], table, place)


def read_register(text: str) -> Mapping[str, Claim]:
    """Read claims by id from TOML with a table `[[claim]]` each; errors name id and field."""
    try:
        entries = tomllib.loads(text).get("claim", [])
    except tomllib.TOMLDecodeError as cause:
        raise ClaimError(f"claims.toml cannot be read: {cause}. Mend that line.") from cause
    claims: dict[str, Claim] = {}
    for table in entries:
        place = f"Claim {table.get('id', 'without id')}, field "
        found: Claim = _build(Claim, {"seen": {}, **table}, place)
        if found.first_look == "before" and not found.seen:
            raise ClaimError(f"{place}seen: must name the figures known before the rule.")
        if found.id in claims:
            raise ClaimError(f"{place}id: it is used twice; ids are unique.")
        claims[found.id] = found
    return claims


@functools.cache
def register() -> Mapping[str, Claim]:
    """Read the register that ships with the package, by id."""
    return read_register((data_folder() / "claims.toml").read_text(encoding="utf-8"))


def claim(claim_id: str) -> Claim:
    """Look up one claim; a ClaimError where the register has none of that id."""
    claims = register()
    if claim_id not in claims:
        raise ClaimError(f"Claim {claim_id!r} is not in the register; it has {', '.join(claims)}.")
    return claims[claim_id]


def published(claim_id: str) -> Mapping[str, float]:
    """The changes that a claim names, in percent by group; a ClaimError where it names none.

    Examples
    --------
    >>> published("C05")["Turkije"]
    -4.0
    """
    rule = claim(claim_id).rule
    found = getattr(getattr(rule, "rule", rule), "published", None)
    if found is None:
        raise ClaimError(f"Claim {claim_id} names no numbers; C05 does. Leave the comparison out.")
    return found
