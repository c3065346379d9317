"""Lays out the pieces of a volume, each once: several at a time, kept by the digest of their text.

A piece says nothing of the copy it will be part of, so the same text can serve many copies. What
is kept is authenticated with a key of the deployment: it goes into a sealed file unread.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from subprocess import PIPE, Popen
from typing import IO, cast

import weasyprint

from ecrf.outputs import pdf
from ecrf.version import APPLICATION

MEMORY = 3 << 30  # bytes of address space of a process that lays out
_LENGTH = 8  # bytes that say how long a message is
KEPT_DAYS = 30  # a piece that nobody used for so long goes

Done = Callable[[int], None]  # called with the index of each piece that is ready


@dataclass(frozen=True, slots=True)
class Press:
    """``folder`` keeps the pieces, ``key`` authenticates them."""

    folder: Path
    key: bytes
    processes: int = 1

    def pieces(self, texts: Sequence[str], done: Done) -> list[bytes]:
        """The PDF of each text, in order. ``done`` may raise to stop; nothing is lost then."""
        names = [_name(text) for text in texts]
        found = {index: self._kept(name) for index, name in enumerate(names)}
        ready = {index: piece for index, piece in found.items() if piece is not None}
        for index in ready:
            done(index)
        missing = [index for index in found if index not in ready]
        for index, piece in self._made(texts, missing):
            self._keep(names[index], piece)
            ready[index] = piece
            done(index)
        self._prune()
        return [ready[index] for index in range(len(texts))]

    def _made(self, texts: Sequence[str], wanted: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        if self.processes < 2 or len(wanted) < 2:
            for index in wanted:
                with pdf.ONE_AT_A_TIME, pdf.uncollected():
                    yield index, pdf.written(texts[index])
            return
        longest = sorted(wanted, key=lambda index: -len(texts[index]))
        helpers = [_Helper() for _ in range(min(self.processes, len(wanted)))]
        idle: SimpleQueue[_Helper] = SimpleQueue()
        for helper in helpers:
            idle.put(helper)
        threads = ThreadPoolExecutor(len(helpers))
        try:
            jobs = {threads.submit(_by, idle, texts[index]): index for index in longest}
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        finally:
            for helper in helpers:
                helper.end()
            threads.shutdown(cancel_futures=True)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.piece"

    def _seal(self, name: str, piece: bytes) -> bytes:
        return hmac.digest(self.key, name.encode() + piece, "sha256")

    def _kept(self, name: str) -> bytes | None:
        """A piece made before; None also when its file is not what was kept."""
        path = self._path(name)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        seal, piece = content[:32], content[32:]
        return piece if hmac.compare_digest(seal, self._seal(name, piece)) else None

    def _keep(self, name: str, piece: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(self._seal(name, piece) + piece)
        part.replace(path)

    def _prune(self) -> None:
        old = time.time() - KEPT_DAYS * 24 * 3600
        for path in self.folder.glob("*/*.*"):
            if path.stat().st_mtime < old:
                path.unlink(missing_ok=True)


def _name(text: str) -> str:
    """What a layout depends on: the text, the templates and styles, the programs."""
    parts = (text, pdf.template_digest(), weasyprint.__version__, APPLICATION)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class _Helper:
    """A process that lays out one text after the other, and ends when nobody holds its input."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "ecrf.outputs.press"]
        self.process = Popen(command, stdin=PIPE, stdout=PIPE)  # noqa: S603 - our own program

    def lay_out(self, text: str) -> bytes:
        """Raises RuntimeError when the process ended; why is in the log."""
        _send(cast(IO[bytes], self.process.stdin), text.encode())
        piece = _receive(cast(IO[bytes], self.process.stdout))
        if piece is None:
            raise RuntimeError("a layout process ended before its piece was ready")
        return piece

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def _by(idle: SimpleQueue[_Helper], text: str) -> bytes:
    helper = idle.get()
    try:
        return helper.lay_out(text)
    finally:
        idle.put(helper)


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(len(content).to_bytes(_LENGTH) + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes | None:
    """What was sent; None when the other side is gone."""
    size = int.from_bytes(stream.read(_LENGTH))
    content = stream.read(size)
    return content if size and len(content) == size else None


def main() -> None:
    """The helper: texts in, pieces out."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(10)  # people who work come first
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # whatever prints must not reach the answer
    while (text := _receive(sys.stdin.buffer)) is not None:
        with pdf.uncollected():
            piece = pdf.written(text.decode())
        gc.collect()  # what one layout held, the next one can use
        _send(out, piece)


if __name__ == "__main__":
    main()
