"""One side of the comparison in a process of its own, so that memory is its own too.

Reads ``{"task": …, "size": …}`` a line from standard input and answers with a line of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from benchmarks.tasks import TASKS, Outcome, Task
from benchmarks.worlds import World

SLOW = 60.0
FEWEST, MOST = 3, 50
ENOUGH = 5.0
WARM_UP_UNITS = 60


def main(side: str) -> None:
    """Answer until the input ends; whatever the peer prints goes to standard error."""
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    worlds: dict[tuple[str, int], World] = {}
    by_name = {task.name: task for task in TASKS}
    for line in sys.stdin:
        asked = json.loads(line)
        task = by_name[asked["task"]]
        key = (task.world.__name__, asked["size"])
        if key not in worlds:
            worlds.clear()
            worlds[key] = task.world(asked["size"])
        try:
            answer = measured(task, worlds[key], side)
        except Exception as error:  # a peer may fail in any way, and the table says so
            answer = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
        print(json.dumps(answer), file=answers, flush=True)


def measured(task: Task, world: World, side: str) -> dict[str, Any]:
    """Median seconds, peak memory and values; warm, the data ready as each side takes them."""
    _ready(world, side)
    small = task.world(WARM_UP_UNITS)
    if side == "ours":
        task.ours(small)
    else:
        assert task.peer is not None
        task.peer(small, 2)
    gc.collect()
    counted_anew = _forget_peak()
    if side == "ours":
        times, outcome = repeated(lambda: task.ours(world))
        scaled = 0
    elif task.iterations:
        times, outcome, scaled = iterated(task, world)
    else:
        times, outcome = repeated(lambda: task.peer(world, 0))  # type: ignore[misc]
        scaled = 0
    peak = round(_peak_mb(counted_anew), 1)
    values = outcome.values
    if side == "peer" and task.twin is not None:
        values = task.twin(world)
    return {
        "seconds": sorted(times)[len(times) // 2],
        "runs": len(times),
        "iterations_run": scaled or task.iterations,
        "scaled": bool(scaled),
        "peak_mb": peak,
        "values": values,
        "draws": outcome.draws,
    }


def repeated(call: Any) -> tuple[list[float], Outcome]:
    """Times of at least 3 calls and 5 seconds; of a single one where that takes 20 seconds."""
    times: list[float] = []
    while True:
        start = time.perf_counter()
        outcome = call()
        times.append(time.perf_counter() - start)
        enough = sum(times) >= ENOUGH and len(times) >= FEWEST
        if enough or len(times) == MOST or times[0] > SLOW / FEWEST:
            return times, outcome


def iterated(task: Task, world: World) -> tuple[list[float], Outcome, int]:
    """All iterations where they fit in a minute; else three, and their time in proportion."""
    assert task.peer is not None
    start = time.perf_counter()
    outcome = task.peer(world, FEWEST)
    took = time.perf_counter() - start
    whole = took / FEWEST * task.iterations
    if whole > SLOW:
        return [whole], outcome, FEWEST
    start = time.perf_counter()
    outcome = task.peer(world, task.iterations)
    return [time.perf_counter() - start], outcome, 0


def _ready(world: World, side: str) -> None:
    """Build the world, and load what the side needs, before the clock starts."""
    if side == "ours":
        assert world.table.n_units == world.n_units
    else:
        assert len(world.geography) == world.n_units


def _forget_peak() -> bool:
    """Let Linux count the peak of memory anew; elsewhere it counts from the start."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak_mb(counted_anew: bool) -> float:
    if counted_anew:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1])
