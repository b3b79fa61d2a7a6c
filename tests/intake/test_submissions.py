"""Intake: what counts as a submission, and what a hostile archive gets."""

import io
import os
import stat
import struct
import zipfile

import pytest

from autograder.intake.counted_files import Limits, printable, safe_path
from autograder.intake.exports import list_class
from autograder.intake.submissions import Entry, NothingToGrade, read


def names(folder):
    return [entry.name for entry in list_class(folder, platform="plain").entries]


def zipped(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def bundle_of(tmp_path, content, limits=None):
    path = tmp_path / "anna.zip"
    path.write_bytes(content)
    return read(Entry("anna", path), limits)


def test_each_entry_of_a_folder_is_one_student(tmp_path):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "optimizers.py").write_text("x = 1")
    (tmp_path / "ben.py").write_text("x = 1")
    (tmp_path / "cleo.ipynb").write_text("{}")
    (tmp_path / "dora.zip").write_bytes(zipped([("a.py", "x = 1")]))
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "roster.csv").write_text("not a submission")
    assert names(tmp_path) == ["anna", "ben", "cleo", "dora"]


def test_two_entries_with_one_stem_keep_their_endings(tmp_path):
    (tmp_path / "anna.py").write_text("")
    (tmp_path / "anna.zip").write_bytes(zipped([]))
    assert names(tmp_path) == ["anna.py", "anna.zip"]


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_nothing_to_grade_says_what_was_looked_for(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToGrade, match=name):
        list_class(tmp_path / name)


def test_a_folder_is_read_with_the_zips_in_it_and_without_noise(tmp_path):
    home = tmp_path / "anna"
    (home / "deep" / ".ipynb_checkpoints").mkdir(parents=True)
    (home / "deep" / "optimizers (1).py").write_text("x = 1")
    (home / "deep" / ".ipynb_checkpoints" / "t6.ipynb").write_text("{}")
    (home / "work.zip").write_bytes(zipped([("inner/clipping.py", "y = 2")]))
    (home / "photo.jpg").write_bytes(b"\xff")
    assert set(read(Entry("anna", home)).files) == {
        "deep/optimizers (1).py",
        "work/inner/clipping.py",
    }


def test_links_are_passed_over(tmp_path):
    home = tmp_path / "anna"
    home.mkdir()
    (tmp_path / "secret.py").write_text("secret = 1")
    (home / "own.py").write_text("x = 1")
    os.symlink(tmp_path / "secret.py", home / "stolen.py")
    bundle = read(Entry("anna", home))
    assert set(bundle.files) == {"own.py"}
    assert "stolen.py" in bundle.notes[0]


def test_paths_that_leave_the_archive_are_passed_over(tmp_path):
    content = zipped(
        [("../evil.py", "1"), ("/etc/evil.py", "1"), ("C:\\evil.py", "1"), ("a.py", "")]
    )
    bundle = bundle_of(tmp_path, content)
    assert set(bundle.files) == {"a.py"}
    assert len(bundle.notes) == 3


def test_a_symbolic_link_in_a_zip_is_not_followed(tmp_path):
    link = zipfile.ZipInfo("link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    bundle = bundle_of(tmp_path, zipped([(link, "/etc/passwd"), ("a.py", "")]))
    assert set(bundle.files) == {"a.py"}


def test_a_bomb_stops_at_the_cap_whatever_its_header_says(tmp_path):
    content = zipped([("bomb.py", b"#" * (40 << 20)), ("a.py", "x = 1")])
    bundle = bundle_of(tmp_path, content)
    assert set(bundle.files) == {"a.py"}
    lying = bytearray(content)
    at = lying.rindex(b"PK\x01\x02")
    first = lying.index(b"PK\x01\x02")
    lying[first + 24 : first + 28] = struct.pack("<I", 100)
    assert at > first
    told = bundle_of(tmp_path, bytes(lying))
    assert "bomb.py" not in told.files


def test_what_unfolds_beyond_any_text_is_passed_over(tmp_path):
    lines = b"".join(b"print(%d)\n" % n for n in range(200_000))
    same = b'{"cells": [{"outputs": [{"text": [' + b'"RuntimeWarning: overflow",' * 100_000
    content = zipped(
        [("bomb.py", b"#" * (2 << 20)), ("long.py", lines), ("a.py", "x = 1"), ("b.ipynb", same)]
    )
    bundle = bundle_of(tmp_path, content)
    assert set(bundle.files) == {"a.py", "b.ipynb", "long.py"}
    assert bundle.notes == ("bomb.py: more than 250 times its packed size, passed over",)


@pytest.mark.parametrize(
    ("limits", "members", "reason"),
    [
        (Limits(files=3), [(f"{n}.py", "") for n in range(4)], "more than 3 files"),
        (
            Limits(total_bytes=1 << 20),
            [(f"{n}.py", b"#" * (600 << 10)) for n in range(2)],
            "more than 1 MiB",
        ),
    ],
)
def test_caps_on_the_whole_submission(tmp_path, limits, members, reason):
    assert reason in bundle_of(tmp_path, zipped(members), limits).problem


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"not a zip at all",
        zipped([("a.py", "x = 1" * 999)])[:-30],
        b"PK\x05\x06" + b"\0" * 18,
    ],
)
def test_damaged_or_empty_archives_are_unreadable_with_a_reason(tmp_path, content):
    problem = bundle_of(tmp_path, content).problem
    told = f"the zip is damaged or was cut off ({len(content)} bytes arrived): "
    assert problem.startswith((told, "it is empty; wanted"))


def test_an_encrypted_zip_says_so(tmp_path):
    content = bytearray(zipped([("a.py", "x = 1")]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    assert "password" in bundle_of(tmp_path, bytes(content)).problem


def test_duplicate_names_take_the_last_with_a_note(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped([("a.py", "first"), ("a.py", "second")])
    bundle = bundle_of(tmp_path, content)
    assert bundle.files["a.py"] == b"second"
    assert "last one counts" in bundle.notes[0]


def test_a_submission_that_vanished_is_unreadable(tmp_path):
    assert read(Entry("gone", tmp_path / "gone.py")).problem


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("a/b.py", "a/b.py"),
        ("./a//b.py", "a/b.py"),
        ("a\\b.py", "a/b.py"),
        ("../b.py", None),
        ("/b.py", None),
        ("c:/b.py", None),
        ("a\0.py", None),
        ("x" * 500, None),
        ("\x1b[31ma.py", "\ufffd[31ma.py"),
    ],
)
def test_safe_paths(path, safe):
    assert safe_path(path) == safe


def test_printable_text_has_no_tricks():
    assert printable("a\u202eb\x07c\ud800") == "a\ufffdb\ufffdc\ufffd"
