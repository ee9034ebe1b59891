"""Notebook 01 of a place whose areas have no known boundaries says so instead of a map."""

from __future__ import annotations

import pytest

from seglib.report.document import document
from seglib.report.run import run


@pytest.mark.parametrize(
    ("lang", "said", "meant"),
    [("nl", "Een kaart is er niet: de bron telt", "een figuur of tabel die er voor deze plaats")],
)
def test_an_older_division_gets_a_sentence_where_the_map_would_stand(root, lang, said, meant):
    """Codes of 2009 and of the map of 2015 are alike and mean other areas: no map of these."""
    chosen = {"place": "Leidschendam-Voorburg", "lang": lang}
    nb = run(root / "notebooks" / "01_herkomstsegregatie.ipynb", chosen)
    doc = document(nb, lang)
    heading = next(n for n, block in enumerate(doc.body) if block.text.startswith("## Op de kaart"))
    section = doc.body[heading : heading + 8]
    assert meant in section[0].text
    assert any(block.kind == "sentence" and block.text.startswith(said) for block in section)
    assert not any(block.label == "map" for block in doc.blocks("figure"))
    assert doc.where == "Leidschendam-Voorburg, 2009–2022"
