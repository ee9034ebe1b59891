"""Do designs find the truth where they should, and miss it the way that was written down before?

``python3 -m seglib verify effects [--replications N] [--worlds NAME …]`` lets every design of the
table ``seglib/synth/expected.csv`` estimate in its worlds. A design that the table vouches for
("none") has to be within three Monte-Carlo errors of the truth, with intervals that hold it at
their nominal rate and, where there is no effect, leave out 0 no more often than that. Any other
has to err by more than three in the tabled direction. Among a
hundred pairs one is off by chance in every fourth run, so a pair that is off is raced again with
eight times as many draws of another seed, and these decide. Both stand in the stamp. A whole run
keeps the scoreboard of the first draws in ``seglib/models`` too.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, fields
from math import sqrt
from typing import Any

from stamps import Proof

from seglib.models.race import MONTE_CARLO_ERRORS, Proven, Score, race, run, score, store
from seglib.synth.expected import Expectation, expected
from seglib.synth.recipes import make_world

MODULES = (
    "seglib/synth/arrival.py",
    "seglib/synth/border.py",
    "seglib/synth/childhood.py",
    "seglib/synth/choice.py",
    "seglib/synth/contact.py",
    "seglib/synth/expected.csv",
    "seglib/synth/expected.py",
    "seglib/synth/feedback.py",
    "seglib/synth/policy.py",
    "seglib/synth/recipes.py",
    "seglib/synth/selection.py",
    "seglib/synth/settings.py",
    "seglib/synth/world.py",
    "seglib/synth/worlds.toml",
    "seglib/models/contrasts.py",
    "seglib/models/designs.py",
    "seglib/models/plans.toml",
    "seglib/models/race.py",
    "seglib/models/solving.py",
    "tests/verified/effects_race.py",
)
SEED = 39
REPLICATIONS = 500
AGAIN = 8
LEVEL = 0.95
DIGITS = 6


def faults(row: Expectation, one: Score) -> list[str]:
    """What the table says of a design in a world and the race does not bear out."""
    found = []
    if row.direction != "sign unknown" and one.direction != row.direction:
        found.append(f"bias {one.direction}, not {row.direction}")
    if row.direction == "none":
        error = sqrt(LEVEL * (1 - LEVEL) / one.replications)
        if abs(one.coverage - LEVEL) > MONTE_CARLO_ERRORS * error:
            found.append(f"coverage {one.coverage:.3f}, not {LEVEL} within {MONTE_CARLO_ERRORS:g}")
        if one.truth == 0 and abs(one.rejection - (1 - LEVEL)) > MONTE_CARLO_ERRORS * error:
            found.append(f"rejects {one.rejection:.3f} where there is nothing")
    return found


def run_race(words: Sequence[str]) -> dict[str, Any]:
    """Race as many draws as asked, in the worlds asked for, and say what does not hold."""
    worlds = list(dict.fromkeys(world for world, _ in expected()))
    parser = argparse.ArgumentParser(prog="seglib verify effects")
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--worlds", nargs="+", choices=worlds, default=worlds)
    chosen = parser.parse_args(words)
    rows, digest = [], hashlib.sha256()
    for world in chosen.worlds:
        entries = {key: row for key, row in expected().items() if row.world == world}
        found = run(make_world, entries, replications=range(chosen.replications), seed=SEED)
        truth = make_world(world, seed=0).truth
        for key, row in entries.items():
            one = score(world, row.design, row.target, truth[row.target], found[key])
            digest.update(found[key].round(DIGITS).tobytes())
            rows.append(told(one) | {"expected": row.direction, "faults": faults(row, one)})
            if rows[-1]["faults"]:
                many = AGAIN * chosen.replications
                other = race(make_world, [row], replications=many, seed=SEED + 1)[0]
                rows[-1] |= {"again": told(other), "faults_again": faults(row, other)}
        print(f"{world}: {chosen.replications} draws", flush=True)
    off = [row for row in rows if row.get("faults_again")]
    return {
        "seeds": {
            "race": SEED,
            "again": SEED + 1,
            "draw": ["race", "crc32 of the world's name", "number"],
        },
        "counts": {
            "pairs": len(rows),
            "worlds": len(chosen.worlds),
            "replications": chosen.replications,
            "off_at_first": sum(bool(row["faults"]) for row in rows),
            "off": len(off),
            "expected": dict(Counter(row["expected"] for row in rows)),
        },
        "level": LEVEL,
        "complete": chosen.worlds == worlds and chosen.replications >= REPLICATIONS,
        "holds": not off,
        "estimates_hash": digest.hexdigest(),
        "scoreboard": rows,
    }


def told(one: Score) -> dict[str, Any]:
    """A score as the stamp has it."""
    numbers = {name: _short(value) for name, value in asdict(one).items()}
    return numbers | {"direction": one.direction}


def _short(value: Any) -> Any:
    """Numbers to six digits after the point; the last bits differ between machines."""
    return round(value, DIGITS) + 0.0 if isinstance(value, float) else value


def publish(stamp: dict[str, Any]) -> None:
    """Keep the whole scoreboard in the package, for readers who have no tests."""
    if stamp["complete"]:
        names = [item.name for item in fields(Score)]
        scores = [Score(**{name: row[name] for name in names}) for row in stamp["scoreboard"]]
        replications = stamp["counts"]["replications"]
        hashes = stamp["modules_hash"], stamp["estimates_hash"]
        store(Proven(tuple(scores), replications, stamp["seeds"]["race"], *hashes))


PROOF = Proof("effects", MODULES, run_race, publish)
