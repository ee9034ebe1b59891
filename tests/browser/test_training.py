"""Can somebody who never saw an index do the lessons, with a mouse or with the keyboard alone?"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from training_walk import HOSTILE, LETTERS, Participant, answers, built_training
from until import until

from seglib import CountTable, dissimilarity, interaction, isolation
from seglib.training import lessons
from seglib.training.topics import town

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: the lessons of the training were not walked."
)
LESSONS = {lesson.slug: lesson for lesson in lessons()}
FIRST = "01-wat-is-segregatie"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = "{exclude: ['.step[hidden]']}"
"""For axe: the step that is shown; each is looked at in its turn, and the whole page at the end."""
WHAT = "all => all.map(cell => Number(cell.getAttribute('data-what')))"
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('off') }})"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One Chromium for all tests here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def built() -> Path:
    """The training as `make training` writes it."""
    return built_training()


@pytest.fixture
def open_page(browser, built) -> Iterator[object]:
    """Opens a page from its file, without network; a console message or request is a fault."""
    contexts, faults = [], []

    def open_at(name: str, *, width: int = 1000, before: str = "", **options):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        if before:
            page.add_init_script(before)
        page.on("console", lambda message: faults.append(f"{name} console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"{name} error: {error}"))
        page.on("request", lambda request: _own(request.url) or faults.append(request.url))
        page.on("dialog", lambda dialog: faults.append(f"{name} dialog: {dialog.message}"))
        page.goto((built / name).as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []


def _own(address: str) -> bool:
    return address.startswith(("file:", "data:", "blob:"))


def _axe(page, context: str = "document") -> list[str]:
    """Violations of axe-core, from the copy that a Python package carries."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate(
        f"async () => (await axe.run({context}, {{resultTypes: ['violations']}})).violations"
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def _told(page, one) -> tuple[str, str]:
    """The verdict that stands under an exercise, and what it tells."""
    box = page.locator(f"[data-exercise='{one.id}'] [data-verdict]")
    return box.get_attribute("data-verdict"), " ".join(box.inner_text().split())


def _plain(text: str) -> str:
    return " ".join(text.replace("**", "").replace("*", "").split())


def _walk(page, lesson, lang: str, *, keyboard: bool, look=None) -> None:
    """Do every step to the sheet at the end: nonsense first, then a wrong and a right answer."""
    somebody, exercises = Participant(page, keyboard=keyboard), lesson.exercises(lang)
    steps = lesson.about["step"]
    for place, step in enumerate(steps, 1):
        assert page.evaluate("document.activeElement.id") in (f"step-{place}", "")
        for name in step.get("exercises", ()):
            one = exercises[name]
            for kind, answer in answers(one).items():
                somebody.give(one, answer)
                somebody.press(f"[data-exercise='{name}'] [data-check]")
                verdict, told = _told(page, one)
                expected = one.check(answer)
                assert (verdict, kind) == (expected.verdict, kind), (name, answer)
                assert kind == verdict, (name, answer, told)
                for line in expected.told:
                    assert _plain(line) in told, (name, answer)
                if look and kind != "right":
                    look(f"{one.kind} {kind}")
        if step.get("after") or step.get("after_topic"):
            assert page.locator(f"[data-step='{place}'] .after").is_visible()
        if look:
            look(f"step {place}")
        somebody.press("[data-next]")
    assert page.evaluate("document.activeElement.id") == "handout"


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_is_walked_to_its_end_by_mouse_and_axe_finds_nothing(open_page, slug):
    page = open_page(f"nl/{slug}.html", reduced_motion="reduce")
    found, seen = [], set()

    def look(state: str) -> None:
        if state not in seen:
            found.extend(f"{state}: {each}" for each in _axe(page, SHOWN))
        seen.add(state)

    found.extend(_axe(page))
    _walk(page, LESSONS[slug], "nl", keyboard=False, look=look)
    assert found + _axe(page) == []
    sheet = page.locator("[data-handout]").inner_text()
    for one in LESSONS[slug].exercises("nl").values():
        assert _plain(one.ask) in " ".join(sheet.split())
    assert "nog geen antwoord" not in sheet


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_is_walked_to_its_end_by_keyboard_alone(open_page, slug):
    page = open_page(f"en/{slug}.html", reduced_motion="reduce")
    _walk(page, LESSONS[slug], "en", keyboard=True)
    sheet = " ".join(page.locator("[data-handout]").inner_text().split())
    for one in LESSONS[slug].exercises("en").values():
        assert _plain(one.ask) in sheet


