"""The same task for each report, handed to the workers of dask.distributed instead of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from distributed import Client, as_completed

from seglib.errors import ReportError
from seglib.report.worker import Job, Outcome, isolated

PATIENCE_S = 20


def outcomes(todo: Sequence[Job], address: str) -> Iterator[tuple[Job, Outcome]]:
    """Each report as a worker of the cluster has it ready; files come back over the connection.

    A job whose worker is lost goes to another; one that takes three workers with it has failed.

    Raises
    ------
    ReportError
        There is no scheduler at that address.
    """
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ReportError(
            f"No scheduler answers at {address!r}. Start one with `dask scheduler` and give the "
            "address that it prints, such as tcp://127.0.0.1:8786."
        ) from error
    with client:
        waiting = {
            client.submit(isolated, replace(job, bench=None), pure=False, retries=0): job
            for job in todo
        }
        for future in as_completed(list(waiting), loop=client.loop):
            job, error = waiting.pop(future), future.exception()
            if error is not None:
                told = f"{type(error).__name__}: {error}"
                yield (
                    job,
                    Outcome(failed=f"Report {job.stem} got no answer from the cluster, {told}"),
                )
            else:
                yield job, future.result()
            future.release()
