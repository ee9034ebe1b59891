"""Every page looked at: pictures of all reports, axe-core, and pixels beside those of before.

``python3 -m seglib verify looked`` makes every report in both languages, opens it in Chromium in
each theme, light and dark, wide and narrow, and on paper, and keeps the pictures in
``reports/looked/``. Figures and pages of the PDF are compared with small pictures of when a person
last looked, in ``looked/``; ``--accept`` keeps what is seen now as those. Words after it choose
reports whose names begin so; ``--made FOLDER`` takes reports that are there already.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from PIL import Image
from stamps import HERE, ROOT, Proof

from seglib.report import pdf, render, site
from seglib.report.run import make_reports
from seglib.report.theme import THEMES, read_theme

REFERENCES = HERE / "looked"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
LEVELS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"  # black to white
FIGURE, SHEET = (24, 14), (16, 22)  # columns and rows of a small picture
MEAN, FAR, FAR_SHARE = 1.5, 12, 0.06  # levels that cells may differ: on average, and few of them
SLICE = 4000  # pixels
INK = (0.7, 1.4)  # times as much ink as before, at least and at most
VIEWS = {"wide": (1280, "light"), "narrow": (360, "light"), "dark": (1280, "dark")}
THEMED = {"light": (360, "light"), "dark": (1280, "dark")}
BOXES = """[...document.querySelectorAll('.plot > svg')].map(svg => {
    const box = svg.getBoundingClientRect()
    return [box.left, box.top + scrollY, box.right, box.bottom + scrollY].map(Math.round)
})"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true })"
# rows after the fifth are as those before; what a figure draws is tested with the figures
REST = "{exclude: [['tbody tr:nth-child(n+6)'], ['.plot svg g']]}"
AXE = f"() => axe.run({REST}).then(found => found.violations.map(each => each.id))"
TEMPLATES = "seglib/report/templates"
MODULES = (
    *("notebooks/" + path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))),
    *("notebooks/runs.toml", "seglib/figures", "tests/verified/looked.py"),
    *(f"seglib/report/{name}.py" for name in ("document", "drawing", "markdown", "pdf", "render")),
    *(f"seglib/report/{name}.py" for name in ("site", "view")),
    *(f"{TEMPLATES}/{name}" for name in ("report.typ", "words.toml")),
    *(f"{TEMPLATES}/seglib/{name}" for name in ("style.css", "index.html.j2", "parts.html.j2")),
)


