"""The list of invoices narrowed in every way, and what is found added up to the agora."""

from decimal import Decimal

import pytest

from invoices import totals
from invoices.models import Invoice
from tests.admin.conftest import as_noam
from tests.admin.test_invoices import LIST, make, turn  # noqa: F401
from tests.admin.test_pages import texts
from tests.admin.test_suppliers import LIST as SUPPLIERS
from tests.admin.test_suppliers import of, supplier
from tests.admin.test_weight import asked


@pytest.fixture
def several(make, turn, open_case):  # noqa: F811
    case = open_case(plate="12345678")
    found = {"draft": make(case, invoice_number="1"), "twin": make(case, invoice_number="2")}
    found["assigned"] = make(case, invoice_number="3", total_amount="0.30", tax_amount="0.10", total_before_tax="0.20",
                             invoice_date="2025-10-01", supplier_name="אחר", supplier_tax_id="7")  # fmt: skip
    turn(found["assigned"], "ASSIGNED")
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("todo=assign", {"draft", "twin"}),
        ("todo=accept", {"assigned"}),
        ("todo=x", {"draft", "twin", "assigned"}),
        ("alike=1", {"draft", "twin"}),
        ("case_status=OPEN", {"draft", "twin", "assigned"}),
        ("case_status=CLOSED", set()),
        ("from_day=2025-09-28", {"assigned"}),
        ("to_day=2025-09-27", {"draft", "twin"}),
        ("from_day=2025-09-27&to_day=27.9.2025", {"draft", "twin"}),
        ("from_day=x&to_day=%00", {"draft", "twin", "assigned"}),
        ("from_day=2025-09-01&todo=accept&q=אחר", {"assigned"}),
    ],
)
def test_the_list_is_narrowed(staff, several, query, found):
    page = staff().get(f"{LIST}?{query}").content.decode()

    assert {name for name, pk in several.items() if f"/invoice/{pk}/" in page} == found


def test_a_cancelled_twin_is_no_duplicate(staff, several, turn):  # noqa: F811
    turn(several["twin"], "CANCELLED")

    assert str(several["draft"]) not in staff().get(f"{LIST}?alike=1").content.decode()


def test_sums_are_right_to_the_agora_and_the_parts_make_the_whole(staff, several):
    with as_noam():
        whole, parts = totals.of(Invoice.objects.all())
    shown = texts(staff().get(LIST))

    assert (whole.n, whole.before, whole.tax, whole.total) == (
        3,
        Decimal("2000.20"),
        Decimal("360.10"),
        Decimal("2360.30"),
    )
    assert {str(status): part.total for status, part in parts} == {"DRAFT": Decimal(2360), "ASSIGNED": Decimal("0.30")}
    for word in ("3 חשבוניות", "₪2,000.20", "₪360.10", "₪2,360.30", "₪0.30"):
        assert word in shown


def test_the_list_asks_no_more_for_many_invoices(staff, make):  # noqa: F811
    make()
    few = asked(staff(), LIST)
    for number in range(12):
        make(invoice_number=str(number))

    assert len(asked(staff(), LIST)) == len(few) <= 20


@pytest.fixture
def three(make):  # noqa: F811
    """One garage in three spellings, each with an invoice."""
    rows = [("מוסך הצפון", "1"), ('מוסך הצפון בע"מ', "2"), ("הצפון, מוסך", "3")]
    keys = [make(invoice_number=number, supplier_name=name, supplier_tax_id=number) for name, number in rows]
    with as_noam():
        return [Invoice.objects.get(pk=key).supplier_id for key in keys], keys


def test_probable_doubles_are_suggested_and_three_become_one_and_three_again(staff, three, make):  # noqa: F811
    (first, second, third), invoices = three
    make(invoice_number="9", supplier_name="מישהו אחר", supplier_tax_id="99")
    noam = staff()

    suggested = texts(noam.get(f"{SUPPLIERS}alike/"))
    query = {"id": [str(first), str(second), str(third)], "into": str(first)}
    preview = texts(noam.get(f"{SUPPLIERS}merge-several/", query))
    with as_noam():
        assert supplier(second).merged_into_id is None
    done = texts(noam.post(f"{SUPPLIERS}merge-several/", query, follow=True))
    with as_noam():
        moved = list(
            Invoice.objects.filter(pk__in=invoices).order_by("invoice_number").values_list("supplier", "supplier_name")
        )
    noam.post(of(second, "part/"))
    noam.post(of(third, "part/"))
    with as_noam():
        back = list(
            Invoice.objects.filter(pk__in=invoices).order_by("invoice_number").values_list("supplier", flat=True)
        )

    assert "מוסך הצפון" in suggested
    assert "מישהו אחר" not in suggested
    assert preview.count("חשבונית אחת תעבור לשם.") == 2
    assert "2 חשבוניות עברו" in done
    assert [key for key, _name in moved] == [first] * 3
    assert [name for _key, name in moved] == ["מוסך הצפון", 'מוסך הצפון בע"מ', "הצפון, מוסך"]
    assert back == [first, second, third]


def test_where_one_of_them_cannot_none_is_merged(staff, three, make):  # noqa: F811
    (first, second, third), _invoices = three
    make(invoice_number="2", supplier_name="הצפון, מוסך", supplier_tax_id="3")
    query = {"id": [str(first), str(second), str(third)]}

    preview = texts(staff().get(f"{SUPPLIERS}merge-several/", query))
    staff().post(f"{SUPPLIERS}merge-several/", query, follow=True)

    assert "ליותר מאחד מהם יש חשבונית באותו מספר." in preview
    assert [supplier(key).merged_into_id for key in (first, second, third)] == [None] * 3


def test_merging_asks_for_two_that_are_there(staff, three, may):
    (first, second, _third), _invoices = three

    for query in ({}, {"id": [str(first)]}, {"id": [str(first), "x"]}, {"id": [str(first), str(first)]}):
        assert staff().get(f"{SUPPLIERS}merge-several/", query).status_code == 404
    assert staff("uri").get(f"{SUPPLIERS}merge-several/", {"id": [str(first), str(second)]}).status_code == 404
    may("view_invoicesupplier")
    assert staff().post(f"{SUPPLIERS}merge-several/", {"id": [str(first), str(second)]}).status_code == 403
