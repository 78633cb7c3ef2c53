"""Turning a switch in a terminal, for every office at once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import Event
from core import acting
from tests import cast


def switch(*words):
    said = StringIO()
    call_command("switch", *words, stdout=said)
    return said.getvalue()


def writer_of_levi(api, person):
    return api(person).get("flags").json()["writers"]["levi"]


def test_everybody_gets_it_and_every_office_hears_of_it(api):
    assert switch("writer.levi", "dual", "--note", "first step") == "writer.levi dual for everybody\n"

    assert [writer_of_levi(api, person) for person in (cast.DANA, cast.TAMAR)] == ["dual", "dual"]
    with acting.acting(acting.SERVICE):
        news = Event.objects.filter(type="flag.changed")
        assert {event.org_id for event in news} >= {cast.NORTH.id, cast.SOUTH.id}
        assert {event.data["scope"] for event in news} == {"global"}


def test_an_offices_own_setting_counts_before_everybodys(api):
    switch("writer.levi", "supabase")
    switch("writer.levi", "make", "--org", str(cast.SOUTH.id))

    assert [writer_of_levi(api, person) for person in (cast.DANA, cast.TAMAR)] == ["supabase", "make"]


def test_turning_it_back_is_the_same_word_again(api):
    switch("writer.levi", "supabase")
    switch("writer.levi", "make")

    assert writer_of_levi(api, cast.DANA) == "make"


@pytest.mark.parametrize("words", [("writer.levi", "on"), ("USE_SUPABASE_LEVI", "dual"), ("writer.nobody", "make")])
def test_what_is_no_switch_is_refused_and_changes_nothing(api, words):
    with pytest.raises(CommandError):
        switch(*words)

    assert writer_of_levi(api, cast.DANA) == "make"