def small(picture: Image.Image, size: tuple[int, int]) -> str:
    """A picture in a few cells, a letter for the grey of each, row by row."""
    grey = np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX))
    return "".join(LEVELS[level // 4] for level in grey.ravel())


def differs(seen: str, before: str) -> str:
    """Why a small picture is not as before, or nothing."""
    if len(seen) != len(before):
        return "other size"
    now, then = (np.array([LEVELS.index(each) for each in text]) for text in (seen, before))
    apart = np.abs(now - then)
    ink = (63 - now).sum() / max((63 - then).sum(), 1)
    if not INK[0] <= ink <= INK[1]:
        return f"{ink:.2f} times as much ink"
    if apart.mean() > MEAN or (apart > FAR).mean() > FAR_SHARE:
        return f"cells differ by {apart.mean():.1f} of 64 levels on average"
    return ""


def compared(seen: dict[str, str], before: dict[str, str]) -> list[str]:
    """What came, went, or looks other than before."""
    found = [f"{name} went" for name in before if name not in seen]
    for name, text in seen.items():
        why = differs(text, before[name]) if name in before else "is new"
        found += [f"{name} {why}"] if why else []
    return found


def beside_before(name: str, seen: dict[str, str], *, accept: bool) -> list[str]:
    """What is other in a report than when a person last looked, or now looks."""
    kept = REFERENCES / f"{name}.json"
    if accept:
        REFERENCES.mkdir(exist_ok=True)
        kept.write_text(json.dumps(seen, indent=0) + "\n", "utf-8")
    before = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    return compared(seen, before)


class Looker:
    """A browser that opens pages from files, and keeps what they do wrong."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.faults: list[str] = []
        self.checks = 0
        self.axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

    def open(self, path: Path, width: int, scheme: str) -> Any:
        """A page; what it asks of another host is refused and told."""
        size = {"width": width, "height": 900}
        page = self.browser.new_page(viewport=size, color_scheme=scheme)
        page.set_default_timeout(180_000)
        page.route("**/*", self._only_files)
        page.goto(path.as_uri())
        return page

    def _only_files(self, route: Any) -> None:
        if route.request.url.startswith(("file:", "data:")):
            return route.continue_()
        self.faults.append(f"asks for {route.request.url}")
        return route.abort()

    def check(self, page: Any, name: str) -> None:
        """No violation with everything unfolded, and nothing wider than the window."""
        page.evaluate(UNFOLD)
        page.evaluate(self.axe)
        self.faults += [f"{name}: axe {each}" for each in page.evaluate(AXE)]
        if (wide := page.evaluate(OVERFLOW)) > 0:
            self.faults.append(f"{name}: {wide} px wider than the window")
        self.checks += 1

    def look(self, path: Path, home: Path) -> dict[str, str]:
        """Pictures of one page in each view and on paper, and its figures in small."""
        seen = {}
        for view, (width, scheme) in VIEWS.items():
            page = self.open(path, width, scheme)
            picture = whole(page)
            picture.save(home / f"{view}.jpg", quality=60)
            if view != "narrow":  # where a figure is wider than the window
                for number, box in enumerate(page.evaluate(BOXES), 1):
                    seen[f"{view} figure {number}"] = small(picture.crop(box), FIGURE)
            if view == "wide":
                page.pdf(path=str(home / "print.pdf"), prefer_css_page_size=True)
            if view != "wide":
                self.check(page, f"{home.name} {view}")
            page.close()
        return seen


def whole(page: Any) -> Image.Image:
    """A page from top to foot; a browser draws only so much at a time."""
    width, height = page.viewport_size["width"], page.evaluate("document.body.scrollHeight")
    picture = Image.new("RGB", (width, height))
    for top in range(0, height, SLICE):
        part = {"x": 0, "y": top, "width": width, "height": min(SLICE, height - top)}
        taken = page.screenshot(full_page=True, clip=part)
        picture.paste(Image.open(io.BytesIO(taken)), (0, top))
    return picture


def sheets(document: Path, home: Path, kind: str) -> dict[str, str]:
    """The pages of a PDF as pictures, and these in small."""
    target = home / kind
    subprocess.run(["pdftoppm", "-r", "60", "-png", str(document), str(target)], check=True)
    pages = sorted(home.glob(f"{kind}-*.png"))
    return {f"{kind} {n}": small(Image.open(page), SHEET) for n, page in enumerate(pages, 1)}


def in_theme(looker: Looker, notebook: Path, lang: str, home: Path, bench: Path) -> None:
    """The page and the PDF of a report in the look of the example institute."""
    theme, nb = read_theme(THEMES / "example" / "example.toml"), nbformat.read(notebook, 4)
    path = bench / f"{home.name}.html"
    path.write_text(render.html(nb, lang, theme=theme), "utf-8")
    pdf.pdf(nb, lang, bench / f"{home.name}.pdf", theme=theme)
    for scheme, (width, scheme_of_page) in THEMED.items():
        page = looker.open(path, width, scheme_of_page)
        page.screenshot(path=home / f"theme-{scheme}.jpg", type="jpeg", quality=60)
        looker.check(page, f"{home.name} in the example theme, {scheme}")
        page.close()


def reports_of(made: Path, begin: Sequence[str]) -> Iterator[tuple[str, str, Path]]:
    """Language, name and page of each report whose name begins as asked."""
    for entry in sorted(site.read_entries(made), key=lambda each: (each.lang, each.stem)):
        if entry.stem.startswith(tuple(begin) or ""):
            yield entry.lang, f"{entry.lang}-{entry.stem}", made / entry.file("html")


def look_around(looker: Looker, made: Path, home: Path) -> None:
    """The list of reports and the pages on data and method."""
    home.mkdir(parents=True, exist_ok=True)
    for name in site.pages():
        for width, scheme in ((1280, "light"), (360, "dark")):
            page = looker.open(made / name, width, scheme)
            stem = name.replace("/", "-").removesuffix(".html")
            whole(page).save(home / f"{stem}-{scheme}.jpg", quality=60)
            looker.check(page, f"{name} {scheme}")
            page.close()


def look_at(
    made: Path, begin: Sequence[str], out: Path, bench: Path
) -> tuple[dict[str, Any], Looker]:
    """All that is seen of these reports, by report, and who looked."""
    from playwright.sync_api import sync_playwright

    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, CHROMIUM)))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        looker = Looker(browser)
        for lang, name, path in reports_of(made, begin):
            home = out / name
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            found[name] = looker.look(path, home)
            sheets(home / "print.pdf", home, "print")
            found[name] |= sheets(path.with_suffix(".pdf"), home, "pdf")
            in_theme(looker, path.with_suffix(".ipynb"), lang, home, bench)
            print(f"{name}: {len(found[name])} pictures, {len(looker.faults)} faults", flush=True)
        if not begin:
            look_around(looker, made, out / "site")
        browser.close()
    return found, looker


def write_index(out: Path, told: dict[str, list[str]]) -> None:
    """A page with all pictures, report by report, and what was found."""
    parts = []
    for home in sorted(path for path in out.iterdir() if path.is_dir()):
        shown = "".join(
            f'<a href="{home.name}/{each.name}"><img loading="lazy" src="{home.name}/{each.name}" '
            f'alt="{each.stem} of {home.name}"></a>'
            for each in sorted([*home.glob("*.jpg"), *home.glob("*.png")])
        )
        said = html.escape("; ".join(told.get(home.name, ())) or "as before")
        parts.append(f"<h2>{home.name}</h2><p>{said}</p><p>{shown}</p>")
    style = "img{width:12rem;height:17rem;object-fit:cover;object-position:top;border:1px solid}"
    page = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Looked at</title><style>'
    page += f"{style}</style><h1>Looked at</h1>{''.join(parts)}</html>\n"
    (out / "index.html").write_text(page, "utf-8")


def run(words: Sequence[str]) -> dict[str, Any]:
    """Look at the reports, all or those whose names begin so."""
    parser = argparse.ArgumentParser(prog="seglib verify looked")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--accept", action="store_true", help="keep what is seen as the reference")
    parser.add_argument("--made", type=Path, help="reports that are there, not made anew")
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "looked")
    asked = parser.parse_args(words)
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="seglib-looked-") as name:
        made = asked.made or Path(name) / "reports"
        if not asked.made:
            make_reports(ROOT / "notebooks", made, formats=("html", "pdf"))
        seen, looker = look_at(made.resolve(), asked.names, asked.out, Path(name))
    told = {name: beside_before(name, seen[name], accept=asked.accept) for name in seen}
    write_index(asked.out, told)
    other = {report: found for report, found in told.items() if found}
    return {
        "seeds": {},
        "counts": {
            "reports": len(seen),
            "pictures compared": sum(map(len, seen.values())),
            "pages checked by axe-core": looker.checks,
        },
        "faults": sorted(set(looker.faults)),
        "other than before": other,
        "complete": not asked.names,
        "holds": not looker.faults and not other,
    }


PROOF = Proof("looked", MODULES, run)
