"""The scheduler: only what is missing runs, doubtful results run again alone, memory stays flat."""

import shutil
import tracemalloc

import pytest

from autograder.batch.schedule import ClassRun
from autograder.batch.store import Store
from autograder.intake.exports import find_entries

from .conftest import PretendSlots, result_of


def run(store, conditions, slots, folder, **options):
    ClassRun(store, conditions, slots, **options).run(find_entries(folder))
    store.accept()
    slots.close()
    return {row.submission: row.result for row in store.rows()}


def test_a_second_run_grades_nothing_and_a_third_what_has_changed(store, conditions, class_folder):
    folder = class_folder(anna="1", ben="2", cleo="3")
    first = PretendSlots(result_of)
    results = run(store, conditions, first, folder)
    assert sorted(first.graded) == sorted(results) == ["anna", "ben", "cleo"]
    second = PretendSlots(result_of)
    assert run(store, conditions, second, folder) == results
    assert second.graded == []
    third = PretendSlots(result_of)
    assert set(run(store, conditions, third, class_folder(ben="new", dora="4"))) == {
        "anna",
        "ben",
        "cleo",
        "dora",
    }
    assert sorted(third.graded) == ["ben", "dora"]


def test_equal_work_is_graded_once_and_counts_for_each(store, conditions, class_folder):
    slots = PretendSlots(result_of)
    results = run(store, conditions, slots, class_folder(anna="same", ben="same", cleo="same"))
    assert len(slots.graded) == 1
    assert {name: made.submission for name, made in results.items()} == {
        name: name for name in ("anna", "ben", "cleo")
    }


@pytest.mark.parametrize("outcome", ["timeout", "died"])
def test_a_doubtful_result_counts_only_after_a_run_alone(store, conditions, class_folder, outcome):
    tried = []

    def verdict(bundle):
        tried.append(bundle.name)
        return result_of(bundle, outcome if tried.count(bundle.name) == 1 else "passed")

    slots = PretendSlots(verdict)
    results = run(store, conditions, slots, class_folder(anna="1", ben="2", cleo="3"))
    assert {made.score for made in results.values()} == {10.0}
    assert sorted(tried[:3]) == sorted(tried[3:])


@pytest.mark.parametrize("outcome", ["timeout", "died"])
def test_what_no_other_submission_can_cause_counts_at_once(
    store, conditions, class_folder, outcome
):
    slots = PretendSlots(lambda bundle: result_of(bundle, outcome, retry=""))
    run(store, conditions, slots, class_folder(anna="1", ben="2"))
    assert sorted(slots.graded) == ["anna", "ben"]


def test_what_runs_alone_has_nothing_beside_it(store, conditions, class_folder):
    beside = []

    def verdict(bundle):
        if slots.graded.count(bundle.name) == 2:
            beside.append(slots._now)
        return result_of(bundle, "timeout")

    slots = PretendSlots(verdict, width=3)
    run(store, conditions, slots, class_folder(**{f"s{n}": str(n) for n in range(7)}))
    assert beside == [1] * 7


def test_a_time_out_in_a_single_slot_was_alone_already(store, conditions, class_folder):
    slots = PretendSlots(lambda bundle: result_of(bundle, "timeout"), width=1)
    run(store, conditions, slots, class_folder(anna="1", ben="2"))
    assert sorted(slots.graded) == ["anna", "ben"]


def test_a_failing_grader_is_tried_again_alone_and_by_the_next_run(store, conditions, class_folder):
    folder = class_folder(anna="1")
    slots = PretendSlots(lambda bundle: result_of(bundle, status="needs_person"))
    results = run(store, conditions, slots, folder)
    assert results["anna"].status == "needs_person"
    assert len(slots.graded) == 2
    slots = PretendSlots(result_of)
    assert run(store, conditions, slots, folder)["anna"].score == 10
    assert slots.graded == ["anna"]


def test_a_run_stopped_before_the_runs_alone_goes_on_with_them(tmp_path, conditions, class_folder):
    folder = class_folder(anna="1", ben="2")

    def stop(progress):
        if progress.alone == 2:
            raise KeyboardInterrupt

    slots = PretendSlots(lambda bundle: result_of(bundle, "died"))
    with Store(tmp_path / "r") as store, pytest.raises(KeyboardInterrupt):
        ClassRun(store, conditions, slots, stop).run(find_entries(folder))
    again = PretendSlots(lambda bundle: result_of(bundle, "died"))
    with Store(tmp_path / "r") as store:
        run(store, conditions, again, folder)
    assert sorted(again.graded) == ["anna", "ben"]


def test_a_submission_that_vanishes_is_unreadable_and_the_rest_is_graded(
    store, conditions, class_folder
):
    folder = class_folder(anna="1", ben="2")
    queue = list(find_entries(folder))
    shutil.rmtree(folder / "ben")
    slots = PretendSlots(
        lambda bundle: result_of(bundle, status="unreadable" if bundle.problem else "graded")
    )
    ClassRun(store, conditions, slots).run(queue)
    store.accept()
    assert {row.submission: row.result.status for row in store.rows()} == {
        "anna": "graded",
        "ben": "unreadable",
    }


def test_progress_counts_to_the_end(store, conditions, class_folder):
    told = []
    folder = class_folder(anna="1", ben="1", cleo="3")
    run(store, conditions, PretendSlots(result_of), folder, on_progress=told.append)
    assert (told[-1].done, told[-1].graded, told[-1].alone) == (3, 3, 0)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)


def test_progress_of_a_run_with_nothing_left_to_grade_is_told(store, conditions, class_folder):
    folder = class_folder(anna="1", ben="1", cleo="3")
    run(store, conditions, PretendSlots(result_of), folder)
    told = []
    run(store, conditions, PretendSlots(result_of), folder, on_progress=told.append)
    assert [(one.done, one.graded) for one in told][-1:] == [(3, 0)]


def test_never_more_than_twice_the_slots_is_read_ahead(store, conditions, class_folder):
    slots = PretendSlots(result_of, width=2)
    run(store, conditions, slots, class_folder(**{f"s{n}": str(n) for n in range(40)}))
    assert slots.together <= 4


@pytest.mark.slow
def test_memory_does_not_grow_with_the_class(tmp_path, conditions):
    def peak(count):
        folder = tmp_path / f"class{count}"
        folder.mkdir()
        for number in range(count):
            (folder / f"s{number}.py").write_text(f"# {number}\n" + "#" * 100_000)
        slots = PretendSlots(result_of)
        with Store(tmp_path / f"results{count}") as store:
            queue = list(find_entries(folder))
            tracemalloc.start()
            try:
                ClassRun(store, conditions, slots).run(queue)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
                slots.close()

    assert peak(1500) < 1.3 * peak(300) + 500_000
