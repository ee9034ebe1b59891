"""Training: lessons on segregation as pages that open by double-click, and as cells.

A lesson is one file, ``lessons/NN_slug.toml``, in Dutch and English. It has steps (one screen each:
title, text, a topic to play with, exercises) and the definitions of its exercises. ``pages`` turns
it into one self-contained page for each language; ``exercise("id")`` shows the same exercise in a
notebook. Wherever a reader sees words the file has a table ``{nl = "...", en = "..."}``; wherever
it needs a number it names a fact, ``{fact:decimals}``, which a topic computes with ``seglib``.

A topic is what a reader sees or plays with: ``topics/NAME.py`` with ``facts()``, numbers by name,
and ``shown(lang, **options)``, which gives either a ``Figure`` (drawn as it is) or plain data for
its script ``templates/topics/NAME.js``, with its words in ``templates/topics/NAME.toml``.

The keys of a lesson, a step and each kind of exercise stand in ``lessons.KEYS`` and
``exercises.KEYS``; a file that departs from them is refused with its place and the cure.
"""

from seglib.training.exercises import Answer, Exercise
from seglib.training.lessons import Lesson, exercise, lessons

__all__ = ["Answer", "Exercise", "Lesson", "exercise", "lessons"]
