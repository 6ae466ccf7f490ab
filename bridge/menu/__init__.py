"""Menus: what they are, how their files are read, and the pure engine that asks their questions."""

from bridge.menu.definition import Choice, Language, Menu, Question, Text
from bridge.menu.engine import Step, again, answer, begin, looked_up, passed
from bridge.menu.farewell import apology, closing
from bridge.menu.loader import load_menu, load_menus, menu_files, read_menu
from bridge.menu.path import answers_of, is_far_enough, language_of
from bridge.menu.screen import Budget, Screen
from bridge.menu.state import State

__all__ = [
    "Budget",
    "Choice",
    "Language",
    "Menu",
    "Question",
    "Screen",
    "State",
    "Step",
    "Text",
    "again",
    "answer",
    "answers_of",
    "apology",
    "begin",
    "closing",
    "is_far_enough",
    "language_of",
    "load_menu",
    "load_menus",
    "looked_up",
    "menu_files",
    "passed",
    "read_menu",
]