@pytest.mark.parametrize("slug", LESSONS)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_step_fits_a_screen_of_320_wide(open_page, slug, lang):
    page = open_page(f"{lang}/{slug}.html", width=320)
    page.evaluate(
        "document.querySelectorAll('.after').forEach(part => part.hidden = false);"
        "document.querySelectorAll('details').forEach(part => part.open = true)"
    )
    for place in range(1, len(LESSONS[slug].about["step"]) + 2):
        page.evaluate(f"Training.go({place})")
        assert page.evaluate(OVERFLOW) == 0, place


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_has_no_violation_and_leads_to_a_lesson_and_the_other_language(open_page, scheme):
    page = open_page("index.html", color_scheme=scheme)
    assert _axe(page) == []
    page.click("a[hreflang=en]")
    page.click(f"a[href='en/{FIRST}.html']")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.evaluate("Training.go(3)")
    assert _axe(page) == []
    page.click("a[hreflang=nl]")
    assert page.evaluate("Training.state.step") == 3


def test_a_reload_keeps_place_answer_town_and_note(open_page):
    page = open_page(f"nl/{FIRST}.html")
    page.evaluate("Training.go(3)")
    page.locator("[data-step='3'] [role=gridcell]").first.click()
    drawn = page.locator("[data-step='3'] .homes").inner_html()
    page.fill("[data-exercise=d-apart] input[type=text]", "40")
    page.click("[data-exercise=d-apart] [data-check]")
    page.locator("[data-step='3'] .note summary").click()
    page.fill("#note-3", "onze straat")
    page.goto(page.url.partition("#")[0])
    assert page.evaluate("Training.state.step") == 3
    assert page.locator("[data-step='3']").is_visible()
    assert page.locator("[data-step='3'] .homes").inner_html() == drawn
    assert page.locator("#note-3").input_value() == "onze straat"
    assert page.locator("[data-exercise=d-apart] [data-verdict]").is_visible()
    page.reload()
    assert page.evaluate("Training.state.step") == 3
    page.evaluate("Training.go(99)")
    page.click("[data-forget]")
    assert page.evaluate("Training.state.notes[3]") == "onze straat"
    page.click("[data-forget]")
    until(page, "window.Training && Training.state.step === 1")
    assert page.locator("#note-3").input_value() == ""


def test_a_page_that_may_store_nothing_still_works_and_says_so(open_page):
    page = open_page(f"nl/{FIRST}.html", before=NO_STORAGE)
    assert "bewaart je antwoorden niet" in page.locator("main > .warning").inner_text()
    page.evaluate("Training.go(3)")
    page.reload()
    assert page.evaluate("Training.state.step") == 3


@pytest.mark.parametrize("kept", ["{", "null", "[1]", '{"step":"x","answers":[],"kept":3}', "7"])
def test_what_another_page_left_in_the_store_does_no_harm(open_page, kept):
    before = f"localStorage.setItem('seglib-training-{FIRST}', {kept!r})"
    page = open_page(f"nl/{FIRST}.html", before=before)
    assert page.evaluate("Training.state.step") == 1


@pytest.mark.parametrize("slug", LESSONS)
def test_hostile_input_in_every_field_shows_as_text(open_page, slug):
    page = open_page(f"nl/{slug}.html")
    title, steps = page.title(), len(LESSONS[slug].about["step"])
    page.evaluate("document.querySelectorAll('.after').forEach(part => part.hidden = false)")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    for place in range(1, steps + 1):
        page.evaluate(f"Training.go({place})")
        fields = page.locator("input[type=text]:visible, input[type=search]:visible, textarea")
        for field in fields.all():
            if field.is_visible():
                field.fill(HOSTILE)
        for button in page.locator("[data-check]:visible").all():
            button.click()
    page.evaluate("Training.go(99)")
    assert page.locator("main img, main script").count() == 0
    assert HOSTILE in page.locator("[data-handout]").inner_text()
    with page.expect_download() as caught:
        page.click("[data-save=page]")
    saved = Path(caught.value.path()).read_text("utf-8")
    assert "<img" not in saved and "&lt;img src=x" in saved
    assert page.title().startswith("Mijn blad") and title


def test_the_sheet_is_saved_as_text_and_printed_without_buttons(open_page):
    page = open_page(f"nl/{FIRST}.html")
    page.evaluate("Training.go(3)")
    page.fill("[data-exercise=d-apart] input[type=text]", "40")
    page.click("[data-exercise=d-apart] [data-check]")
    page.evaluate("Training.go(99)")
    with page.expect_download() as caught:
        page.click("[data-save=text]")
    assert caught.value.suggested_filename == f"{FIRST}-mijn-blad.txt"
    assert "Mijn antwoord: 40" in Path(caught.value.path()).read_text("utf-8")
    page.emulate_media(media="print")
    shown = "[...document.querySelectorAll('button, .kicker, nav')].filter(e => e.offsetParent)"
    assert page.evaluate(f"{shown}.length") == 0
    assert page.locator("[data-handout]").is_visible()
    assert len(page.pdf(format="A4")) > 5_000


