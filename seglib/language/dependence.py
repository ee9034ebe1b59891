"""Whether neighbouring areas are alike in what a model leaves over, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seglib.language.formats import number
from seglib.language.sentence import Sentence, bullets
from seglib.language.words import phrase
from seglib.result import Estimate, Estimates


def say_dependence(found: Mapping[Any, Estimates], *, lang: str) -> Sentence:
    """Say whether neighbouring areas are alike in what a model leaves over.

    Parameters
    ----------
    found : mapping to Estimates
        By wave, from ``models.residual_dependence``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list, with Moran's I and the Lagrange multiplier tests.
    """
    told = []
    for year, tests in found.items():
        alike = "alike" if (tests["moran_res"].p_value or 0.0) < 0.05 else "not_alike"
        facts = {"moran": number(tests["moran_res"].value, 2, lang, signed=True), "year": year}
        facts["p"] = _p(tests["moran_res"], lang)
        for name in ("lm_error", "lm_lag", "rlm_error", "rlm_lag"):
            facts[f"p_{name.removeprefix('lm_')}"] = _p(tests[name], lang)
        alike = phrase(f"association.{alike}", lang)
        told.append(phrase("association.dependence", lang, alike=alike, **facts))
    return bullets(told)


def _p(test: Estimate, lang: str) -> str:
    value = test.p_value or 0.0
    return (
        f"<\u00a0{number(0.001, 3, lang)}" if value < 0.001 else f"=\u00a0{number(value, 3, lang)}"
    )
