"""What is measured: one task for each row of the table, ours and the peer's side by side.

A task enters by being written in TASKS. It is skipped, with a line in the results, as long as
seglib lacks what it ``needs``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.worlds import PLACE_UNITS, PLACES, World

SIZES = (480, 14_500, 400_000)
REPLICATES = 500
SEED = 1
BANDWIDTHS = (1_000, 2_000, 4_000)
NEAREST = (50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800)


@dataclass(frozen=True)
class Outcome:
    """Values that both sides must share, and mean, spread and number of random draws."""

    values: dict[str, float]
    draws: tuple[float, float, int] | None = None


@dataclass(frozen=True)
class Task:
    """One thing to do, by seglib and by a peer, and what the issue asks of it."""

    name: str
    ours: Callable[[World], Outcome]
    peer: Callable[[World, int], Outcome] | None = None
    peer_name: str = "PySAL segregation"
    sizes: tuple[int, ...] = SIZES
    peer_sizes: tuple[int, ...] = SIZES
    iterations: int = 0
    needs: tuple[str, ...] = ()
    ratio: Mapping[int, float] = field(default_factory=dict)
    seconds: Mapping[int, float] = field(default_factory=dict)
    recorded: Mapping[int, tuple[float, str]] = field(default_factory=dict)
    world: Callable[[int], World] = World
    twin: Callable[[World], dict[str, float]] | None = None  # untimed, where the peer is wrong
    note: str = ""

    def lacks(self) -> str:
        """What seglib does not have yet, or nothing."""
        import seglib

        for name in self.needs:
            if name.startswith("interval="):
                if not _knows_interval(name.partition("=")[2]):
                    return f"estimate({name!r})"
            elif not hasattr(seglib, name):
                return f"seglib.{name}"
        return ""


def _knows_interval(kind: str) -> bool:
    import seglib

    table = World(60).table
    options: Any = {"seed": SEED, "interval": kind, "null": None, "replicates": 40}
    try:
        seglib.estimate(seglib.dissimilarity, table, "g1", "g2", **options)
    except seglib.SeglibError:
        return False
    return True


def our_d(world: World) -> Outcome:
    import seglib

    return Outcome({"D": seglib.dissimilarity(world.table, "g1", "g2").value})


def peer_d(world: World, _: int) -> Outcome:
    from segregation.singlegroup import Dissim

    return Outcome({"D": Dissim(world.frame, "g1", "both").statistic})


def our_isolation(world: World) -> Outcome:
    import seglib

    return Outcome({"xPx": seglib.isolation(world.table, "g2").value})


def peer_isolation(world: World, _: int) -> Outcome:
    from segregation.singlegroup import Isolation

    return Outcome({"xPx": Isolation(world.frame, "g2", "everyone").statistic})


def our_gini(world: World) -> Outcome:
    import seglib

    gini: Any = seglib.gini  # type: ignore[attr-defined]
    return Outcome({"Gini": gini(world.table, "g1", "g2").value})


def peer_gini(world: World, _: int) -> Outcome:
    from segregation.singlegroup import Gini

    return Outcome({"Gini": Gini(world.frame, "g1", "both").statistic})


def our_gini_of_all(world: World) -> Outcome:
    import seglib

    gini: Any = seglib.multigroup_gini  # type: ignore[attr-defined]
    return Outcome({"Gini_multi": gini(world.table).value})


def peer_gini_of_all(world: World, _: int) -> Outcome:
    from segregation.multigroup import MultiGini

    return Outcome({"Gini_multi": MultiGini(world.frame, groups=list(world.groups)).statistic})


def our_h_and_m(world: World) -> Outcome:
    import seglib

    h, m = seglib.information_theory(world.table), seglib.mutual_information(world.table)
    return Outcome({"H": h.value, "M": m.value})


def peer_h_and_m(world: World, _: int) -> Outcome:
    from segregation.multigroup import MultiDivergence, MultiInfoTheory

    groups = list(world.groups)
    h = MultiInfoTheory(world.frame, groups=groups).statistic
    return Outcome({"H": h, "M": MultiDivergence(world.frame, groups=groups).statistic})


def our_unit_bootstrap(world: World) -> Outcome:
    import seglib

    options: Any = {"seed": SEED, "interval": "units", "null": None, "replicates": REPLICATES}
    found = seglib.estimate(seglib.dissimilarity, world.table, "g1", "g2", **options)
    return Outcome({"D": found.value}, _drawn(found))


def our_unit_bootstrap_h(world: World) -> Outcome:
    import seglib

    options: Any = {"seed": SEED, "interval": "units", "null": None, "replicates": REPLICATES}
    found = seglib.estimate(seglib.information_theory, world.table, **options)
    return Outcome({"H": found.value}, _drawn(found))


def _drawn(found: Any) -> tuple[float, float, int]:
    """Mean, spread and number of seglib's draws."""
    return found.value + found.bias, found.standard_error, REPLICATES


