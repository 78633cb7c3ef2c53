"""Charts are drawn by the server as a page is read, and each stands on the table under it."""

import re
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cases.payments import today
from office import home_charts
from office.charts import HEIGHT, WIDTH, Chart, Part, Row
from office.home_charts import Told


def chart(*values, **more):
    rows = [Row(str(n), (Part("good", value),), (f"{value}",)) for n, value in enumerate(values)]
    return Chart("some", "Some", "about", ("Day", "Number"), rows, **more)


def drawn(given):
    return render_to_string("admin/office/home/chart.html", {"chart": given})


def svgs(html):
    return [
        ElementTree.fromstring(one)  # noqa: S314  (our own)
        for one in re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    ]


def test_bars_are_as_long_as_what_they_stand_for():
    with translation.override("he"):
        heights = [float(rect.height) for rect in chart(0, 1, 50, 100).rects]

    # The least that is there is seen, and nothing is not.
    assert heights == [2.0, 60.0, 120.0]


@pytest.mark.parametrize(("language", "newest_is_left"), [("he", True), ("en", False)])
def test_time_runs_as_the_page_is_read(language, newest_is_left):
    with translation.override(language):
        first, *_, last = [float(rect.x) for rect in chart(1, 2, 3).rects]

    assert (last < first) is newest_is_left


@pytest.mark.parametrize("language", ["he", "en"])
@pytest.mark.parametrize("values", [(7,), (0, 3), (1, 10**9), (Decimal("0.01"), Decimal("99999999.99"))])
@pytest.mark.parametrize("is_lying", [True, False])
def test_nothing_is_drawn_outside(language, values, is_lying):
    with translation.override(language):
        given = chart(*values, is_lying=is_lying)
        rects = [rect for _, line in given.lines for rect in line] if is_lying else given.rects

    for rect in rects:
        assert float(rect.x) >= 0
        assert float(rect.y) >= 0
        assert float(rect.x) + float(rect.width) <= WIDTH + 0.1
        assert float(rect.y) + float(rect.height) <= HEIGHT + 0.1


def test_pieces_stand_on_each_other():
    rows = [Row("1", (Part("good", 30), Part("bad", 10)), ("30", "10"))]
    low, high = Chart("x", "x", "x", ("a", "b", "c"), rows).rects

    assert (low.looks, high.looks) == ("good", "bad")
    assert float(high.y) + float(high.height) == pytest.approx(float(low.y))


def test_a_chart_is_titled_well_formed_and_has_its_table():
    with translation.override("he"):
        page = drawn(chart(1, 2, 3))
        [svg] = svgs(page)

    assert svg.get("role") == "img"
    assert "Some" in svg.get("aria-label")
    assert page.count("<tr>") == 1 + 3
    assert "style=" not in page
    assert "<script" not in page


def test_where_nothing_is_there_it_says_so_and_draws_nothing():
    with translation.override("he"):
        for empty in (chart(0, 0), chart(), chart(0, is_lying=True)):
            page = drawn(empty)
            assert "<svg" not in page
            assert "אין עדיין מה להציג" in page


def test_every_day_of_two_weeks_has_its_bar_also_without_saves():
    told = [Told(today(), "", 5, None), Told(today() - timedelta(days=13), "", 2, None)]
    with translation.override("he"):
        found = home_charts.saves(told)

    assert len(found.rows) == 14
    assert [row.cells[0] for row in found.rows] == ["2", *["0"] * 12, "5"]
    assert "7" in found.about


def test_what_still_waits_is_no_part_of_the_success():
    day = today()
    told = [Told(day, "delivered", 3, None), Told(day, "dead", 1, None), Told(day, "pending", 50, None)]
    with translation.override("he"):
        found = home_charts.deliveries(told)

    assert "75%" in found.rows[-1].cells[-1]
    assert found.rows[0].cells[-1] == "—"


def test_a_year_of_months_ends_with_this_one():
    now = today().replace(day=1)
    told = [Told(now, "paid", 2, Decimal("1500.50")), Told(home_charts.last_months()[0], "unpaid", 1, None)]
    with translation.override("he"):
        found = home_charts.fees(told)

    assert len({row.label for row in found.rows}) == 12
    assert str(now.year) in found.rows[-1].label
    assert home_charts.last_months()[0] < now.replace(year=now.year - 1) + timedelta(days=40)
    assert "₪1,500.50" in found.rows[-1].cells[0]


def test_statuses_that_no_case_has_are_left_out():
    told = [Told(None, "OPEN", 3, None), Told(None, "CLOSED", 0, None)]
    with translation.override("he"):
        [row] = home_charts.statuses(told).rows

    assert row.label == "פתוח"
    assert row.address.endswith("?status__exact=OPEN")
