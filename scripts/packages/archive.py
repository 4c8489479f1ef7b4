"""One package as a zip archive: written the same on every machine, and held against what should be in it."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from scripts.packages import compiled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_DATE = (1980, 1, 1, 0, 0, 0)


def write(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files by path.

    Entries are sorted and carry a fixed date and mode; nothing is compressed, because deflate output differs
    between zlib versions (the repository compresses the files anyway).
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # Unix, whatever builds it, so that the mode counts
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()


def objections(archive: bytes, files: Mapping[str, bytes], to_compile: Collection[str]) -> list[str]:
    """What in an archive is not what it should hold, one sentence each.

    Compiled files are judged by what they say, everything else byte by byte: releases of Python 3.13 may write the
    same code differently.

    Args:
        archive: The committed package.
        files: What it should hold, by path, but for compiled files.
        to_compile: Which of them should have a compiled file beside them.
    """
    try:
        found = _read(archive)
    except zipfile.BadZipFile as error:
        return [f"it is no zip archive: {error}"]
    sources = {compiled.beside(name): name for name in to_compile}
    complaints = [
        *(f"{name} is missing" for name in sorted({*files, *sources} - set(found))),
        *(f"{name} should not be in it" for name in sorted(set(found) - {*files, *sources})),
        *(
            f"{name} differs from the file it is built from"
            for name in sorted(files)
            if found.get(name, files[name]) != files[name]
        ),
        *_about_compiled(found, sources),
    ]
    if not complaints and archive != write(found):
        complaints.append("its entries are as they should be, but not their order, dates or modes")
    return complaints


def _about_compiled(found: Mapping[str, bytes], sources: Mapping[str, str]) -> Iterator[str]:
    for name, source in sorted(sources.items()):
        if name in found and source in found:
            complaint = compiled.objection(source, found[source], found[name])
            if complaint:
                yield f"{name} {complaint}"


def _read(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {entry.filename: opened.read(entry) for entry in opened.infolist()}
