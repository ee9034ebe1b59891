"""Is a bad raw file refused whole, in one or two sentences with file, row, column and cure?

A reader joins by a ``Reader`` in ``READERS``: a small good file and how to read it. Each flaw is
written into that file; a flaw that a form cannot have is left out by name, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from seglib.errors import SourceFormatError
from seglib.sources import (
    amsterdam,
    area_figures,
    build,
    cbs,
    elan,
    model_estimates,
    ois,
    rotterdam,
)


@dataclass(frozen=True)
class Reader:
    """A reader with a good file: header and rows, and where a figure and a key stand in it."""

    name: str
    file: str
    read: Callable[[Path], pd.DataFrame]
    table: list[list[str]]
    key: str
    figure: str
    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    parts: dict[tuple[int, str], str] = field(default_factory=dict)
    cannot: dict[str, str] = field(default_factory=dict)
    # What the message names instead of the column, by flaw.
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def written(self, folder: Path, table: list[list[str]], encoding: str | None = None) -> Path:
        path = folder / self.file
        text = "\n".join(self.separator.join(row) for row in table) + "\n"
        path.write_bytes(text.encode(encoding or self.encoding))
        return path

    def changed(self, row: int, column: str, cell: str) -> list[list[str]]:
        """The good table with one other cell; the header is row 0."""
        table = [list(cells) for cells in self.table]
        table[row][self.table[0].index(column)] = cell
        return table


def items(*rows):
    """A table of items from (item, label, unit, kind, place)."""
    cells = [(item, label, unit, kind, "", "", place) for item, label, unit, kind, place in rows]
    return pd.DataFrame(cells, columns=list(area_figures.ITEM_COLUMNS))


HOME = "% bewoners dat zegt zich thuis te voelen bij buurtbewoners"
PROFILE_ITEMS = items(
    ("SI", "Sociale Index", "index", "survey and register", "si:3"),
    ("SIs", "Sociale Index subjectief", "index", "survey", "si:4"),
    ("SIo", "Sociale Index objectief", "index", "survey and register", "si:5"),
    ("ThuisVoelen_p", HOME, "%", "survey", "si:6"),
)
PROFILE = Reader(
    "rotterdam profile",
    "gemeente 2014 si.csv",
    lambda path: rotterdam.read(path, items=PROFILE_ITEMS),
    [
        ["naam gebied (voormalig deelgemeente)", "wijknr", "BUURT", *PROFILE_ITEMS["label"]],
        ["Charlois", "71", "Tarwewijk", "70", "65", "74", "42%"],
        ["Charlois", "72", "Café", "120", "130", "110", "51,5%"],
        ["Rotterdam", "5000", "Rotterdam", "100", "100", "100", "45%"],
    ],
    key="wijknr",
    figure=HOME,
    separator=";",
    decimal=",",
    encoding="latin-1",
    parts={(3, HOME): "88%"},
)
BBGA_ITEMS = items(
    *((name, name, "aantal", "register", "F8.") for name in ("BEVTOTAAL", "BEVSUR", "BEVANTIL")),
    *((name, name, "aantal", "register", "F8.") for name in ("BEVTURK", "BEVMAROK", "BEVOVNW")),
    *((name, name, "aantal", "register", "F8.") for name in ("BEVWEST", "BEVAUTOCH")),
    ("LTHUISVOELEN_R", "Buurt: Thuisvoelen (1-10)", "rapportcijfer", "survey", "F5.1"),
)
ORIGINS = zip(BBGA_ITEMS["item"], ("100", "10", "10", "10", "10", "10", "20", "30"), strict=False)
BBGA = Reader(
    "amsterdam bbga",
    "bbga_latest_and_greatest.csv",
    lambda path: amsterdam.read(path, items=BBGA_ITEMS),
    [
        ["jaar", "gebiedcode15", "variabele", "waarde"],
        ["2017", "A00", "LTHUISVOELEN_R", "7.5"],
        *(["2017", "A00", name, value] for name, value in ORIGINS),
    ],
    key="gebiedcode15",
    figure="waarde",
    separator=";",
    parts={(3, "waarde"): "40"},
)
LONELY = items(("Eenzaam_28", "Eenzaam_28", "%", "model estimate", "Eenzaam_28"))
HEALTH = Reader(
    "rivm health",
    "gezondheid.csv",
    lambda path: model_estimates.read_health(path, "Rotterdam", LONELY),
    [
        [
            "ID",
            "Leeftijd",
            "Marges",
            "WijkenEnBuurten",
            "Perioden",
            "Gemeentenaam_1",
            "SoortRegio_2",
            "Codering_3",
            "Eenzaam_28",
        ],
        ["1", "20300", "MW00000", "WK1", "2016JJ00", "Rotterdam", "Wijk", "WK059901", "41.8"],
        ["2", "20300", "MW00000", "WK2", "2016JJ00", "Rotterdam", "Wijk", "WK059903", "62.6"],
        ["3", "20300", "MW00000", "GM", "2016JJ00", "Rotterdam ", "Gemeente", "GM0599", "51.4"],
    ],
    key="Codering_3",
    figure="Eenzaam_28",
    parts={(3, "Eenzaam_28"): "71.4"},
)
_SCORES = list(model_estimates.read_liveability_items()["item"])
LIVEABILITY = Reader(
    "leefbaarometer",
    "buurten.csv",
    model_estimates.read_liveability,
    [
        ["", "buurt_code", "gm_naam", "regio", *_SCORES],
        ["0", "BU03070100", "Amersfoort", "Hof", *["0.1"] * 5, *["12"] * (len(_SCORES) - 5)],
    ],
    key="buurt_code",
    figure="aantal_inwoners",
    cannot={"parts": "it has buurten only, and no total of them"},
)
METADATA = Reader(
    "amsterdam metadata",
    "metadata_utf8.csv",
    amsterdam.read_items,
    [
        [
            "Variabele",
            "Label",
            "Definitie",
            "Bron",
            "THEMA",
            "Rekeneenheid",
            "Symbool",
            "format",
        ],
        ["BEVTOTAAL", "Bevolking", "Personen", "OIS", "Bevolking", "2", "", "F8."],
    ],
    key="Variabele",
    figure="Rekeneenheid",
    cannot={
        "extra": "the publisher adds columns to its metadata freely",
        "mixed": "it holds no decimals",
        "parts": "it holds no totals",
    },
    told={"sentinel": ("line 2", "-99999999")},
)
CODES = Reader(
    "amsterdam codes",
    "buurten.csv",
    lambda path: amsterdam.read_code_changes(path, ["BU03630000"], ["BU0363AE01"]),
    [
        [
            "BUURTCODE_2015",
            "BUURTCODE_CBS_2015",
            "BUURTNAAM_2015",
            "BUURTCODE_2022",
            "BUURTCODE_CBS_2022",
            "BUURTNAAM_2022",
        ],
        ["A00a", "BU03630000", "Kop Zeedijk", "AE01", "BU0363AE01", "Kop Zeedijk"],
    ],
    key="BUURTCODE_CBS_2015",
    figure="BUURTCODE_CBS_2022",
    cannot={
        "extra": "the list carries shapes and names that are not read",
        "mixed": "it holds no decimals",
        "parts": "it holds no totals",
    },
    told={"sentinel": ("line 2", "-99999999")},
)
_KWB = ("a_w_all", "a_nw_all", "a_marok", "a_antaru", "a_suri", "a_tur", "a_ov_nw")
_ELAN = tuple(elan.COLUMN_OF_GROUP.values())
_BY_NAME = "it has more columns than are read, and takes those by name"
KWB = Reader(
    "cbs kwb",
    "kwb-2019.csv",
    cbs.read,
    [
        ["gwb_code_10", "regio", "gm_naam", "recs", "a_inw", *_KWB],
        ["GM0034", "Almere", "Almere", "Gemeente", "1000", "100", "300", *["60"] * 5],
        ["WK003401", "Wijk", "Almere", "Wijk", "1000", "100", "300", *["60"] * 5],
        ["BU00340101", "Buurt", "Almere", "Buurt", "1000", "100", "300", *["60"] * 5],
    ],
    key="gwb_code_10",
    figure="a_marok",
    parts={(2, "a_nw_all"): "500"},
    cannot={"extra": _BY_NAME},
    told={
        # Any edition's name for the class will do, so the message gives one of them.
        "missing": ("no column", "Marokko"),
        "renamed": ("no column", "Marokko"),
        "parts": ("line 3", "WK003401"),
        "named twice": ("a_marok", "twice"),
    },
)
SHARES = Reader(
    "amsterdam 2016",
    "data_buurtanalyse.csv",
    ois.read_2016,
    [
        ["bc_code", "bc_name", "year", "population", *ois.COLUMN_OF_GROUP.values()],
        ["A00", "Oud", "2016", "1000", "50.1", "9.9", "10", "10", "10", "5", "5"],
        ["A01", "Nieuw", "2016", "1000", "50.1", "9.9", "10", "10", "10", "5", "5"],
    ],
    key="bc_code",
    figure="imm_Mar",
    encoding="mac_roman",
    parts={(1, "imm_Mar"): "29.9"},
    cannot={"extra": _BY_NAME},
    told={"parts": ("line 2", "A00")},
)
PANEL = Reader(
    "the hague",
    "df_count_ver_2.csv",
    elan.read,
    [
        ["WKC", "GMN", "Wijknaam", "YEAR", "Total_Population", elan.NON_WESTERN, *_ELAN],
        ["WK051801", "Den Haag", "Oost", "2015", "1000", "0.3", "0.5", *["0.05"] * 4, "0.2"],
        ["WK051802", "Den Haag", "West", "2015", "1000", "0.3", "0.5", *["0.05"] * 4, "0.2"],
    ],
    key="WKC",
    figure=_ELAN[0],
    parts={(1, _ELAN[0]): "0.9"},
    cannot={"extra": _BY_NAME},
    told={"parts": ("line 2", "WK051801")},
)
READERS = (PROFILE, BBGA, HEALTH, LIVEABILITY, METADATA, CODES, KWB, SHARES, PANEL)


def _place(reader: Reader) -> int:
    """Where the figure stands in a row."""
    return reader.table[0].index(reader.figure)


def _without(reader: Reader) -> list[list[str]]:
    at = _place(reader)
    return [row[:at] + row[at + 1 :] for row in reader.table]


def _mixed(reader: Reader) -> list[list[str]]:
    wrong = "12.5" if reader.decimal == "," else "12,5"
    quoted = f'"{wrong}"' if reader.separator == "," else wrong
    return reader.changed(1, reader.figure, quoted)


# By flaw: the table that has it, and what the message must name.
FLAWS: dict[str, tuple[Callable[[Reader], list[list[str]]], Callable[[Reader], tuple]]] = {
    "missing": (_without, lambda reader: (reader.figure,)),
    "extra": (
        lambda reader: [[*row, "toegevoegd"] for row in reader.table],
        lambda reader: ("line 1",),
    ),
    "named twice": (
        lambda reader: [[*row, row[_place(reader)]] for row in reader.table],
        lambda reader: ("line 1", reader.figure),
    ),
    "renamed": (
        lambda reader: reader.changed(0, reader.figure, reader.figure + "_nieuw"),
        lambda reader: ("line 1", reader.figure, reader.figure + "_nieuw"),
    ),
    "mixed": (_mixed, lambda reader: ("line 2", reader.figure, "comma|point")),
    "word": (
        lambda reader: reader.changed(1, reader.figure, "veel"),
        lambda reader: ("line 2", "veel"),
    ),
    "twice": (
        lambda reader: [*reader.table, reader.table[1]],
        lambda reader: (f"line {len(reader.table) + 1}", reader.key),
    ),
    "negative": (
        lambda reader: reader.changed(1, reader.figure, "-3"),
        lambda reader: ("line 2", "-3"),
    ),
    "sentinel": (
        lambda reader: reader.changed(1, reader.figure, "-99999999"),
        lambda reader: ("line 2", "-99999999", "secret"),
    ),
    "short": (
        lambda reader: [*reader.table[:-1], reader.table[-1][:-1]],
        lambda reader: (f"line {len(reader.table)}",),
    ),
    "no rows": (lambda reader: reader.table[:1], lambda reader: ("rows",)),
    "parts": (
        lambda reader: reader.changed(*next(iter(reader.parts)), next(iter(reader.parts.values()))),
        lambda reader: (next(iter(reader.parts))[1],),
    ),
}
CASES = [
    pytest.param(reader, flaw, id=f"{reader.name}: {flaw}")
    for reader in READERS
    for flaw in FLAWS
    if flaw not in reader.cannot
]


def refusal(reader: Reader, path: Path) -> str:
    """What the reader says of a bad file; it must be a sentence that names the file."""
    with pytest.raises(SourceFormatError) as caught:
        reader.read(path)
    told = str(caught.value)
    assert path.name in told
    assert told.endswith(".")
    assert "\n" not in told.strip()
    assert len(told) < 420
    return told


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_the_good_file_is_read(reader, tmp_path):
    table = reader.read(reader.written(tmp_path, reader.table))
    assert len(table) >= len(reader.table) - 1


@pytest.mark.parametrize(("reader", "flaw"), CASES)
def test_a_flaw_is_refused_with_its_place(reader, flaw, tmp_path):
    write, named = FLAWS[flaw]
    told = refusal(reader, reader.written(tmp_path, write(reader)))
    for name in reader.told.get(flaw, named(reader)):
        assert any(part in told for part in name.split("|")), told


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_another_encoding_is_refused(reader, tmp_path):
    told = refusal(reader, reader.written(tmp_path, reader.table, "utf-16"))
    assert "utf-8" in told.lower()


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_an_empty_file_is_refused(reader, tmp_path):
    path = tmp_path / reader.file
    path.write_bytes(b"\r\n")
    assert "empty" in refusal(reader, path)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_an_error_page_saved_as_a_table_is_refused(reader, tmp_path):
    path = tmp_path / reader.file
    path.write_text("\n<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n")
    assert "web page" in refusal(reader, path)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_file_that_is_not_there_is_told(reader, tmp_path):
    assert "no file" in refusal(reader, tmp_path / reader.file)


def test_nothing_is_compiled_from_a_folder_with_a_bad_file(tmp_path, monkeypatch):
    raw = tmp_path / "raw"
    (raw / "rotterdam_wijkprofiel").mkdir(parents=True)
    monkeypatch.setattr(
        build, "ENTRIES", (lambda _: {"tables/good.csv": "a\n"}, *build.ENTRIES[-1:])
    )
    with pytest.raises(SourceFormatError, match="no file"):
        build.build(raw, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_what_a_form_cannot_have_is_said_with_a_reason():
    for reader in READERS:
        assert set(reader.cannot) <= set(FLAWS)
        assert set(reader.told) <= set(FLAWS)
        assert all(reader.cannot.values())
        assert reader.parts or "parts" in reader.cannot
