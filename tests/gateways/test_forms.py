"""A form has one reading, the one that Python's own parser gives it."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.errors import Malformed
from bridge.gateways.wire import MOST_FIELDS, Request

FORMS = st.lists(st.sampled_from([*"ab=&+%;é€ \x00", "%41", "%2B", "%E9", "%C3%A9", "&b="]), max_size=30).map("".join)


@given(FORMS)
@example("")
@example("text=1*2&phoneNumber=%2B221770000001&empty=&bare&=nameless&&")
def test_a_form_is_read_as_python_reads_it(text: str) -> None:
    pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=100)
    twice = len(dict(pairs)) != len(pairs)
    request = Request("POST", "", query=text)
    if twice or text.count("&") >= MOST_FIELDS:
        with pytest.raises(Malformed):
            request.arguments()
        return
    fields = request.arguments()
    assert {name: fields.raw(name) for name, _ in pairs} == dict(pairs)


@pytest.mark.parametrize(("number", "taken"), [(MOST_FIELDS, True), (MOST_FIELDS + 1, False)])
def test_a_form_has_so_many_fields_and_no_more(number: int, taken: bool) -> None:
    request = Request("POST", "", body="&".join(f"f{place}=1" for place in range(number)).encode())
    if taken:
        assert f"f{number - 1}" in request.form()
        return
    with pytest.raises(Malformed):
        request.form()


def test_a_field_that_stands_twice_is_refused_however_it_is_spelt() -> None:
    with pytest.raises(Malformed):
        Request("POST", "", query="text=1&te%78t=2").arguments()
