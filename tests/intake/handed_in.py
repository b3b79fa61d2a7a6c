"""What people hand in, and what comes of it: readable, or a reason that is true."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import py7zr

CODE = b"def double(x):\n    return 2 * x\n"


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def seven_zipped(files, **options):
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return buffer.getvalue()


WORK = {"lab/words.py": CODE}
# The student's file name and content; what is read of it.
READABLE = {
    "module": ("words.py", CODE, "words.py"),
    "notebook": ("lab.ipynb", b'{"cells": []}', "lab.ipynb"),
    "zip": ("work.zip", zipped(WORK), "lab/words.py"),
    "tar": ("work.tar", tarred(WORK), "lab/words.py"),
    "tar.gz": ("work.tar.gz", tarred(WORK, "w:gz"), "lab/words.py"),
    "tgz": ("work.tgz", tarred(WORK, "w:gz"), "lab/words.py"),
    "tar.xz": ("work.tar.xz", tarred(WORK, "w:xz"), "lab/words.py"),
    "tar.bz2": ("work.tar.bz2", tarred(WORK, "w:bz2"), "lab/words.py"),
    "7z": ("work.7z", seven_zipped(WORK), "lab/words.py"),
    "gz alone": ("words.py.gz", gzip.compress(CODE), "words.py"),
    "xz alone": ("words.py.xz", lzma.compress(CODE), "words.py"),
    "gz in a folder": (
        "work.zip",
        zipped({"in/words.py.gz": gzip.compress(CODE)}),
        "in/words.py",
    ),
    "bz2 alone": ("words.py.bz2", bz2.compress(CODE), "words.py"),
    "7z called zip": ("work.zip", seven_zipped(WORK), "lab/words.py"),
    "zip in zip": ("work.zip", zipped({"in/deep.zip": zipped(WORK)}), "in/deep/lab/words.py"),
    "tar in zip": (
        "work.zip",
        zipped({"deep.tar.gz": tarred(WORK, "w:gz")}),
        "deep/lab/words.py",
    ),
    "rubyzip": ("work.zip", zipped({"größe/wörter.py": CODE}), "größe/wörter.py"),
}
# Its name and content; part of the reason, which names what it is and what to ask for.
UNREADABLE = {
    "rar": ("work.rar", b"Rar!\x1a\x07\x01\x00" + bytes(60), "RAR archive"),
    "rar called zip": ("work.zip", b"Rar!\x1a\x07\x01\x00" + bytes(60), "RAR archive"),
    "html": ("lab.html", b"<html>", "a web page; wanted: the notebook"),
    "pdf": ("lab.pdf", b"%PDF-1.7", "a PDF; wanted: the notebook"),
    "docx": ("lab.docx", zipped({"word/document.xml": b""}), "a text document"),
    "py.txt": ("words.py.txt", CODE, "Python under another ending; wanted: a name"),
    "txt": ("words.txt", CODE, "plain text"),
    "webloc": ("lab.webloc", b"<plist>", "a link"),
    "photo": ("IMG_1.HEIC", b"\xff", "a picture"),
    "unknown": ("lab.mlx", b"\0", "a kind that is not read (.mlx)"),
    "too large": (
        "lab.ipynb",
        b" " * ((16 << 20) + 1),
        "larger than the 16 MiB allowed; wanted",
    ),
    "too large, in capitals": (
        "LAB.IPYNB",
        b" " * ((16 << 20) + 1),
        "wanted: it without outputs",
    ),
    "data alone": ("rain.csv", b"1,2\n", "rain.csv: "),
    "empty zip": ("work.zip", zipped({}), "it is empty"),
    "a system's folder": ("work.zip", zipped({"__MACOSX/lab.pdf": b"%PDF"}), "it is empty"),
    "pdf in zip": ("work.zip", zipped({"lab.pdf": b"%PDF"}), "lab.pdf: a PDF"),
    "cut off": ("work.zip", zipped(WORK)[:-30], "the zip is damaged or was cut off"),
    "cut off tar.gz": ("work.tar.gz", tarred(WORK, "w:gz")[:-30], "cannot be read"),
    "7z with a password": ("work.7z", seven_zipped(WORK, password="x"), "without a password"),
    "four deep": (
        "a.zip",
        zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped(WORK)})})}),
        "an archive within",
    ),
}


def without_flag(archive):
    """The zip as rubyzip writes it: names in UTF-8, and no flag that says so."""
    made = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(signature)
        while at >= 0:
            made[at + offset + 1] &= ~0x08
            at = made.find(signature, at + 4)
    return bytes(made)


READABLE["rubyzip"] = ("work.zip", without_flag(READABLE["rubyzip"][1]), "größe/wörter.py")
