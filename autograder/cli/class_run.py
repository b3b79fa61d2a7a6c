"""What commands that run submissions share: slots on this machine, progress, and a clean stop."""

from __future__ import annotations

import contextlib
import shlex
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from autograder.assignment.load import Assignment
from autograder.batch.cluster import ClusterSlots, cluster_environment, connect
from autograder.batch.cluster_security import Cluster
from autograder.batch.keys import Conditions, environment
from autograder.batch.local_grader import LocalGrader
from autograder.batch.run_problems import Stopped
from autograder.batch.schedule import ClassRun, Progress
from autograder.batch.slots import LocalSlots, Slots, default_jobs
from autograder.batch.store import FILE, Store
from autograder.batch.verdict_memory import VerdictMemory
from autograder.cli.command_options import UsageProblem, choose_isolation
from autograder.grading.check_digests import CheckDigests
from autograder.grading.grade import recalled
from autograder.grading.graded_attempt import Recollection
from autograder.grading.preload import preload_for
from autograder.grading.result_records import Result
from autograder.intake.submissions import Bundle, Entry
from autograder.sandbox.zygote import Zygote


def run_class(
    console: Console,
    store: Store,
    assignment: Assignment,
    queue: Sequence[Entry],
    jobs: int | None,
    only: Sequence[str],
    isolation: str,
    seed: int,
    cluster: Cluster | None = None,
) -> int:
    """Grade what is missing or changed into the store, as candidates.

    Args:
        console: shows progress and warnings.
        store: keeps the results.
        assignment: what is asked.
        queue: the submissions.
        jobs: how many at once; one a core if None.
        only: names of exercises, all when empty.
        isolation: as for `choose_isolation`.
        seed: of the run.
        cluster: to grade on; this machine alone if None.

    Returns:
        How many submissions were graded now; the others had their result.

    Raises:
        Stopped: a person stopped it.
    """
    if cluster is not None:
        return _run_on_cluster(console, store, assignment, queue, only, isolation, seed, cluster)
    tier = choose_isolation(isolation, console)
    conditions = Conditions(assignment.digest, seed, environment(tier.layers), tuple(only))
    preload = preload_for(assignment, only)

    memory = VerdictMemory(store.folder / FILE)
    digests = CheckDigests(assignment)
    recollection = Recollection(memory, digests, conditions.environment, tier.layers)

    def local_grader() -> LocalGrader:
        with console.status("Starting the sandbox: it imports what is needed once, some seconds"):
            return LocalGrader(
                assignment,
                conditions,
                lambda: Zygote(tier, preload),
                recollection,
            )

    def recall(bundle: Bundle) -> Result | None:
        return recalled(assignment, bundle, seed, recollection, conditions.only)

    width = max(1, min(jobs or default_jobs(), len(queue)))
    try:
        slots = LocalSlots(local_grader, width)
        return grade_queue(console, store, conditions, slots, queue, recall)
    finally:
        memory.close()


def _run_on_cluster(
    console: Console,
    store: Store,
    assignment: Assignment,
    queue: Sequence[Entry],
    only: Sequence[str],
    isolation: str,
    seed: int,
    cluster: Cluster,
) -> int:
    if isolation not in ("required", "none"):
        raise UsageProblem(f"--isolation: expected required or none, got {isolation!r}")
    client = connect(cluster)
    try:
        shared = cluster_environment(client, isolation)
        conditions = Conditions(assignment.digest, seed, shared, tuple(only))
        slots = ClusterSlots(client, assignment, conditions, isolation)
    except BaseException:
        client.close()
        raise
    console.print(f"{slots.width} slots on {len(client.nthreads())} workers of {cluster.address}")
    return grade_queue(console, store, conditions, slots, queue)


def cluster_of(address: str | None, certificates: Path | None, insecure: bool) -> Cluster | None:
    """The cluster that the options name, if any.

    Raises:
        UsageProblem: options of a cluster without one.
    """
    if address is not None:
        return Cluster(address, certificates, insecure)
    if certificates is not None or insecure:
        raise UsageProblem("--cluster-certificates and --insecure-cluster: name the --cluster too")
    return None


def options_of(cluster: Cluster | None) -> dict[str, object]:
    """The options that name a cluster, for `command_line`."""
    if cluster is None:
        return {}
    return {
        "cluster": cluster.address,
        "cluster-certificates": cluster.certificates,
        "insecure-cluster": cluster.insecure,
    }


def grade_queue(
    console: Console,
    store: Store,
    conditions: Conditions,
    slots: Slots,
    queue: Sequence[Entry],
    recall: Callable[[Bundle], Result | None] = lambda bundle: None,
) -> int:
    """Run a class through slots, which are closed afterwards, with a line that shows progress."""
    last = Progress(0, 0, 0)
    try:
        with stoppable() as expect_no_stop, _shown(console, len(queue)) as show:

            def told(progress: Progress) -> None:
                nonlocal last
                last = progress
                show(progress)
                expect_no_stop()

            ClassRun(store, conditions, slots, told, recall).run(queue)
    except KeyboardInterrupt:
        raise Stopped(last.done, len(queue)) from None
    finally:
        slots.close()
    return last.graded


@contextlib.contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Treat a polite request to end, as job schedulers send it, like Ctrl-C.

    Yields:
        Raises KeyboardInterrupt if a request came. To be called now and then, since the exception
        itself is lost where the signal meets a finalizer or a callback of the interpreter.
    """
    asked = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        asked.set()
        raise KeyboardInterrupt

    def expect_none() -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield expect_none
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _shown(console: Console, total: int) -> Iterator[Callable[[Progress], None]]:
    """A line with the count, the rate of this run and the time left."""
    started = time.monotonic()
    bar = Bar(
        TextColumn("Grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        console=console,
    )
    with bar:
        task = bar.add_task("", total=total)

        def show(progress: Progress) -> None:
            told = _pace(progress, total, time.monotonic() - started)
            bar.update(task, completed=progress.done, description=told)

        yield show


def _pace(progress: Progress, total: int, seconds: float) -> str:
    parts = []
    if progress.graded and seconds > 0:
        rate = progress.graded / seconds
        parts.append(f"{60 * rate:.0f} a minute")
        if progress.done < total:
            left = (total - progress.done) / rate
            parts.append(f"{_duration(left)} left")
    if progress.alone:
        parts.append(f"{progress.alone} to run again alone")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    minutes = int(seconds) // 60
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{int(seconds)} s"


def command_line(options: Mapping[str, object]) -> str:
    """The command that goes on with a run: every option that was given, quoted for a shell."""
    words = ["autograder", "grade"]
    for name, value in options.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one not in (None, "", False):
                words += [f"--{name}"] if name else []
                words += [str(one)] if one is not True else []
    return shlex.join(words)