def peer_unit_bootstrap(world: World, iterations: int) -> Outcome:
    from segregation.singlegroup import Dissim

    fitted = Dissim(world.frame, "g1", "both")
    return _tested({"D": fitted.statistic}, fitted, "bootstrap", iterations)


def peer_unit_bootstrap_h(world: World, iterations: int) -> Outcome:
    from segregation.multigroup import MultiInfoTheory

    fitted = MultiInfoTheory(world.frame, groups=list(world.groups))
    return _tested({"H": fitted.statistic}, fitted, "bootstrap", iterations)


def our_permutation(world: World) -> Outcome:
    import seglib

    found = seglib.estimate(
        seglib.dissimilarity, world.table, "g2", seed=SEED, interval=None, replicates=REPLICATES
    )
    return Outcome({"D_rest": found.value}, (found.null_mean or 0.0, 0.0, REPLICATES))


def peer_permutation(world: World, iterations: int) -> Outcome:
    from segregation.singlegroup import Dissim

    fitted = Dissim(world.frame, "g2", "everyone")
    return _tested({"D_rest": fitted.statistic}, fitted, "person_permutation", iterations)


def _tested(values: dict[str, float], fitted: Any, approach: str, iterations: int) -> Outcome:
    """Draws by the peer on two processes; its own statistic is kept, since a test may lose it."""
    from segregation.inference import SingleValueTest

    test = SingleValueTest(
        fitted, null_approach=approach, iterations_under_null=iterations, n_jobs=2
    )
    draws = test.est_sim
    spread = float(draws.std(ddof=1)) if iterations > 1 else 0.0
    return Outcome(values, (float(draws.mean()), spread, iterations))


def our_person_bootstrap(world: World) -> Outcome:
    """M and H of the same draws."""
    import seglib
    from seglib.inference import estimate_together

    both = [seglib.mutual_information, seglib.information_theory]
    found = estimate_together(both, world.table, seed=SEED, null=None, replicates=REPLICATES)
    return Outcome({"M": found["M"].value, "H": found["H"].value})


def our_places(world: World) -> Outcome:
    """The measures of the issue's row for each group, against the rest or g1, in one call."""
    import seglib
    from seglib.inference import estimate_together

    against_rest = (seglib.dissimilarity, seglib.isolation, seglib.gini)
    against_g1 = (seglib.dissimilarity, seglib.interaction)
    asked: list[Any] = [seglib.information_theory, seglib.mutual_information]
    asked += [(measure, group) for measure in against_rest for group in world.groups]
    asked += [(measure, group, "g1") for measure in against_g1 for group in world.groups[1:]]
    found = estimate_together(asked, world.table, seed=SEED, by="place", replicates=200)
    done = sum(map(len, found.values()))
    return Outcome({"measures with an interval, times places": float(done)})


def seven_groups(n_units: int) -> World:
    """The world of the places; a small one of the same kind to warm up with."""
    return World(n_units, 7, PLACES if n_units == PLACE_UNITS else 2)


def our_kernel_profile(world: World) -> Outcome:
    """Biweight surroundings over three bandwidths."""
    import seglib

    context = seglib.kernel(list(BANDWIDTHS))
    found = seglib.profile(world.table, seglib.information_theory, contexts=context)
    return Outcome({f"H at {m} m": float(v) for m, v in zip(BANDWIDTHS, found.values, strict=True)})


def peer_kernel_profile(world: World, _: int) -> Outcome:
    from segregation.dynamics import compute_multiscalar_profile
    from segregation.multigroup import MultiInfoTheory

    compute_multiscalar_profile(
        world.geography,
        MultiInfoTheory,
        groups=list(world.groups),
        distances=list(BANDWIDTHS),
        function="bisquare",
    )
    return Outcome({})


def direct_kernel_profile(world: World) -> dict[str, float]:
    """The same sums, pair by pair."""
    import numpy as np
    from scipy.spatial import cKDTree

    tree, values = cKDTree(world.points), {}
    for wide in BANDWIDTHS:
        apart = tree.sparse_distance_matrix(tree, wide, output_type="coo_matrix").tocsr()
        apart.data = (1.0 - (apart.data / wide) ** 2) ** 2
        around = apart @ world.counts
        # whether a unit is its own neighbour at distance 0 is left to the sparse format: fill in
        around += (1.0 - apart.diagonal())[:, None] * world.counts
        values[f"H at {wide} m"] = _information(np.asarray(around), world)
    return values


