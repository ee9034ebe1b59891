"""Many tests at once: which of them are finds, and not what so many tests find by chance?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seglib.errors import ParameterError


def false_discovery(p_values: ArrayLike, level: float = 0.05) -> NDArray[np.bool_]:
    """Which of many tests stand when few of those that do may be false.

    Parameters
    ----------
    p_values : array_like of float
        One for each test, between 0 and 1; NaN where there was none (an empty unit).
    level : float
        Largest expected share of false ones among those that stand, between 0 and 1.

    Returns
    -------
    ndarray of bool
        In the order and shape of ``p_values``; False where there was no test.

    Raises
    ------
    ParameterError
        A p-value or the level is not between 0 and 1.

    Notes
    -----
    With m tests, those up to the largest k for which ``p_(k) <= k level / m``. It holds for
    tests that are independent or go together, as neighbouring units do.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300.
    Benjamini and Yekutieli (2001), Annals of Statistics 29(4), 1165-1188.

    Examples
    --------
    >>> false_discovery([0.01, 0.04, 0.03, float("nan")], level=0.05).tolist()
    [True, True, True, False]
    """
    given = np.asarray(p_values, dtype=np.float64)
    if not 0.0 < level < 1.0:
        raise ParameterError(f"level lies between 0 and 1, not at {level!r}. Write level=0.05.")
    wrong = given[(given < 0.0) | (given > 1.0)]
    if wrong.size:
        raise ParameterError(
            f"A p-value lies between 0 and 1, {float(wrong[0])!r} is among them. "
            "Give the p-values of the tests, not their statistics."
        )
    tested = np.sort(given[~np.isnan(given)])
    passed = tested <= np.arange(1, tested.size + 1) * level / max(tested.size, 1)
    if not passed.any():
        return np.zeros(given.shape, dtype=np.bool_)
    return given <= tested[np.flatnonzero(passed)[-1]]
