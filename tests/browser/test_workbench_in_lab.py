"""Can a person work the workbench? JupyterLab on this machine alone, by mouse and by keyboard."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from seglib.lab import SERVER, make_working_copies
from seglib.training import exercise

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: the workbench in JupyterLab was not tried."
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
NAME = "00_verken"
TOWN = "buurt;A;<b>B</b>\n1;80;20\n2;80;20\n3;20;80\n4;20;80\n"
STATUS = ".seglib-status"
PATIENCE_MS = 120_000  # a busy machine is no fault of the workbench
QUIET = (
    "--IdentityProvider.token=",
    "--LabApp.extension_manager=readonly",
    "--ServerApp.terminals_enabled=False",
)


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory) -> Iterator[str]:
    """The address of a JupyterLab with a working copy in Dutch, and nothing of this machine's."""
    home = tmp_path_factory.mktemp("lab")
    source = home / "source"
    source.mkdir()
    shutil.copy(root / "notebooks" / f"{NAME}.ipynb", source)
    list(make_working_copies(source, home / "nl", lang="nl", fresh=True))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: str(home / name.lower())
        for name in (
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
            "JUPYTERLAB_SETTINGS_DIR",
            "JUPYTERLAB_WORKSPACES_DIR",
            "IPYTHONDIR",
        )
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *QUIET, *SERVER]
    command += ["--ip=127.0.0.1", f"--port={port}", f"--ServerApp.root_dir={home / 'nl'}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--ServerApp.port_retries=0"],
            env={**os.environ, **own, "PYTHONPATH": str(root)},
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, home / "log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def page(lab) -> Iterator[object]:
    """The notebook with all its cells run; a fault on the way fails the last test."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        page.set_default_timeout(PATIENCE_MS)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.faults.append(m.text))
        page.on(
            "request", lambda request: _own(request.url, lab) or page.faults.append(request.url)
        )
        page.goto(f"{lab}/doc/tree/{NAME}.ipynb")
        page.get_by_text("(ipykernel) | Idle").wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        page.get_by_text("Run All Cells", exact=True).click()
        said(page, "Klaar: Amsterdam 2017, 83 gebieden, dissimilariteitsindex D")
        yield page
        browser.close()


def _own(address: str, lab: str) -> bool:
    return address.startswith((lab, lab.replace("http", "ws"), "data:", "blob:"))


def said(page, text: str) -> None:
    """Wait until the line of status says so."""
    page.locator(STATUS, has_text=text).wait_for()


def test_the_status_is_a_live_region_and_the_figures_stand_below_it(page):
    line = page.locator(STATUS)
    page.wait_for_function(f"document.querySelector('{STATUS}').getAttribute('role') === 'status'")
    assert line.get_attribute("aria-live") == "polite"
    assert page.locator(".seglib-parts svg[role=img]").count() == 3
    shown = page.locator(".seglib-parts caption").first.text_content()
    assert shown.startswith("Dissimilariteitsindex D tegenover Nederlandse herkomst")


def test_every_field_is_reached_by_keyboard_and_has_a_label(page):
    page.get_by_label("Gemeente of regio").focus()
    seen = []
    for _ in range(8):
        seen.append(
            page.evaluate(
                "(document.activeElement.labels?.[0] || document.activeElement).innerText"
            )
        )
        page.keyboard.press("Tab")
    assert seen[:4] == [
        "Gemeente of regio",
        "Gebieden en bron",
        "Jaar",
        "Groepen (ten hoogste 4; meer met Ctrl)",
    ]
    assert seen[4:6] == ["Vergelijk met", "Index"]
    assert seen[6].startswith("Kies eigen bestand")
    assert seen[7] == "Of het pad van een bestand"


def test_by_keyboard_another_place_another_index_and_another_year(page):
    place = page.get_by_label("Gemeente of regio")
    place.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Rotterdam")
    page.keyboard.press("Enter")
    said(page, "Klaar: Rotterdam 2018, 92 gebieden")
    map_before = page.locator(".seglib-parts svg[role=img]").first.inner_html()
    page.get_by_label("Index", exact=True).focus()
    page.keyboard.press("ArrowDown")
    said(page, "Klaar: Rotterdam 2018, 92 gebieden, Gini-index")
    assert "Geen schaal: deze index heeft geen vorm" in page.locator(".seglib-parts").inner_text()
    page.keyboard.press("ArrowUp")
    said(page, "Klaar: Rotterdam 2018, 92 gebieden, dissimilariteitsindex D")
    page.get_by_label("Jaar", exact=True).focus()
    page.keyboard.press("ArrowUp")
    said(page, "Klaar: Rotterdam 2017")
    assert page.locator(".seglib-parts svg[role=img]").first.inner_html() != map_before
    page.get_by_label("Groepen").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "document.querySelector('.seglib-parts table').innerText.includes('Surinaamse herkomst')"
    )


def test_by_mouse_other_groups_and_a_name_that_is_not_known(page):
    page.get_by_label("Groepen").locator("option", has_text="Turks").click()
    page.wait_for_function(
        "document.querySelector('.seglib-parts table').innerText.match(/Turkse/)"
    )
    assert "Surinaamse" not in page.locator(".seglib-parts table").first.inner_text()
    place = page.get_by_label("Gemeente of regio")
    place.click()
    place.fill("Roterdam<img src=x>")
    page.locator(".seglib-workbench h2").first.click()
    said(page, "Dit lukt niet: Roterdam<img src=x> is hier niet bekend")
    assert place.input_value() == "Rotterdam"


def test_a_wrong_file_says_what_to_mend_and_a_right_one_is_shown(page, tmp_path):
    right = tmp_path / "mijn.csv"
    right.write_text(TOWN, encoding="utf-8")
    wrong = tmp_path / "fout.csv"
    wrong.write_text(TOWN.replace("80;20", "80;geheim", 1), encoding="utf-8")
    large = tmp_path / "groot.csv"  # the server's own limit for what comes in at once is 10 MB
    rows = "".join(f"{row};80;20\n" for row in range(5, 900_000))
    large.write_text(wrong.read_text(encoding="utf-8") + rows, encoding="utf-8")
    assert large.stat().st_size > 11 * 2**20
    for file, told in (
        (large, "groot.csv, regel 2, kolom '<b>B</b>': 'geheim' is een teken voor geheim"),
        (wrong, "fout.csv, regel 2, kolom '<b>B</b>': 'geheim' is een teken voor geheim"),
        (right, "Klaar: mijn, 4 gebieden"),
    ):
        with page.expect_file_chooser() as chosen:
            page.get_by_role("button", name="Kies eigen bestand").click()
        chosen.value.set_files(file)
        said(page, told)
    shown = page.locator(".seglib-parts")
    assert "60,0" in shown.inner_text()
    assert "Geen kaart: van deze codes zijn hier geen grenzen." in shown.inner_text()
    assert shown.locator("td b, th b, option b").count() == 0


def test_code_and_files_can_be_taken_along(page, tmp_path):
    code = page.get_by_label("Kopieer dit in een nieuwe cel").input_value()
    assert "workbench.read_table('mijn.csv')" in code
    page.get_by_role("button", name="Maak bestanden om te bewaren").click()
    said(page, "De bestanden staan klaar onder de knop.")
    with page.expect_download() as kept:
        page.get_by_role("link", name="code.py").click()
    kept.value.save_as(tmp_path / "code.py")
    assert (tmp_path / "code.py").read_text(encoding="utf-8") == code
    names = page.locator("a[download]").all_inner_texts()
    assert {"certainty.csv", "certainty.xlsx", "areas.csv", "areas.xlsx"} <= set(names)


def test_axe_finds_nothing_in_the_workbench(page):
    page.get_by_label("Gemeente of regio").fill("Urk")
    page.keyboard.press("Enter")
    said(page, "Klaar: Urk 2015")
    page.evaluate(
        "document.querySelectorAll('.seglib-workbench details').forEach(d => d.open = true)"
    )
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("() => axe.run('.seglib-workbench')")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found] == []


def test_an_exercise_of_the_training_shows_its_cards_and_answers_back(page):
    one = exercise("wat-mag-je-zeggen", "nl")
    cell = page.locator(".jp-CodeCell", has_text=f'exercise("{one.id}", lang).check(')
    cell.scroll_into_view_if_needed()
    asked = page.locator(".jp-RenderedMarkdown", has_text=one.ask)
    asked.wait_for()
    assert asked.locator("li").count() == len(one.about["pile"]) + len(one.about["card"])
    cell.get_by_text(one.about["right"]).wait_for()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(f'exercise("{one.id}", lang).check("banaan")')
    page.keyboard.press("Control+Enter")
    page.locator(".jp-RenderedMarkdown", has_text=one.check("banaan").told[0]).wait_for()


def test_nothing_went_wrong_and_nothing_was_fetched_from_elsewhere(page):
    assert page.faults == []
    assert page.get_by_text("Would you like to get notified").count() == 0
