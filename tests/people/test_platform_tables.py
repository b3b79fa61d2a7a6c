"""Which tables of a platform a run takes for its own."""

import shutil
import zipfile

from autograder.batch.store import Store

from .exports import Person, canvas

CLASS = [Person(101, "Ada L", 10.0), Person(102, "Bo M", 4.0)]


def gradebook(place):
    return place.rows("gradebook-canvas.csv")


def test_tables_of_a_folder_that_nobody_named_are_not_this_classes(place, tmp_path, monkeypatch):
    place.lay(canvas, CLASS).grade()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    text = (place.handed_in / "gradebook.csv").read_text()
    (elsewhere / "gradebook.csv").write_text(text + "Some Stranger,999,S999,x,All,\n")
    with Store(place.results) as store:
        store.set("submissions", "")
    monkeypatch.chdir(elsewhere)
    (check,) = [line for line in place.lines()[0]["exercises"][0]["checks"]][:1]
    assert (
        place.run("drop", place.results, check["name"], "-a", place.assignment, "--accept").code
        == 0
    )
    assert {row["ID"] for row in gradebook(place)} == {"", "101", "102"}


def test_the_gradebook_in_an_exports_archive_comes_back_filled(place):
    place.lay(canvas, CLASS)
    shutil.make_archive(str(place.root / "export"), "zip", place.handed_in)
    shutil.rmtree(place.handed_in)
    assert zipfile.is_zipfile(place.root / "export.zip")
    done = place.run(
        *("grade", place.root / "export.zip", "-a", place.assignment),
        *("-o", place.results, "--no-similarity"),
    )
    assert done.code == 0, done.told
    found = {row["SIS User ID"]: row["Words and Stacks (55)"] for row in gradebook(place)[1:]}
    assert found == {"S101": "10", "S102": "4"}
