"""Counting what versions changed, where they came past our services: later, by the worker, and never for ever."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import acting, exact
from helpers import diff, tasks
from helpers.models import CaseHelper
from tests import cast, databases
from tests.sql import callers
from tests.sql.callers import Desk


@pytest.fixture
def insert(db):
    """A plain insert into case_helper as Dana, as PostgREST does it for the existing UI."""

    def inserted(case, helper, *, role=acting.PERSON, claims=cast.DANA.claims, **columns):
        names = ["case_id", "helper_json", *columns]
        text = helper if isinstance(helper, str) else json.dumps(helper)
        with acting.acting(role, claims), connection.cursor() as cursor:
            cursor.execute(
                f"insert into public.case_helper ({', '.join(names)}) "
                f"values (%s, %s::jsonb{', %s' * len(columns)}) returning id",
                [case["case_id"], text, *columns.values()],
            )
            return cursor.fetchone()[0]

    return inserted


def changes(case):
    with acting.acting(acting.SERVICE):
        rows = CaseHelper.objects.filter(case_id=case["case_id"]).order_by("version")
        return list(rows.values_list("changes", flat=True))


def compared(case, before, after):
    with acting.acting(acting.SERVICE):
        text = dict(CaseHelper.objects.filter(case_id=case["case_id"]).values_list("version", "helper_json"))
    return len(diff.compare(exact.read(text[before]), exact.read(text[after])))


def test_a_version_that_came_past_us_is_counted_by_the_worker(open_case, insert):
    case = open_case({"meta": {"n": 1}, "centers": [{"id": "a", "p": 1}, {"id": "b"}]})
    insert(case, {"meta": {"n": 1.0}, "centers": [{"id": "b"}, {"id": "a", "p": 2}], "levi_data": {}})
    assert changes(case) == [2, None]

    tasks.count_changes()

    assert changes(case) == [2, compared(case, 1, 2)]
    assert changes(case)[1] > 2


def test_each_is_counted_against_the_one_before_it_and_once(open_case, insert):
    case = open_case({"a": 1})
    for n in range(2, 6):
        insert(case, {"a": n, **{f"k{i}": i for i in range(n)}})

    tasks.count_changes()
    tasks.count_changes()

    assert changes(case) == [1, *(compared(case, n, n + 1) for n in range(1, 5))]


def test_the_mirror_and_an_office_nobody_works_in_are_counted_too(open_case, insert, tamar):
    case, foreign = open_case({"a": 1}), open_case({"a": 1}, person=tamar)
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select public.sync_helper(%s::text, %s::jsonb)", [case["case_id"], '{"a": 2, "b": 1}'])
    insert(foreign, {"a": 2}, claims=tamar.claims)

    tasks.count_changes()

    assert (changes(case), changes(foreign)) == ([1, 2], [1, 1])


def test_five_megabytes_are_too_much_at_once_and_counted_by_the_job(api, dana, open_case):
    rows = [{"id": f"r{n}", "name": f"חלק {n}", "price": n, "note": "x" * 400} for n in range(5_000)]
    case = open_case({"parts_search": {"results": rows}})
    changed = [{**row, "price": row["price"] + 1} if row["price"] % 100 == 0 else row for row in reversed(rows)]
    body = {"version": 1, "helper": {"parts_search": {"results": changed}}}
    assert api(dana).put(f"cases/{case['case_id']}/helper", body).status_code == 200
    assert changes(case) == [1, None]

    tasks.count_changes()

    assert changes(case)[1] == compared(case, 1, 2) > 5_000


def test_what_nobody_can_compare_counts_its_sections_and_holds_up_nobody(open_case, insert):
    case = open_case({"a": 1})
    insert(case, {"a": 2, "b": 1})
    insert(case, '{"a": 2, "deep": ' + "[" * 3000 + "]" * 3000 + "}")
    insert(case, {"a": 3})

    tasks.count_changes()

    assert changes(case) == [1, 2, 2, 2], "b went and deep came: two sections"


def test_a_version_somebody_else_has_in_hand_is_left_alone_and_others_are_not(open_case, insert):
    case = open_case({"a": 1})
    insert(case, {"a": 2})
    pk = insert(case, {"a": 3})
    cache.add(f"counting:{pk}", True, 60)

    tasks.count_changes()
    assert changes(case) == [1, 1, None]

    cache.delete(f"counting:{pk}")
    tasks.count_changes()
    assert changes(case) == [1, 1, 1]


def test_the_command_counts_what_waits_and_says_how_far_it_is(open_case, insert):
    case = open_case({"a": 1})
    for n in range(2, 130):
        insert(case, {"a": n})
    said = StringIO()

    call_command("count_changes", stdout=said)

    assert changes(case) == [1] * 129
    assert "128/128" in said.getvalue()
    assert "a second" in said.getvalue()
    assert said.getvalue().endswith("128 counted\n")
    again = StringIO()
    call_command("count_changes", stdout=again)
    assert again.getvalue() == "0 counted\n"


def test_who_waits_is_found_by_its_own_index(open_case, insert):
    with CaptureQueriesContext(connection) as captured:
        tasks.count_changes()
    [statement] = [query["sql"] for query in captured.captured_queries if "changes is null" in query["sql"]]

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"explain {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "case_helper_uncounted" in plan, plan


def test_versions_from_before_there_was_counting_are_counted_by_two_at_once():
    with databases.copy("counting") as database:
        owner, dana = Desk(database, None), Desk(database, callers.DANA)
        case = dana.open("12345678", '{"a": 1, "b": 2}')
        for n in range(2, 200):
            dana.insert(case["case_id"], f'{{"a": {n}, "b": {n // 2}}}')
        owner.ask("update public.case_helper set changes = null")

        with ThreadPoolExecutor(2) as both:
            said = list(both.map(lambda _: databases.manage(database, "count_changes"), range(2)))

        counts = owner.ask("select version, changes from public.case_helper order by version")
        assert [row["changes"] for row in counts] == [2, *([2, 1] * 99)], said
        for desk in (owner, dana):
            desk.connection.close()
