"""The engine's own words in every language that ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.errors import FileRefused
from bridge.menu import words as words_module
from bridge.menu.alphabet import outside_gsm, septets, units
from bridge.menu.folding import fold
from bridge.menu.words import KEYS, known_languages, words_for

LONGEST = {"gsm7": 60, "ucs2": 32}  # what a question on the smallest screens can spare


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of words in place of ours."""
    monkeypatch.setattr(words_module, "FOLDER", tmp_path)
    words_for.cache_clear()
    yield tmp_path
    words_for.cache_clear()


def test_six_languages_ship() -> None:
    assert known_languages() == ["ar", "en", "es", "fr", "pt", "sw"]


@pytest.mark.parametrize("code", known_languages())
def test_a_language_says_everything_briefly_in_its_alphabet(code: str) -> None:
    found = words_for(code)
    assert found is not None
    assert set(found.words) == set(KEYS)
    for key, text in found.words.items():
        size = septets(text) if found.encoding == "gsm7" else units(text)
        assert size <= LONGEST[found.encoding], key
        if found.encoding == "gsm7":
            assert not outside_gsm(fold(text)), key


def test_a_language_without_a_file_has_no_words() -> None:
    assert words_for("xx") is None
    assert words_for("../en") is None


def test_a_words_file_with_faults_names_all_of_them(folder: Path) -> None:
    file = folder / "xx.yaml"
    file.write_text(
        "language: xx\nlabel: X\nencoding: gsm7\nwords: {back: B, too_short: no, nod: x}\n", encoding="utf-8"
    )
    with pytest.raises(FileRefused) as refused:
        words_for("xx")
    paths = {fault.path for fault in refused.value.faults}
    assert {"words.more", "words.too_short", "words.nod"} <= paths
    assert "words.back" not in paths
