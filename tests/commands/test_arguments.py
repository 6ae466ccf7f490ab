"""Numbers behind the options of commands, and what whoever mistypes one is told."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from bridge import cli
from bridge.commands.arguments import MOST_LINES, count, port

OPTIONS = {
    "deliveries list --limit": "from 1 to 1,000,000",
    "audit --last": "from 1 to 1,000,000",
    "sandbox --port": "from 1 to 65,535",
}
SLIPS = {"nothing": "0", "less": "-1", "words": "many", "a part": "1.5", "other digits": "٣", "too many": "9" * 20}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
@pytest.mark.parametrize("option", OPTIONS)
def test_whoever_mistypes_a_number_is_told_which_ones_there_are(
    option: str, slip: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main([*option.split(" "), slip])
    assert refused.value.code == 2
    said = capsys.readouterr().err
    assert f"expected a whole number {OPTIONS[option]}" in said
    assert said.count("\n") == 1
    assert slip == "0" or slip not in said.replace("1,000,000", "").replace("65,535", "")


def test_the_smallest_and_the_largest_are_taken() -> None:
    assert [count("1"), count(str(MOST_LINES)), port("1"), port("65535")] == [1, MOST_LINES, 1, 65535]
    for read, text in ((count, str(MOST_LINES + 1)), (port, "65536")):
        with pytest.raises(ArgumentTypeError):
            read(text)