def test_where_scripts_are_off_the_text_is_there_and_the_page_says_so(open_page):
    page = open_page(f"nl/{FIRST}.html", java_script_enabled=False)
    assert "een script" in page.locator("noscript").inner_text()
    lesson = LESSONS[FIRST]
    for place, step in enumerate(lesson.told("nl")["step"], 1):
        assert page.locator(f"#step-{place}").is_visible()
        assert page.locator(f"#step-{place}").inner_text() == step["title"]
    assert page.locator(".walk, .path").filter(visible=True).count() == 0
    for one in lesson.exercises("nl").values():
        assert page.locator(f"[data-exercise='{one.id}']").is_visible()


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_asked_for_less_motion(open_page, wish, moves):
    page = open_page(f"nl/{FIRST}.html", reduced_motion=wish)
    page.evaluate("Training.go(3)")
    page.click("[data-exercise=d-apart] [data-check]")
    for part in (".homes .home", "[data-verdict]"):
        name = f"getComputedStyle(document.querySelector(\"[data-step='3'] {part}\")).animationName"
        assert (page.evaluate(name) != "none") is moves, part


def test_a_hint_comes_in_steps_and_then_the_answer_may_be_seen(open_page):
    page = open_page(f"nl/{FIRST}.html")
    page.evaluate("Training.go(3)")
    within = "[data-exercise=d-apart]"
    hints = LESSONS[FIRST].exercises("nl")["d-apart"].hints
    assert page.locator(f"{within} [data-show]").is_hidden()
    for count, hint in enumerate(hints, 1):
        page.click(f"{within} [data-hint]")
        assert page.locator(f"{within} .hints li").count() == count
        assert _plain(hint) in page.locator(f"{within} .hints").inner_text()
    page.click(f"{within} [data-show]")
    assert page.locator(f"{within} [data-verdict]").get_attribute("data-verdict") == "revealed"
    assert page.locator("[data-step='3'] .after").is_visible()


def test_a_town_is_drawn_by_mouse_by_finger_and_by_keyboard(open_page):
    wanted = {"d_block": 0.0, "meet": 0.0}
    for way in ("mouse", "touch", "keyboard"):
        page = open_page(f"nl/{FIRST}.html", has_touch=way == "touch", reduced_motion="reduce")
        page.evaluate("Training.go(3)")
        cells = page.locator("[data-step='3'] [role=gridcell]")
        homes = town.patterns()["half"].copy()
        page.locator("[data-step='3'] [data-tool='2']").click()
        if way == "mouse":  # drag along the upper row
            first, last = cells.nth(0).bounding_box(), cells.nth(7).bounding_box()
            page.mouse.move(first["x"] + 9, first["y"] + 9)
            page.mouse.down()
            page.mouse.move(last["x"] + 9, last["y"] + 9, steps=40)
            page.mouse.up()
            homes[0, :] = 2
        elif way == "touch":
            cells.nth(0).tap()
            homes[0, 0] = 2
        else:
            Participant(page, keyboard=True).tab_to("[data-step='3'] [role=gridcell]")
            for key in ("ArrowDown", "ArrowDown", " ", "ArrowRight", "0", "ArrowRight", "2"):
                page.keyboard.press(key)
            homes[2, :3] = 2, 0, 2
        found = cells.evaluate_all(WHAT)
        assert found == homes.ravel().tolist(), way
        now = town.measured(homes)
        for name in wanted:
            shown = page.locator(f"[data-step='3'] [data-meter={name}] .name").inner_text()
            assert str(int(now[name] + 0.5)) in shown, (way, name)
        until(page, "document.querySelector('[data-live]').textContent !== ''")
        assert "D per blok" in page.locator("[data-live]").inner_text()
        for _ in range(3 if way == "keyboard" else 1):
            page.locator("[data-step='3'] [data-undo]").click()
        found = cells.evaluate_all(WHAT)
        assert found == town.patterns()["half"].ravel().tolist(), way


