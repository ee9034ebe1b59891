"""Cards to print: fronts and backs, four on a sheet, from the exercises of the lessons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seglib import language
from seglib.language import LANGUAGES
from seglib.training import kit
from seglib.training import pages as shell
from seglib.training.lessons import exercise

A_SHEET = 4


def pages() -> dict[str, str]:
    """The page of cards in each language, by its path in the training."""
    return {f"{kit.path_of('cards', lang)}.html": page(lang) for lang in LANGUAGES}


def page(lang: str) -> str:
    """All decks as sheets of fronts, each followed by a sheet of backs."""
    own, title = kit.words("cards", lang), kit.told("kit", lang)["part"]["cards"]["title"]
    sheets = [{**deck, "sheets": _sheets(deck["cards"])} for deck in decks(lang)]
    template = shell.environment().get_template("cards.html.j2")
    body = template.render(decks=sheets, words=own, title=title)
    other = f"../{kit.path_of('cards', shell.OTHER[lang])}.html"
    return shell.page(lang, title, body, other=other, styles=["cards.css"])


def decks(lang: str) -> list[dict[str, Any]]:
    """Each deck in one language.

    Parameters
    ----------
    lang : str
        "nl" or "en".

    Returns
    -------
    list of dict
        ``title``, ``lead`` and ``cards``: each with ``ask`` and ``front``, and on its back
        ``answer`` and ``why``.
    """
    found = kit.told("decks", lang)["deck"]
    return [{**deck, "cards": list(_cards(deck, lang))} for deck in found]


def _sheets(cards: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    return [cards[at : at + A_SHEET] for at in range(0, len(cards), A_SHEET)]


def _cards(deck: dict[str, Any], lang: str) -> Iterator[dict[str, str]]:
    for name in deck.get("exercises", ()):
        one = exercise(name, lang)
        piles = {pile["id"]: pile["text"] for pile in one.about["pile"]}
        for card in one.about["card"]:
            answer = " / ".join(piles[pile] for pile in card["pile"])
            ask = one.ask.replace("*", "")
            yield {"ask": ask, "front": card["text"], "answer": answer, "why": card["why"]}
    if deck.get("topic") == "designs":
        yield from _designs(lang)


def _designs(lang: str) -> Iterator[dict[str, str]]:
    """A card for each design of each question of the game; the back says it is simulated."""
    from seglib.training.topics import designs

    game, own = shell.topic_words("designs", lang), kit.words("cards", lang)
    for asked in designs.ROUNDS:
        for name in asked["cards"]:
            if found := designs.card(asked["world"], asked["empty"], name):
                yield {
                    "ask": game["question"][asked["id"]],
                    "front": f"{game['name'][name]}. {game['about'][name]}",
                    "answer": own["sound" if found["sound"] else "unsound"],
                    "why": _found(found, asked["decimals"], own, lang),
                }


def _found(found: dict[str, Any], decimals: int, own: Mapping[str, str], lang: str) -> str:
    truth, mean = (language.number(found[key], decimals, lang) for key in ("truth", "found"))
    holds, error = found["holds"]
    told = own["error"].format(n=language.number(error, 0, lang)) if round(error) else ""
    return own["found"].format(truth=truth, found=mean, holds=holds, error=told)