def our_knn_profile(world: World) -> Outcome:
    import seglib

    context = seglib.knn(list(NEAREST))
    found = seglib.profile(world.table, seglib.information_theory, contexts=context)
    return Outcome({f"H at k {k}": float(v) for k, v in zip(NEAREST, found.values, strict=True)})


def peer_knn_profile(world: World, _: int) -> Outcome:
    """Counts around each cell by equipop, H from them by the textbook formula."""
    import equipop
    import numpy as np

    persons = world.counts.sum(axis=1)
    cells = equipop.CellData(
        E=world.points[:, 0],
        N=world.points[:, 1],
        n=persons,
        binary_sums={name: world.counts[:, i] for i, name in enumerate(world.groups)},
        binary_valid=dict.fromkeys(world.groups, persons),
    )
    found = equipop.run_knn_counts(cells, list(NEAREST))
    values = {}
    for k in NEAREST:
        around = np.column_stack([found[f"T_{name}_{k}"] for name in world.groups])
        values[f"H at k {k}"] = _information(around, world)
    return Outcome(values)


def _information(around: Any, world: World) -> float:
    """Spatial H by its formula: one less the mean entropy around persons over the city's."""
    import numpy as np
    from scipy.special import xlogy

    city = world.counts.sum(axis=0) / world.counts.sum()
    totals = around.sum(axis=1, keepdims=True)
    shares = np.divide(around, totals, out=np.zeros(around.shape), where=totals > 0)
    local, persons = -xlogy(shares, shares).sum(axis=1), world.counts.sum(axis=1)
    return float(1.0 - persons @ local / (persons.sum() * -xlogy(city, city).sum()))


def everywhere(number: float) -> dict[int, float]:
    """The same target at every size."""
    return dict.fromkeys(SIZES, number)


TASKS = (
    Task("D", our_d, peer_d, ratio=everywhere(10)),
    Task("isolation", our_isolation, peer_isolation, ratio=everywhere(10)),
    Task("H + M", our_h_and_m, peer_h_and_m, ratio={480: 10, 14_500: 7, 400_000: 10}),
    Task("Gini", our_gini, peer_gini, needs=("gini",), ratio=everywhere(10)),
    Task(
        "Gini of all groups",
        our_gini_of_all,
        peer_gini_of_all,
        sizes=(480, 14_500),
        peer_sizes=(480, 14_500),
        needs=("multigroup_gini",),
        ratio={14_500: 1_000},
    ),
    Task(
        "unit bootstrap x500, D",
        our_unit_bootstrap,
        peer_unit_bootstrap,
        iterations=REPLICATES,
        needs=("interval=units",),
        ratio=everywhere(50),
    ),
    Task(
        "unit bootstrap x500, H",
        our_unit_bootstrap_h,
        peer_unit_bootstrap_h,
        iterations=REPLICATES,
        needs=("interval=units",),
        ratio={480: 50, 14_500: 30, 400_000: 50},
    ),
    Task(
        "person permutation x500, D_rest",
        our_permutation,
        peer_permutation,
        peer_sizes=(480, 14_500),
        iterations=REPLICATES,
        ratio={480: 500, 14_500: 500},
        seconds={400_000: 60},
    ),
    Task(
        "person bootstrap x500, M + H",
        our_person_bootstrap,
        sizes=(480, 14_500),
        peer_sizes=(),
        seconds={14_500: 3.5},
        recorded={14_500: (13.8, "R segregation 1.1.0")},
    ),
    Task(
        "393 places by=, process x200",
        our_places,
        sizes=(PLACE_UNITS,),
        peer_sizes=(),
        seconds={PLACE_UNITS: 10},
        world=seven_groups,
    ),
    Task(
        "kernel profile, 1, 2 and 4 km",
        our_kernel_profile,
        peer_kernel_profile,
        peer_sizes=(480, 14_500),
        needs=("kernel", "profile"),
        ratio={14_500: 100},
        seconds={400_000: 3},
        twin=direct_kernel_profile,
        note="PySAL rounds what it sums around a unit, so seglib is compared with a direct sum",
    ),
    Task(
        "kNN H, nine k to 12,800",
        our_knn_profile,
        peer_knn_profile,
        "equipop",
        needs=("knn", "profile"),
        ratio={400_000: 50},
        seconds={400_000: 1.5},
    ),
)
