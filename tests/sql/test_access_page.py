"""docs/reference/access.md says what the grid says, and what it says in words is true of the whole grid."""

from tests.sql import access_page, test_access


def test_the_page_holds_the_grid():
    # `python3 tests/sql/access_page.py` writes it.
    assert access_page.PAGE.read_text(encoding="utf-8") == access_page.page()


def test_the_page_reads_the_grid_that_is_tested():
    tested = [line.split()[:2] for line in test_access.GRID.splitlines()[2:]]

    assert [[line.table, line.verb] for line in access_page.grid()] == tested


def test_nobody_but_the_service_key_reaches_another_office():
    reached = [
        (line.table, line.verb, caller)
        for line in access_page.grid()
        for caller, answer in line.other.items()
        if answer == "yes" and caller != "service"
    ]

    assert reached == []


def test_a_suspended_person_reaches_nothing():
    assert [line for line in access_page.grid() if "yes" in (line.own["suspended"], line.other["suspended"])] == []
