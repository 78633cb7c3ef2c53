"""Adoption while people work: nobody is refused, nothing that was answered is lost, by either tool."""

import psycopg
import pytest

from tests.adopting import traffic
from tests.adopting.conftest import Adopted, all_rows, existing
from tests.peers import postgrest, scratch
from tests.peers.scratch import HOSTED

pytestmark = pytest.mark.peers
LOGIN = "authenticator"


def rest_of(server, name):
    server.tell(f"alter role {LOGIN} password '{scratch.PASSWORD}'")
    return postgrest.serving(server.url(name, LOGIN))


@pytest.fixture(scope="module", params=["migrate", "push"])
def moved(embedded, supabase, request):
    """A database that was adopted by one of the tools under traffic."""
    name = existing(embedded)
    before = all_rows(embedded, name)
    with rest_of(embedded, name) as rest, traffic.running(rest) as seen:
        if request.param == "migrate":
            scratch.migrate(embedded, name)
        else:
            said = supabase("db", "push", url=embedded.url(name, HOSTED))
            assert said.code == 0, said.all
        asked = seen.asked
    assert seen.asked > asked > 100
    return Adopted(embedded, name, before), seen


def test_no_request_was_refused_and_no_list_was_empty(moved):
    assert moved[1].wrong == []


def test_every_save_that_was_answered_is_there(moved):
    adopted, seen = moved
    for table, markers in seen.saved.items():
        assert len(markers) > 10
        column = "helper_json ->> 'marker'" if table == "case_helper" else "id::text"
        there = {row for (row,) in adopted.ask(f"select {column} from public.{table}")}
        assert set(markers) <= there, table


def test_saves_of_before_and_after_are_numbered_as_one_story(moved):
    adopted, _ = moved
    assert adopted.ask("select plate from public.case_helper group by 1 having count(*) <> max(version)") == []
    assert adopted.ask("select case_id from public.case_helper where is_current group by 1 having count(*) > 1") == []


def test_nobody_waited_longer_than_a_person_notices_as_broken(moved):
    # PostgREST gives up on a connection after 10 s, and the screens after 30 s.
    assert moved[1].longest < 8


def test_a_long_transaction_of_somebody_else_delays_and_breaks_nothing(embedded):
    name = existing(embedded, 2)
    with psycopg.connect(embedded.url(name, HOSTED)) as somebody:
        somebody.execute("update profiles set phone = '050'")
        process = scratch.manage(embedded, name, "migrate", "--no-input")
        with psycopg.connect(embedded.url(name), autocommit=True) as reader:
            reader.execute("set statement_timeout = '4s'")
            for _ in range(20):
                # Who reads meanwhile is let through between the attempts.
                assert reader.execute("select count(*) from public.orgs").fetchone() == (1,)
        somebody.commit()
    said, _ = process.communicate(timeout=120)

    assert process.returncode == 0, said
    with psycopg.connect(embedded.url(name)) as line:
        assert line.execute("select count(*) from public.profiles where phone = '050'").fetchone() == (3,)
