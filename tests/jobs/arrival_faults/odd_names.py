"""Files that are no pictures by their kind or name, and names and times that break programs."""

import os
import socket
from pathlib import Path

from tests.jobs.arrival_faults.hostile_folder import MEASURED, held, ignored, png


def kinds_of_file(folder):
    """A07, A08: what is no regular file; hidden, temporary and foreign names."""
    inbox = folder.inbox
    os.mkfifo(inbox / "pipe.png")
    folder.note("pipe.png", ignored("NOT_A_FILE"))
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(inbox)  # a socket's path is short
    try:
        listener.bind("socket.png")
    finally:
        os.chdir(here)
        listener.close()
    folder.note("socket.png", ignored("NOT_A_FILE"))
    (inbox / "folder.png").mkdir()
    (inbox / "folder.png" / "inside.png").write_bytes(b"x")
    folder.note("folder.png", ignored("NOT_A_FILE"))
    outside = inbox.parent / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(png(folder.surface()))
    for name, target in {
        "link-out.png": outside / "secret.png",
        "link-dangling.png": inbox / "nowhere.png",
        "link-loop.png": inbox / "link-loop.png",
        "link-zero.png": Path("/dev/zero"),
        "link-passwd.png": Path("/etc/passwd"),
        "link-folder": outside,
        "loopdir": inbox,
    }.items():
        (inbox / name).symlink_to(target)
        folder.note(name, ignored("SYMLINK"))
    for name in (".hidden.png", "._A1.png", ".DS_Store", ".nfs000001.png"):
        folder.add(name, b"x", ignored("HIDDEN"))
    (inbox / ".trash").mkdir()
    (inbox / ".trash" / "a.png").write_bytes(b"x")
    folder.note(".trash", ignored("HIDDEN"))
    for name in ("a.png.part", "a.tmp", "b.png.crdownload", "c.png.filepart", "~$d.png", "e.png~"):
        folder.add(name, b"x", ignored("TEMPORARY"))
    for name in (
        "notes.txt", "a.tiff", "a.gif", "a.webp", "a.svg", "a.exe", "Thumbs.db", "a.png.zip",
        "noending", "a.PNG.exe", "a.py", "a.onnx",
    ):  # fmt: skip
        folder.add(name, b"x", ignored("WRONG_TYPE"))


def names(folder):
    """A06, A10, A11, A14 and B05: names and times that break programs."""
    for name in (
        "-rf.png", "$(reboot).png", "`id`.png", "a';DROP TABLE image;--.png", 'a"b.png',
        "<img src=x onerror=alert(1)>.png", "=1+1.png", "@SUM(A1).png", "金.png", "%2e%2e%2f.png",
        "CON.png", "NA.png", "null.png", "007.png", "1E5.png", "TRUE.png", "A 1.png", "a,b;c.png",
        "x" * 251 + ".png", "caf\u00e9.png", "cafe\u0301.png", "UPPER.PNG", "{part_id}.png",
        "a\\b.png", "mon/same.png", "tue/same.png", "/".join(["deep"] * 40) + "/d.png",
    ):  # fmt: skip
        folder.add(name, png(folder.surface()), MEASURED)
    for name in (
        "line\nbreak.png", "ansi\x1b[31m.png", "bell\x07.png", "tab\there.png", "rtl\u202egnp.png",
        "zero\u200bwidth.png", "bytes\udcff\udcfe.png", "cr\rlf.png", " .png", "nel\x85.png",
    ):  # fmt: skip
        folder.add(name, png(folder.surface()), held("BAD_NAME"))
    for name, year in (("t2099.png", 2099), ("t1970.png", 1970), ("t1960.png", 1960)):
        folder.add(name, png(folder.surface()), MEASURED)
        then = (year - 1970) * 31_556_952
        os.utime(folder.inbox / name, (then, then))