def test_the_grid_tells_where_one_is_and_arrows_stay_inside(open_page):
    page = open_page(f"nl/{FIRST}.html")
    page.evaluate("Training.go(3)")
    Participant(page, keyboard=True).tab_to("[data-step='3'] [role=gridcell]")
    label = "document.activeElement.getAttribute('aria-label')"
    for key, start in (
        ("ArrowUp", "Rij 1, kolom 1, blok 1, wijk 1"),
        ("ArrowLeft", "Rij 1, kolom 1,"),
        ("End", "Rij 1, kolom 8, blok 4, wijk 2"),
        ("ArrowRight", "Rij 1, kolom 8,"),
        ("ArrowDown", "Rij 2, kolom 8, blok 4"),
        ("Home", "Rij 2, kolom 1,"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(label).startswith(start), key
    assert page.locator("[data-step='3'] [role=gridcell][tabindex='0']").count() == 1


def test_the_challenges_are_met_by_the_answers_that_were_thought_of(open_page):
    page = open_page(f"nl/{FIRST}.html", reduced_motion="reduce")
    patterns = town.patterns()
    chosen = LESSONS[FIRST].about["step"][3]["options"]["levels"]
    levels = [one for one in town.LEVELS if one["id"] in chosen]
    page.evaluate("Training.go(4)")
    within = page.locator("[data-step='4']")
    for at, level in enumerate(levels, 1):
        assert within.locator(".goal .won").count() == 0, level["id"]
        cells = within.locator("[role=gridcell]")
        start, wanted = patterns[level["start"]].ravel(), patterns[level["answer"]].ravel()
        if level.get("swaps"):
            away = np.flatnonzero(start != wanted)
            ones, twos = (away[start[away] == group].tolist() for group in (1, 2))
            moves = [place for pair in zip(ones, twos, strict=True) for place in pair]
        else:
            moves = []
            for group in (1, 2):
                within.locator(f"[data-tool='{group}']").click()
                for place in np.flatnonzero((start != wanted) & (wanted == group)).tolist():
                    cells.nth(place).click()
        for place in moves:
            cells.nth(place).click()
        assert "Gelukt!" in within.locator(".goal .won").inner_text(), level["id"]
        if at < len(levels):
            within.locator("[data-level]").click()
    page.evaluate("Training.go(99)")
    done = f"Gelukte uitdagingen: {len(levels)} van {len(levels)}."
    assert done in page.locator("[data-handout]").inner_text()


def test_the_script_measures_a_thousand_towns_as_seglib_does(open_page):
    rng, towns, expected = np.random.default_rng(8), [], []
    for _ in range(1000):
        units = int(rng.integers(1, 40))
        counts = rng.integers(0, rng.integers(2, 60), (units, 3))
        counts[0] += 1
        areas = rng.integers(0, max(1, units // 4), units)
        parts = {"wijk": [str(area) for area in areas]}
        table = CountTable.from_counts(counts, groups=("a", "b", "c"), parts=parts)
        larger = table.merge("wijk")
        towns.append({"counts": counts.T.tolist(), "areas": areas.tolist()})
        expected.append(
            [
                dissimilarity(table, "a", "b").value,
                dissimilarity(larger, "a", "b").value,
                interaction(table, "a", "b").value,
                isolation(table, "a").value,
            ]
        )
    page = open_page(f"nl/{FIRST}.html")
    found = page.evaluate(
        """towns => towns.map(({counts: [a, b, c], areas}) => {
            const M = Training.measures, all = a.map((n, unit) => n + b[unit] + c[unit]);
            return [M.dissimilarity(a, b), M.dissimilarity(M.merge(a, areas), M.merge(b, areas)),
                    M.exposure(a, b, all), M.isolation(a, all)];
        })""",
        towns,
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_and_notebook_answer_every_exercise_alike(open_page, lang):
    rng = random.Random(8)
    for lesson in LESSONS.values():
        page = open_page(f"{lang}/{lesson.slug}.html")
        for one in lesson.exercises(lang).values():
            given = [*answers(one).values(), *_odd(rng, one)]
            found = page.evaluate(
                "([id, all]) => all.map(one => Training.check(Training.about.exercises[id], one))",
                [one.id, given],
            )
            for answer, page_said in zip(given, found, strict=True):
                said = one.check(answer)
                assert page_said == {"verdict": said.verdict, "told": list(said.told)}, answer


def _odd(rng: random.Random, one) -> list:
    """Answers as people and machines may give them."""
    odd = ["", " ", "b", "Z", "-1", "+3", "12,5", "12.5 ", "40 %", "1e3", "٣", "½", HOSTILE, "ab"]
    if one.kind == "number":
        low, high = one.about["low"], one.about["high"]
        return [*odd, *(str(round(rng.uniform(low - 5, high + 5), 1)) for _ in range(30))]
    if one.kind == "order":
        letters = list(LETTERS[: len(one.about["item"])])
        return [*odd, *("".join(rng.sample(letters, len(letters))) for _ in range(10))]
    if one.kind == "sort":
        piles = [*(pile["id"] for pile in one.about["pile"]), "nowhere"]
        cards = LETTERS[: len(one.about["card"])]
        return [{}, *({card: rng.choice(piles) for card in cards} for _ in range(10))]
    if one.kind == "line":
        count, low, high = len(one.about["point"]), one.about["low"], one.about["high"]
        drawn = [[rng.randint(int(low) - 1, int(high) + 1) for _ in range(count)] for _ in range(9)]
        return [[], [low], *drawn]
    return odd
