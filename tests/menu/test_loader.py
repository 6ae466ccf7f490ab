"""Bad menu files: every fault, all at once, with line, path, what was found and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bridge.errors import Fault, FileRefused, SetupError
from bridge.menu import Menu, load_menu, load_menus, read_menu

SUPPORT = Path(__file__).parents[2] / "menus" / "support.yaml"

GOOD = """\
menu: small
languages:
  en: {label: English}
  fr: {label: Français, agent: French}
help_line: 0116
questions:
  - {name: language, type: language, label: Language / Langue}
  - name: region
    type: select_one
    label: {en: Region?, fr: Région ?}
    choices: regions
  - name: town
    type: select_one
    choice_filter: region
    label: {en: Town?, fr: Ville ?}
    choices:
      - {name: a, label: A, region: north}
      - {name: b, label: B, region: [north, south]}
  - {name: age, type: integer, min: 1, max: 120, label: Age?}
  - {name: who, type: text, relevant: {age: [1, 2]}, label: Name?}
choice_lists:
  regions:
    - {name: north, label: North}
    - {name: south, label: South}
end:
  label: "Bye {reference}"
  label_unsent: Bye
"""


def faults_of(source: str | bytes) -> list[Fault]:
    """The faults of a file; [] where it is taken."""
    try:
        read_menu(source.encode() if isinstance(source, str) else source, "menu.yaml")
    except FileRefused as refused:
        return list(refused.faults)
    return []


def changed(*changes: tuple[str, str]) -> str:
    """The good file with these words put for those, each exactly once."""
    source = GOOD
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def test_the_good_file_is_good() -> None:
    assert faults_of(GOOD) == []


def test_the_menu_that_ships_asks_what_the_service_exists_for() -> None:
    menu = load_menu(SUPPORT)
    assert [question.name for question in menu.questions] == [
        *("language", "location", "support_type", "callback", "safe_to_call")
    ]
    assert [choice.name for choice in menu.questions[1].choices] == ["dakar", "touba", "thies"]
    assert [choice.name for choice in menu.questions[2].choices] == ["shelter", "legal", "food_and_clothing"]
    assert menu.languages["fr"].agent == "French"
    assert menu.question("location").choice("thies").label.words["fr"] == "Thiès"  # type: ignore[union-attr]


FAULTS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("faults.yaml"))


@pytest.mark.parametrize("row", FAULTS, ids=[row["wrong"] for row in FAULTS])
def test_a_fault_says_where_what_and_what_else(row: dict[str, str]) -> None:
    faults = faults_of(changed((row["old"], row["new"])))
    matching = [fault for fault in faults if fault.path.startswith(row["path"])]
    assert matching, [str(fault) for fault in faults]
    assert row["found"] in matching[0].found
    assert row["expected"] in matching[0].expected
    assert matching[0].line


def test_the_line_is_that_of_the_fault() -> None:
    fault = faults_of(changed(("fr: Ville ?", "fr: Город ?")))[0]
    assert "Город" in changed(("fr: Ville ?", "fr: Город ?")).splitlines()[(fault.line or 0) - 1]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    source = changed(
        ("help_line: 0116", "helpline: 1"), ("type: text", "type: txt"), ("relevant: {age", "relevant: {aage")
    )
    faults = faults_of(source)
    assert {fault.path for fault in faults} == {
        "help_line",
        "helpline",
        "questions[who].type",
        "questions[who].relevant.aage",
    }
    assert [fault.line for fault in faults] == sorted(fault.line or 0 for fault in faults)


@pytest.mark.parametrize(
    ("old", "misspelt", "hint"),
    [
        pytest.param("help_line: 0116", "help_lin: 0116", "no such key; did you mean help_line?", id="of the file"),
        pytest.param("relevant: {age", "relevent: {age", "no such key; did you mean relevant?", id="of a question"),
        pytest.param("type: text,", "type: text, zzz: x,", "no such key", id="nothing like it"),
    ],
)
def test_the_key_that_was_meant_is_named(old: str, misspelt: str, hint: str) -> None:
    assert hint in [fault.expected for fault in faults_of(changed((old, misspelt)))]


UNREADABLE = [
    ("nothing", b"", "an empty file"),
    ("only a comment", b"# menu\n", "an empty file"),
    ("a word", b"menu", "'menu'"),
    ("a list", b"- menu\n", "a list"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
    ("a NUL", b"menu: a\x00b\n", "control character"),
    ("a spreadsheet", b"PK\x03\x04\x14\x00\x06\x00\xb5\xd9xl/workbook.xml", "a spreadsheet"),
    ("an older office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\xff", "an office document"),
    ("what Windows calls Unicode", "menu: a".encode("utf-16"), "UTF-16"),
    ("another encoding", "menu: caf\u00e9".encode("latin-1"), "not UTF-8"),
    ("too much", b"# " + b"x" * 300_000, "more than 262144 bytes"),
    ("an open bracket", b"menu: {a: [b\n", "broken YAML"),
    ("a tab", b"menu:\n\t- a\n", "broken YAML"),
    ("the same key twice", GOOD.encode() + b"menu: again\n", "the same key twice"),
    ("an alias", b"a: &x [1]\nb: *x\n", "an alias"),
    ("a bomb of aliases", b"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n", "an alias"),
    ("a tag", b"menu: !!python/object/apply:os.system [ls]\n", "a tag"),
    ("too deep", b"[" * 2000 + b"]" * 2000, "too many levels"),
    ("too deep to be closed", b"[" * 100_000, ""),
    ("two documents", b"menu: a\n---\nmenu: b\n", "a second document"),
    ("a list as a key", b"? [a, b]\n: c\n", "as a key"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "found"), [pytest.param(*row[1:], id=row[0]) for row in UNREADABLE])
def test_a_file_that_is_no_menu_is_refused_and_never_a_traceback(source: bytes, found: str) -> None:
    faults = faults_of(source)
    assert faults
    assert any(found in fault.found for fault in faults), faults


SLIPS = {
    "a line indented less": (
        "    label: {en: Region?",
        "   label: {en: Region?",
        10,
        "indented otherwise",
        "as many spaces",
    ),
    "a line indented more": (
        "    type: select_one\n    label",
        "      type: select_one\n    label",
        9,
        "too far",
        "spaces",
    ),
    "a list indented less": ("  - name: town", " - name: town", 12, "indented otherwise", "before its -"),
    "a tab": ("    choices: regions", "\tchoices: regions", 11, "a tab", "spaces before the first word"),
    "no closing brace": ("fr: Région ?}", "fr: Région ?", 10, "without its end", "a closing }"),
    "no closing quote": ('{reference}"', "{reference}", 26, "opened here and never closed", "its end"),
    "a colon in a label": ("unsent: Bye", "unsent: Bye: thanks", 27, 'a second ": "', "in quotes"),
    "a colon in braces": ("label: Age?", "label: Age: yours?", 19, 'a ": " within', "in quotes"),
    "a label that begins with a brace": ('"Bye {reference}"', "{reference} bye", 26, "behind a closing }", "quotes"),
    "a label that begins with a percent": ("unsent: Bye", "unsent: %Bye", 27, "sign of YAML's own", "in quotes"),
    "no colon": ("help_line: 0116", "help_line 0116", 6, "no key with its value", "key: value"),
}


@pytest.mark.parametrize(("old", "new", "line", "found", "expected"), SLIPS.values(), ids=SLIPS)
def test_a_slip_in_yaml_is_told_in_plain_words(old: str, new: str, line: int, found: str, expected: str) -> None:
    (fault,) = faults_of(changed((old, new)))
    assert fault.found.startswith("broken YAML: ")
    assert (found in fault.found, expected in fault.expected, fault.line) == (True, True, line), str(fault)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("fr: Région ?}", "fr: Eh bien, région ?}", id="in a language's words"),
        pytest.param("label: Age?", "label: Age, please?", id="in a question's label"),
        pytest.param("label: South", "label: South, far", id="in a choice's label"),
    ],
)
def test_a_comma_that_cuts_a_label_is_recognised(old: str, new: str) -> None:
    (fault,) = faults_of(changed((old, new)))
    assert fault.expected.endswith("words that hold a comma need quotes")


def test_characters_that_cannot_be_carried_are_one_fault_a_language() -> None:
    faults = faults_of(changed(("fr: Région ?", "fr: Регион ?"), ("fr: Ville ?", "fr: Город ?")))
    assert [(fault.path, fault.line) for fault in faults] == [("questions[region].label.fr", 10)]
    assert faults[0].found == "Р (U+0420 CYRILLIC CAPITAL LETTER ER) and 8 more: е г и о н Г р д"
    assert faults[0].expected.startswith("`encoding: ucs2` for the language fr")


def test_a_missing_value_is_not_taken_for_a_comma() -> None:
    (fault,) = faults_of(changed(("help_line: 0116", "help_line:")))
    assert "comma" not in fault.expected


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(source: bytes) -> None:
    assert faults_of(source)


@given(st.integers(0, len(GOOD) - 1), st.text(max_size=3, alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_slip_of_the_pen_is_taken_or_refused_and_never_a_traceback(place: int, slip: str) -> None:
    faults_of(GOOD[:place] + slip + GOOD[place + 1 :])


def test_words_stay_as_they_are_written() -> None:
    menu = read_menu(changed(("label: North", "label: No"), ("help_line: 0116", "help_line: 0800")).encode(), "m")
    assert menu.question("region").choices[0].label.words["en"] == "No"  # type: ignore[union-attr]
    assert menu.help_line == "0800"


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"gone\.yaml: the file: found no file of this name, expected"):
        load_menu(tmp_path / "gone.yaml")
    with pytest.raises(FileRefused, match="found a folder"):
        load_menu(tmp_path)


def test_a_folder_of_menus_is_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no menu", encoding="utf-8")
    assert list(load_menus(tmp_path)) == ["small"]


@pytest.mark.parametrize(
    ("folder", "sentence"), [("gone", "there is no folder"), ("empty", r"holds no menu \(a file \*\.yaml\)")]
)
def test_a_folder_without_menus_is_refused_in_a_sentence(tmp_path: Path, folder: str, sentence: str) -> None:
    (tmp_path / "one.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SetupError, match=f"^MENUS_DIR: .*{sentence}"):
        load_menus([tmp_path, tmp_path / folder])


def test_two_files_with_one_menu_are_a_fault(tmp_path: Path) -> None:
    for name in ("one.yaml", "three.yaml", "two.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(SetupError) as refused:
        load_menus(tmp_path)
    assert str(refused.value).splitlines() == [
        f"{tmp_path / name}: the menu small is in one.yaml of this folder too; rename one"
        for name in ("three.yaml", "two.yaml")
    ]
    (tmp_path / "zero.yaml").write_text("menu: zero", encoding="utf-8")
    with pytest.raises(FileRefused, match=r"zero\.yaml"):
        load_menus(tmp_path)


def test_of_two_folders_with_one_menu_the_first_counts(tmp_path: Path) -> None:
    mine, examples = tmp_path / "mine", tmp_path / "examples"
    for folder, source in ((mine, GOOD.replace("label: Age?", "label: My age?")), (examples, GOOD)):
        folder.mkdir()
        (folder / "small.yaml").write_text(source, encoding="utf-8")
    assert load_menus([mine, examples])["small"].version == load_menus(mine)["small"].version
    assert load_menus([examples, mine])["small"].version == load_menus(examples)["small"].version


def test_the_faults_of_all_files_of_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(changed(("type: text", "type: txt")), encoding="utf-8")
    (tmp_path / "two.yaml").write_text("", encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        load_menus(tmp_path)
    assert "one.yaml" in str(refused.value)
    assert "two.yaml" in str(refused.value)


def test_the_version_changes_with_what_a_caller_sees_and_with_nothing_else() -> None:
    def version(source: str) -> str:
        return read_menu(source.encode(), "m").version

    assert len(version(GOOD)) == 16
    assert version("# a comment\n" + GOOD) == version(GOOD)
    assert version(changed(("label: Age?", "label: How old?"))) != version(GOOD)
    assert version(changed(("max: 120", "max: 119"))) != version(GOOD)


def test_the_compiled_menu_is_a_copy() -> None:
    menu: Menu = load_menu(SUPPORT)
    menu.as_data()["questions"].clear()
    assert menu.as_data()["questions"]
