"""How a participant answers: what to give to each kind of exercise, by mouse or by keyboard."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from seglib.training import Exercise
from seglib.training.pages import make_training

HELD: list[tempfile.TemporaryDirectory[str]] = []
"""Folders that last as long as the process."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
HOSTILE = "<img src=x onerror=alert(1)><script>document.title='x'</script>\"'&${7*7}{0}"
WAY = """selector => {
    const here = document.activeElement, there = document.querySelector(selector);
    if (here === there) { return 0; }
    return here.compareDocumentPosition(there) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1;
}"""


def answers(one: Exercise) -> dict[str, Any]:
    """An answer without sense, a wrong one and a right one, as far as a page can give them."""
    about = one.about
    if one.kind == "number":
        right = round(about["answer"] / about.get("step", 1)) * about.get("step", 1)
        off = about.get("close", 0) + about.get("step", 1) + 1
        wrong = right + off if right + off <= about["high"] else right - off
        return {"nonsense": "banaan", "wrong": str(wrong), "right": str(right)}
    if one.kind == "choice":
        options = one.parts("option")
        right = [LETTERS[n] for n, option in enumerate(options) if option.get("right")]
        wrong = [LETTERS[n] for n, option in enumerate(options) if not option.get("right")]
        return {"nonsense": "", **({"wrong": wrong[0]} if wrong else {}), "right": right[0]}
    if one.kind == "order":
        places = one.places("item")
        right = "".join(LETTERS[places.index(n)] for n in range(len(places)))
        return {"wrong": LETTERS[: len(places)], "right": right}
    if one.kind == "sort":
        cards = dict(zip(LETTERS, one.parts("card"), strict=False))
        piles = [pile["id"] for pile in one.parts("pile")]
        right = {letter: card["pile"][0] for letter, card in cards.items()}
        other = {letter: [p for p in piles if p not in c["pile"]] for letter, c in cards.items()}
        wrong = {letter: (other[letter] or [right[letter]])[0] for letter in cards}
        return {"nonsense": {}, "wrong": wrong, "right": right}
    if one.kind == "line":
        step, start = about.get("step", 1), about.get("start", about["low"])
        right = [round(value / step) * step for value in about["answer"]]
        off = about.get("close", 0) + 3 * step
        wrong = [v + off if v + off <= about["high"] else v - off for v in right]
        return {"nonsense": [start] * len(right), "wrong": wrong, "right": right}
    return {"nonsense": "x", "kept": "Onze buurt heeft een plein"}


@cache
def built_training() -> Path:
    """The training as `make training` writes it, made once for all tests of a process."""
    folder = tempfile.TemporaryDirectory(prefix="seglib-training-")
    HELD.append(folder)
    make_training(Path(folder.name))
    return Path(folder.name)


class Participant:
    """Somebody at the page, who uses a mouse or only the keyboard."""

    def __init__(self, page: Any, *, keyboard: bool) -> None:
        """Sit down."""
        self.page, self.keyboard = page, keyboard

    def press(self, selector: str) -> None:
        """Press a button."""
        if self.keyboard:
            self.tab_to(selector)
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(selector).click()

    def tab_to(self, selector: str) -> None:
        """Reach an element with Tab alone, from wherever one is."""
        for _ in range(250):
            way = self.page.evaluate(WAY, selector)
            if way == 0:
                return
            self.page.keyboard.press("Tab" if way > 0 else "Shift+Tab")
        raise AssertionError(f"Tab does not reach {selector}.")

    def give(self, one: Exercise, answer: Any) -> None:
        """Fill in an exercise."""
        within = f"[data-exercise='{one.id}']"
        getattr(self, f"give_{one.kind}")(within, one, answer)

    def write(self, selector: str, text: str) -> None:
        """Replace what stands in a field."""
        if self.keyboard:
            self.tab_to(selector)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.press("Delete")
            self.page.keyboard.insert_text(text)
        else:
            self.page.locator(selector).fill(text)

    def give_number(self, within: str, _: Exercise, answer: str) -> None:
        """Type it."""
        self.write(f"{within} input[type=text]", answer)

    def give_open(self, within: str, _: Exercise, answer: str) -> None:
        """Type it."""
        self.write(f"{within} textarea", answer)

    def give_choice(self, within: str, one: Exercise, answer: str) -> None:
        """Choose among radio buttons; nothing chosen stays nothing."""
        if answer:
            self.choose(within, LETTERS.index(answer), len(one.about["option"]))

    def choose(self, within: str, wanted: int, count: int) -> None:
        """One of a group of radio buttons: Tab goes to the group, arrows go through it."""
        radios = self.page.locator(f"{within} input[type=radio]")
        if not self.keyboard:
            radios.nth(wanted).click()
            return
        checked = f"{within} input[type=radio]:checked"
        some = self.page.locator(checked).count()
        self.tab_to(checked if some else f"{within} input[type=radio]")
        self.page.keyboard.press("Space")
        for _ in range(count):
            if radios.nth(wanted).is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert radios.nth(wanted).is_checked()

    def give_sort(self, within: str, one: Exercise, answer: dict[str, str]) -> None:
        """Put each card on its pile."""
        piles = [pile["id"] for pile in one.parts("pile")]
        for letter, pile in answer.items():
            card = f"{within} .card:nth-of-type({LETTERS.index(letter) + 1})"
            self.choose(card, piles.index(pile), len(piles))

    def give_order(self, within: str, one: Exercise, answer: str) -> None:
        """Move lines up until they stand as wanted."""
        lines = self.page.locator(f"{within} .lines li span")
        parts = one.parts("item")
        for spot, letter in enumerate(answer):
            text = parts[LETTERS.index(letter)]["text"]
            for at in range(lines.all_inner_texts().index(text), spot, -1):
                up = f"{within} .lines li:nth-child({at + 1}) button:first-of-type"
                self.press(up)

    def give_line(self, within: str, one: Exercise, answer: list[float]) -> None:
        """Move each point, by dragging it or with the arrow keys."""
        low, high = one.about["low"], one.about["high"]
        for place, value in enumerate(answer):
            field = f"{within} .points div:nth-child({place + 1}) input"
            if self.keyboard:
                self.tab_to(field)
                now = float(self.page.locator(field).input_value())
                key = "ArrowUp" if value > now else "ArrowDown"
                for _ in range(round(abs(value - now) / one.about.get("step", 1))):
                    self.page.keyboard.press(key)
                continue
            box = self.page.locator(f"{within} svg.drawn").bounding_box()
            scale = box["width"] / 600
            count = len(answer)
            x = 60 + (500 * place / (count - 1) if count > 1 else 250)
            y = 10 + 220 * (1 - (value - low) / (high - low))
            self.page.mouse.move(box["x"] + x * scale, box["y"] + 120 * scale)
            self.page.mouse.down()
            self.page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
            self.page.mouse.up()
            step = one.about.get("step", 1)
            assert abs(float(self.page.locator(field).input_value()) - value) <= step
