"""Are pages self-contained, small and the same each time, and do their topics tell the truth?"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from base64 import b64encode
from html import unescape

import numpy as np
import pytest

from seglib import load_counts
from seglib.training import lessons, pages
from seglib.training.topics import chance, realtown, reference, rounding, small, town


@pytest.fixture(scope="module")
def content() -> dict[str, bytes]:
    return pages.training()


def html_of(content: dict[str, bytes]) -> dict[str, str]:
    return {name: text.decode() for name, text in content.items() if name.endswith(".html")}


def test_every_lesson_has_a_page_in_both_languages_and_the_index_links_to_it(content):
    for lesson in lessons():
        for lang, index in pages.HOME.items():
            assert f"{lang}/{lesson.slug}.html" in content
            assert f'href="{lang}/{lesson.slug}.html"' in content[index].decode()


def test_every_page_weighs_under_2_mb(content):
    assert {name: len(text) for name, text in content.items() if len(text) >= 2_000_000} == {}


def test_a_page_asks_for_nothing_and_allows_its_own_scripts_only(content):
    asks = re.compile(
        r"""(?:src|action|poster|srcset)\s*=|url\((?!#)|@import|\bfetch\(|import\s*\("""
    )
    for name, text in html_of(content).items():
        markup = re.sub(r"<script type=\"application/json\".*?</script>", "", text, flags=re.DOTALL)
        assert asks.findall(markup) == [], name
        policy = unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1])
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy.partition("script-src")[2] and "http" not in policy
        scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
        digests = [b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
        assert re.findall(r"sha256-([^']+)", policy) == digests, name
        assert re.search(r"\son\w+\s*=\s*[\"']", markup.partition("<script>")[0]) is None, name
        assert 'type="module"' not in text


def test_data_inside_a_page_cannot_end_its_script():
    text = pages.as_json({"a": "</script><script>alert(1)</script>\u2028"})
    assert "<" not in text and "\u2028" not in text
    assert json.loads(text)["a"].startswith("</script>")


def test_a_title_is_shown_as_text():
    made = pages.page("nl", "<b>x</b>&", "<main></main>")
    assert "<title>&lt;b&gt;x&lt;/b&gt;&amp;</title>" in made


def test_the_zip_holds_all_and_has_the_same_bytes_twice(content):
    made = pages.zipped(content)
    assert made == pages.zipped(dict(reversed(content.items())))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert {name.removeprefix("training/") for name in archive.namelist()} == set(content)


def test_the_files_on_disk_are_those_of_the_zip(tmp_path, content):
    index = pages.make_training(tmp_path / "out")
    found = {p.relative_to(index.parent).as_posix() for p in index.parent.rglob("*") if p.is_file()}
    assert found == {*content, pages.ARCHIVE}


@pytest.mark.parametrize("level", town.LEVELS, ids=lambda level: level["id"])
def test_a_challenge_can_be_met_and_is_not_met_at_its_start(level):
    def met(name: str) -> bool:
        now = town.measured(town.patterns()[name])
        return all(low <= now[key] <= high for key, (low, high) in level["goal"].items())

    assert met(level["answer"]) and not met(level["start"])
    if "swaps" in level:
        start, end = (town.patterns()[level[name]] for name in ("start", "answer"))
        assert (start != end).sum() == 2 * level["swaps"]
        assert start.sum() == end.sum()


def test_the_patterns_are_what_their_names_say():
    facts = town.facts()
    assert facts["split_d_block"] == pytest.approx(100)
    assert (facts["blocks_d_block"], facts["blocks_d_wijk"]) == (pytest.approx(100), 0)
    assert facts["mixed_d_block"] == facts["many_d_block"] == facts["few_d_block"] == 0
    assert (facts["many_meet"], facts["few_meet"]) == (pytest.approx(25), pytest.approx(75))


def test_by_lot_d_is_what_a_thousand_lots_give_and_falls_with_the_block():
    rng = np.random.default_rng(1)
    for size in (4, 40):
        roofs = np.arange(chance.BLOCKS * size) % 2
        drawn = []
        for _ in range(1000):
            ours = rng.permutation(roofs).reshape(chance.BLOCKS, size).sum(axis=1)
            drawn.append(50 * np.abs(ours - (size - ours)).sum() / (roofs.size / 2))
        assert chance.facts()[f"lot_{size}"] == pytest.approx(np.mean(drawn), abs=1.0)
    values = list(chance.expected().values())
    assert values == sorted(values, reverse=True)


def test_the_extremes_are_small_buurten_and_large_ones_are_near_the_truth():
    facts = small.facts()
    assert max(facts["highest_size"], facts["lowest_size"]) <= small.SMALL
    assert facts["large_low"] < small.SHARE < facts["large_high"]
    assert facts["small_ends"] > 0.8


def test_nobody_of_the_first_or_third_group_moves_while_d_falls():
    grown = [reference.grown(times) for times in reference.GROWTH]
    for table in grown:
        assert table.counts[:, [0, 2]].tolist() == grown[0].counts[:, [0, 2]].tolist()
    facts = reference.facts()
    rest = [facts[f"rest_{times}"] for times in reference.GROWTH]
    assert rest == sorted(rest, reverse=True) and rest[0] - rest[-1] > 10
    assert len({round(facts[f"fixed_{times}"], 9) for times in reference.GROWTH}) == 1


def test_rounding_moves_d_and_leaves_a_band_around_a_real_one():
    facts = rounding.facts()
    assert facts["fives"] > 2 * facts["exact"]
    assert facts["real_low"] < facts["real"] < facts["real_high"]


def test_a_real_town_shows_no_small_numbers_and_no_names_of_buurten(content):
    shown = realtown.shown("nl")["towns"]
    assert len(shown) >= 12
    for place, groups in shown.items():
        table = load_counts(place, realtown.YEAR, level="buurt")
        for group, told in groups.items():
            ours = table.column(group)
            assert ours.sum() >= 500
            thin = (ours < 10) | (table.unit_totals < 50)
            assert sum(strip[1] is None for strip in told["strips"]) == thin.sum()
            assert (~thin).sum() >= 5
            assert all(share is None or share == int(share) for _, share in told["strips"])
    page = content["nl/01-wat-is-segregatie.html"].decode()
    names = load_counts("Gouda", realtown.YEAR, level="buurt").unit_names
    assert [name for name in names if len(name) > 8 and name in page] == []


def test_a_group_too_small_for_a_town_is_left_out():
    assert "Turkije" not in realtown.shown("nl")["towns"]["Gouda"]
    table = load_counts("Gouda", realtown.YEAR, level="buurt")
    ours = table.column("Turkije")
    assert ours.sum() < 500 or ((ours >= 10) & (table.unit_totals >= 50)).sum() < 5


def test_numbers_of_a_real_town_come_with_a_margin_around_them():
    for groups in realtown.shown("nl")["towns"].values():
        for told in groups.values():
            margin = told["d_buurt"]
            assert margin["low"] is None or margin["low"] <= margin["value"] <= margin["high"]
