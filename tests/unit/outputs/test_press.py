"""Pieces are laid out once, kept, and never taken from a file that somebody changed."""

import os
import time

import pytest

from ecrf.outputs import pdf
from ecrf.outputs import press as press_module
from ecrf.outputs.press import KEPT_DAYS, Press

TEXTS = ("<p>one", "<p>two", "<p>three")


@pytest.fixture
def laid_out(monkeypatch):
    """The texts that were laid out, in order."""
    seen = []
    monkeypatch.setattr(pdf, "written", lambda text: seen.append(text) or b"PDF " + text.encode())
    return seen


def ignore(_index):
    pass


def test_a_piece_is_laid_out_once(laid_out, tmp_path):
    first = Press(tmp_path, b"key").pieces(TEXTS, ignore)
    again = Press(tmp_path, b"key").pieces((TEXTS[0], "<p>new", TEXTS[2]), ignore)

    assert laid_out == [*TEXTS, "<p>new"]
    assert again == [first[0], b"PDF <p>new", first[2]]


def test_a_kept_piece_that_was_changed_is_laid_out_again(laid_out, tmp_path):
    press = Press(tmp_path, b"key")
    (good,) = press.pieces(TEXTS[:1], ignore)
    (file,) = tmp_path.glob("*/*.piece")
    file.write_bytes(file.read_bytes()[:-1] + b"!")

    assert press.pieces(TEXTS[:1], ignore) == [good]
    assert len(laid_out) == 2


def test_what_another_deployment_kept_is_not_taken(laid_out, tmp_path):
    Press(tmp_path, b"key").pieces(TEXTS[:1], ignore)
    Press(tmp_path, b"other key").pieces(TEXTS[:1], ignore)

    assert len(laid_out) == 2


def test_stopping_keeps_what_is_ready(laid_out, tmp_path):
    def stop(index):
        if index == 1:
            raise InterruptedError

    press = Press(tmp_path, b"key")
    with pytest.raises(InterruptedError):
        press.pieces(TEXTS, stop)
    press.pieces(TEXTS, ignore)

    assert laid_out == list(TEXTS)


def test_a_piece_that_nobody_used_for_long_goes(laid_out, tmp_path):
    press = Press(tmp_path, b"key")
    press.pieces(TEXTS, ignore)
    old = time.time() - (KEPT_DAYS + 1) * 24 * 3600
    for file in tmp_path.glob("*/*.piece"):
        os.utime(file, (old, old))

    press.pieces(TEXTS[:1], ignore)

    assert len(list(tmp_path.glob("*/*.piece"))) == 1


def test_several_processes_give_the_same_pieces(tmp_path):
    texts = ("<p>one", "<p>二")

    together = Press(tmp_path / "a", b"key", processes=2).pieces(texts, ignore)
    alone = Press(tmp_path / "b", b"key").pieces(texts, ignore)

    assert together == alone


def test_a_process_that_dies_is_an_error_and_not_a_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(press_module.sys, "executable", "/bin/false")

    with pytest.raises((RuntimeError, BrokenPipeError)):
        Press(tmp_path, b"key", processes=2).pieces(TEXTS, ignore)
