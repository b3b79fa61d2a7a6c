"""The store: what is kept, for how long, and what it says when it cannot keep anything."""

import os
import re
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from autograder.batch.lock import Lock
from autograder.batch.run_problems import StoreError
from autograder.batch.store import FILE, Handed, Store
from autograder.intake.people import Student
from autograder.intake.submissions import Bundle

from .conftest import result_of

ANNA, BEN = Bundle("anna"), Bundle("ben")


def test_what_is_stored_is_there_after_opening_again(tmp_path):
    with Store(tmp_path) as store:
        seed = store.seed(None)
        store.put("k", result_of(ANNA), "settled")
        store.assign([("anna", "k", Handed())])
        store.accept()
    with Store(tmp_path) as store:
        assert store.seed(None) == seed
        assert store.state("k") == "settled"
        assert [row.result for row in store.rows()] == [result_of(ANNA)]


def test_a_result_is_on_the_disk_when_put_returns(tmp_path):
    told = textwrap.dedent(
        f"""
        import os, sys
        sys.path.insert(0, {os.path.dirname(__file__)!r})
        from pathlib import Path
        from autograder.batch.store import Store
        from conftest import result_of
        from autograder.intake.submissions import Bundle
        store = Store(Path({str(tmp_path)!r}))
        store.put("k", result_of(Bundle("anna")), "settled")
        os.kill(os.getpid(), 9)
        """
    )
    assert subprocess.run([sys.executable, "-c", told]).returncode == -9
    with Store(tmp_path) as store:
        assert store.state("k") == "settled"


def test_another_seed_than_the_one_kept_is_refused(store):
    store.seed(5)
    assert store.seed(5) == 5
    with pytest.raises(StoreError, match="seed 5, not 6; leave --seed out"):
        store.seed(6)


def test_starting_over_forgets_everything_but_what_people_gave(store):
    from datetime import date

    from autograder.grading.marks import Mark

    seed = store.seed(None)
    store.put("k", result_of(ANNA), "settled")
    mark = Mark(
        submission="anna",
        exercise="word_count",
        counts_as="added",
        points=1,
        author="t",
        reason="",
        date=date(2026, 1, 1),
    )
    assert store.add_marks([("anna", mark), ("anna", mark)]) == 1
    store.forget()
    assert store.state("k") == "failed", "it does not count for a run to come"
    assert store.seed(None) != seed
    assert store.marks() == [("anna", mark)]


def test_a_second_run_in_the_same_folder_is_refused_and_says_who(tmp_path):
    with (
        Store(tmp_path),
        pytest.raises(StoreError, match=rf"process {os.getpid()} on .* is writing results here"),
    ):
        Store(tmp_path)
    Store(tmp_path).close()


def test_the_lock_of_a_killed_process_is_gone(tmp_path):
    code = "import os, pathlib; from autograder.batch.lock import Lock; "
    code += f"Lock(pathlib.Path({str(tmp_path)!r})); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code])
    Lock(tmp_path).release()


def test_what_was_published_stays_until_the_new_is_accepted(store):
    store.put("old", result_of(ANNA), "settled")
    store.assign([("anna", "old", Handed())])
    store.accept()
    store.put("new", result_of(ANNA, "failed"), "settled")
    store.begin()
    store.assign([("anna", "new", Handed()), ("ben", "new", Handed())])
    assert [row.key for row in store.rows()] == ["old"]
    pairs = [(old and old.key, new and new.key) for old, new in store.pairs()]
    assert pairs == [("old", "new"), (None, "new")]
    store.accept()
    assert [row.key for row in store.rows()] == ["new", "new"]
    assert [result.score for _, result in store.before("anna")] == [10.0]


def test_a_locked_store_says_so(tmp_path):
    with Store(tmp_path, wait_seconds=0.1) as store:
        other = sqlite3.connect(tmp_path / FILE)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another program has it open and locked"):
            store.put("k", result_of(ANNA), "settled")
        other.rollback()
        other.close()
        store.put("k", result_of(ANNA), "settled")


def test_a_full_disk_says_so_and_keeps_what_is_there(tmp_path):
    with Store(tmp_path) as store:
        store.put("k", result_of(ANNA), "settled")
        (pages,) = store._base.execute("PRAGMA page_count").fetchone()
        store._base.execute(f"PRAGMA max_page_count = {pages}")
        big = result_of(Bundle("x" * 200_000))
        with pytest.raises(StoreError, match=r"disk is full; make room and run again: .* kept"):
            store.put("l", big, "settled")
        assert store.state("k") == "settled"
        assert store.state("l") is None


def test_a_file_that_is_no_store_says_so(tmp_path):
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(StoreError, match=rf"{FILE}: it is damaged; move it away"):
        Store(tmp_path)


def test_a_store_of_another_format_is_not_touched(tmp_path):
    Store(tmp_path).close()
    base = sqlite3.connect(tmp_path / FILE)
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(StoreError, match="another version of autograder"):
        Store(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "results").write_text("a file")
    with pytest.raises(StoreError, match=r"results cannot be written here: .*--output"):
        Store(tmp_path / "results")


def test_the_same_work_is_work(store):
    same = {"words.py": "1" * 64}
    store.put("k", result_of(ANNA), "settled")
    store.put("u", result_of(BEN, status="unreadable"), "settled")
    handed = [("anna", "k", same), ("ben", "k", same), ("cy", "u", {}), ("di", "u", {})]
    store.assign([(name, key, Handed(files=files)) for name, key, files in handed])
    store.accept()
    assert store.same_work() == [["anna", "ben"]]


def test_work_of_one_alone_and_of_one_group_is_not_the_same_as_anybodys(store):
    def handed(group, content="1"):
        return Handed(student=Student(name="x", group=group), files={"a.py": content})

    store.assign(
        [
            ("ada", "alone", handed("")),
            ("bo", "group", handed("bo and cy")),
            ("cy", "group", handed("bo and cy")),
            ("di", "two groups", handed("di and ed")),
            ("fay", "two groups", handed("fay and gus")),
            ("hal", "group and one", handed("hal and ida")),
            ("jo", "group and one", handed("")),
            ("kim", "nothing", Handed()),
            ("lou", "nothing", Handed()),
        ]
    )
    store.accept()
    assert sorted(store.same_work()) == [["di", "fay"], ["hal", "jo"]]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("database is locked", "another program has it open"),
        ("database table is busy", "another program has it open"),
        ("database or disk is full", "the disk is full; make room"),
        ("attempt to write a readonly database", "it cannot be written here"),
        ("unable to open database file", "it cannot be written here"),
        ("database disk image is malformed", "it is damaged"),
        ("file is not a database", "it is damaged"),
        ("disk I/O error", "disk I/O error"),
    ],
)
def test_what_keeps_a_store_from_keeping_is_said_with_what_to_do(store, error, said):
    with pytest.raises(StoreError, match=re.escape(said)) as caught, store._told():
        raise sqlite3.OperationalError(error)
    assert str(store.folder) in str(caught.value)
