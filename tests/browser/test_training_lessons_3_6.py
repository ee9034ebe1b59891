"""Do the widgets of lessons 3, 4 and 6 work by keyboard and mouse, and show what seglib found?"""

from __future__ import annotations

import itertools
from importlib.resources import files

import pytest
from test_training import CHROMIUM, OVERFLOW, browser, built, open_page  # noqa: F401
from training_walk import HOSTILE, Participant

from seglib import language
from seglib.training.topics import designs, home, scan, worlds

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: widgets were not tried.")
HOME, CARDS, MINE = "03-divers-en-thuis", "04-buurteffecten", "06-mijn-wijk"


def violations(page) -> list[str]:
    """What axe-core finds in this state."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


def played(round_: dict, pick: int, trust: bool) -> tuple[int, int]:
    """What a card and a judgement of it earn, worked out apart from the page."""
    sound = designs.card(round_["world"], round_["empty"], round_["cards"][pick])["sound"]
    return int(sound), int(trust == sound)


@pytest.mark.parametrize("pair", [False, True])
def test_the_cards_are_played_to_the_end_by_keyboard_and_the_points_add_up(open_page, pair):  # noqa: F811
    page = open_page(f"nl/{CARDS}.html", reduced_motion="reduce")
    page.evaluate("Training.go(3)")
    somebody, within = Participant(page, keyboard=True), "[data-step='3']"
    if pair:
        somebody.press(f"{within} [data-mode=pair]")
    points, found = [0, 0], []
    for at, one in enumerate(designs.ROUNDS):
        pick, trust = at % len(one["cards"]), at % 3 != 0
        somebody.press(f"{within} [data-pick='{pick}']")
        found += violations(page) if at == 0 else []
        somebody.press(f"{within} [data-bet={'yes' if trust else 'no'}]")
        card, eye = played(one, pick, trust)
        first = at % 2 if pair else 0
        points[first] += card
        points[1 - first if pair else 0] += eye
        told = designs.card(one["world"], one["empty"], one["cards"][pick])
        shown = page.locator(f"{within} [data-card='{pick}']").first.inner_text()
        for value in (told["truth"], told["found"]):
            assert language.number(value, one["decimals"], "nl") in shown
        somebody.press(f"{within} [data-twist]")
        assert page.evaluate("document.activeElement.tagName") == "H4"
        assert page.locator(f"{within} .designs > h4").count() == 3
        found += violations(page) if at == 0 else []
        line = page.locator(f"{within} .points").inner_text()
        expected = (
            f"speler 1 heeft {points[0]}, speler 2 heeft {points[1]}"
            if pair
            else f"{points[0]} van de {2 * at + 2}"
        )
        assert expected in line
        if at + 1 < len(designs.ROUNDS):
            somebody.press(f"{within} [data-round]")
    assert found == []
    page.reload()
    assert expected in page.locator(f"{within} .points").inner_text()
    page.evaluate("Training.go(99)")
    sheet = page.locator("[data-handout]").inner_text()
    assert expected in sheet and "verzonnen" in sheet


def test_an_odd_store_does_not_stop_the_cards_or_the_scan(open_page):  # noqa: F811
    for slug, kept in (
        (CARDS, '{"topic-3":{"at":99,"played":[1],"pair":"x"}}'),
        (CARDS, '{"topic-3":{"at":1,"played":{"area":{"pick":"__proto__","bet":true}}}}'),
        (MINE, '{"scan":{"code":"__proto__","asks":"x"}}'),
        (HOME, '{"after_topic-4":{"held":"9","year":"<b>"}}'),
    ):
        stored = f'{{"step":1,"seen":1,"answers":{{}},"notes":{{}},"lines":{{}},"kept":{kept}}}'
        page = open_page(
            f"nl/{slug}.html", before=f"localStorage.setItem('seglib-training-{slug}', {stored!r})"
        )
        page.evaluate("Training.go(3)")
        assert page.locator("[data-step='3']").is_visible()


def test_a_gemeente_is_found_by_typing_and_guessed_before_it_is_shown(open_page):  # noqa: F811
    page = open_page(f"nl/{MINE}.html", reduced_motion="reduce")
    page.evaluate("Training.go(2)")
    somebody, field = Participant(page, keyboard=True), "[data-step='2'] [role=combobox]"
    somebody.write(field, "sudwest")
    assert page.locator("[role=option]").all_inner_texts() == ["Súdwest-Fryslân"]
    found = violations(page)
    somebody.write(field, HOSTILE)
    assert HOSTILE in page.locator("[data-step='2'] .scan").inner_text()
    assert page.locator("[data-step='2'] img").count() == 0
    somebody.write(field, "rotter")
    page.keyboard.press("ArrowDown")
    active = page.evaluate("document.activeElement.getAttribute('aria-activedescendant')")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    within = page.locator("[data-step='2'] .scan")
    assert "van de 100" not in within.inner_text()
    for nonsense in ("banaan", "101", "-1", HOSTILE):
        somebody.write("[id^=guess]", nonsense)
        somebody.press("[data-guess]")
        assert "geen getal van 0 tot en met 100" in within.inner_text()
    found += violations(page)
    dutch = scan.stored()["GM0599"]["groups"]["Nederland"]
    somebody.write("[id^=guess]", str(dutch + 3))
    page.keyboard.press("Enter")
    assert f"het waren er {dutch}" in within.inner_text()
    assert within.locator(".hundred circle.p0").count() == dutch
    assert within.locator(".hundred circle").count() == 100
    assert found + violations(page) == []
    page.reload()
    page.evaluate("Training.go(7)")
    somebody.tab_to("[data-step='7'] .asks:last-child input")
    page.keyboard.press("Space")
    page.evaluate("Training.go(99)")
    sheet = page.locator("[data-handout]").inner_text()
    assert "Wie kent iemand in Almere" in sheet and "623.100" in sheet


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_gemeente_fills_every_part_without_a_broken_sentence(open_page, lang):  # noqa: F811
    page, codes = open_page(f"{lang}/{MINE}.html", width=320), scan.codes()
    codes = codes if lang == "nl" else codes[::9]
    texts = page.evaluate(
        """codes => codes.map(code => {
            Training.state.kept.scan = {code: code, guess: 50, seen: true, asks: []};
            return [3, 4, 6, 7].map(step => {
                Training.go(step, true);
                const shown = document.querySelector(`[data-step='${step}'] .scan`);
                const wide = document.documentElement;
                return shown.innerText + (wide.scrollWidth > wide.clientWidth ? ' OVERFLOW' : '');
            }).join('\\n');
        })""",
        codes,
    )
    broken = ("undefined", "null", "NaN", "{", "OVERFLOW", "[object", "()")
    for code, text in zip(codes, texts, strict=True):
        assert [each for each in broken if each in text] == [], code
        assert scan.gemeente_name(code) in text and "2015" in text
        told = scan.stored()[code]
        for group, (value, low, _) in told["d"].items():
            assert language.number(value, 1, lang) in text, (code, group)
            assert low is None or language.number(low, 1, lang) in text


def test_the_line_moves_with_each_box_and_tells_the_model_with_its_margin(open_page):  # noqa: F811
    page = open_page(f"nl/{HOME}.html", reduced_motion="reduce")
    page.evaluate("Training.go(4)")
    assert page.locator("[data-step='4'] .home").count() == 0  # predict first
    somebody, within = Participant(page, keyboard=True), "[data-step='4']"
    page.locator(f"{within} input[type=radio]").first.check()
    somebody.press(f"{within} [data-exercise=inkomen-gelijk] [data-check]")
    assert page.locator(f"{within} .home").count() == 0
    somebody.write("[data-exercise=hoeveel-onder-nul] input[type=text]", "9")
    somebody.press("[data-exercise=hoeveel-onder-nul] [data-check]")
    lines = home.shown("nl", mode="choose")["lines"]["ThuisVoelen_p"]["2014"]
    seen, held = set(), "0000"
    for box in (0, 1, 2, 3, 0, 2):
        somebody.tab_to(f"{within} [data-held='{box}']")
        page.keyboard.press("Space")
        held = held[:box] + "10"[int(held[box])] + held[box + 1 :]
        told = page.locator(f"{within} [data-told]").inner_text()
        value, low, high = (language.number(one, 1, "nl") for one in lines[held])
        assert f"{value.strip('−')} procentpunt minder" in told
        assert f"(marge {low} tot {high})" in told
        seen.add(page.locator(f"{within} .trend").get_attribute("d"))
    assert len(seen) == 6
    page.select_option(f"{within} [id^=asked]", "GoedeOmgangEtnischeGroepen_p")
    assert "procentpunt meer" in page.locator(f"{within} [data-told]").inner_text()
    assert violations(page) == []


def test_the_worlds_are_told_apart_only_after_an_answer(open_page):  # noqa: F811
    page = open_page(f"nl/{HOME}.html")
    page.evaluate("Training.go(6)")
    within = page.locator("[data-step='6']")
    assert within.locator(".three svg").count() == 3
    assert "korter dan vijf jaar" not in within.inner_text()
    within.locator("[data-check]").click()  # nothing chosen
    assert "korter dan vijf jaar" not in within.inner_text()
    within.locator("input[type=radio]").nth(3).check()
    within.locator("[data-check]").click()
    text = within.inner_text()
    assert "korter dan vijf jaar" in text
    for name, part in itertools.product(worlds.KINDS, worlds.PARTS):
        assert language.number(worlds.within(name, part).value / 10, 2, "nl") in text


@pytest.mark.parametrize(("slug", "steps"), [(HOME, (2, 6)), (CARDS, (3,)), (MINE, (3, 4, 7))])
def test_a_lesson_stays_whole_in_the_dark_in_print_and_at_400_percent(open_page, slug, steps):  # noqa: F811
    page = open_page(f"nl/{slug}.html", width=320, color_scheme="dark", reduced_motion="reduce")
    for step in steps:
        page.evaluate(f"Training.go({step})")
        assert page.evaluate(OVERFLOW) == 0, step
        assert violations(page) == [], step
    page.emulate_media(media="print")
    assert len(page.pdf(format="A4")) > 5_000
