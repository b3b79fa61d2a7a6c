"""Who handed in nothing, where that costs points: only who surely did not."""

import pytest

from .exports import Person, canvas, plain, table


def roster(place, *names):
    return table(place.root / "roster.csv", [("name",), *((name,) for name in names)])


@pytest.mark.parametrize(("other", "status"), [("Bo M", "missing"), ("B M", "needs_person")])
def test_a_zero_is_for_who_surely_handed_in_nothing(place, other, status):
    manifest = place.assignment / "assignment.toml"
    manifest.write_text(manifest.read_text().replace("[limits]", 'missing = "zero"\n\n[limits]'))
    place.lay(plain, [Person(1, "Ada L"), Person(2, other)])
    ended = place.grade("--table", roster(place, "Ada L 1", "Bo M 2", "Cy N"))
    (cy,) = [row for row in place.rows() if row["submission"] == "Cy N"]
    assert (cy["status"], cy["score"]) == (status, "0" if status == "missing" else "")
    assert ("Nobody gets a 0" in ended.told) is (status == "needs_person")
    assert ended.code == (status == "needs_person")


def test_a_class_in_a_folder_is_not_one_student(place):
    place.lay(canvas, [])
    for who in ("ada", "bo"):
        inside = place.handed_in / "class" / who
        inside.mkdir(parents=True)
        (inside / "words.py").write_text("# earns 10\n")
    (place.handed_in / "gradebook.csv").unlink()
    with pytest.raises(Exception, match=r"several folders: grade .*class if each is a student's"):
        place.grade()
    assert place.grade("--platform", "plain").code == 0
    assert [row["submission"] for row in place.rows()] == ["class"]
