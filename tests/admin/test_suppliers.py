"""Suppliers in the admin: what each has sent, and two that turned out to be one, there and back."""

import pytest

from core import acting
from invoices.models import Invoice, InvoiceSupplier
from tests import cast
from tests.admin.conftest import GHOST
from tests.admin.test_invoices import as_person, form_of, make, standing, turn  # noqa: F401
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

LIST = "/admin/invoices/invoicesupplier/"


@pytest.fixture
def pair(make):  # noqa: F811
    """One supplier under two names, an invoice of each."""
    first = make(invoice_number="1", supplier_name="מוסך הצפון", supplier_tax_id="111")
    second = make(invoice_number="2", supplier_name='מוסך הצפון בע"מ', supplier_tax_id="222")
    return standing(first).supplier_id, standing(second).supplier_id, first, second


def of(pk, what=""):
    return f"{LIST}{pk}/{what}"


def supplier(pk):
    with acting.acting(acting.SERVICE):
        return InvoiceSupplier.objects.get(pk=pk)


def test_the_list_says_what_each_has_sent(staff, make):  # noqa: F811
    make(invoice_number="1")
    make(invoice_number="2", total_amount=20, invoice_date="2025-10-01")

    shown = texts(staff().get(LIST))

    for word in ("מוסך הדוגמה", "510950048", "₪1,200.00", "1.10.2025"):
        assert word in shown


@pytest.mark.parametrize(("query", "found"), [("q=הדוגמה", 1), ("q=5109", 1), ("q=אחר", 0), ("merged=1", 0)])
def test_the_list_is_searched_and_narrowed(staff, make, query, found):  # noqa: F811
    make()

    assert texts(staff().get(f"{LIST}?{query}")).count("510950048") == found


def test_a_suppliers_page_shows_its_invoices_and_is_mended(staff, make):  # noqa: F811
    pk = standing(make()).supplier_id
    noam = staff()

    shown = texts(noam.get(of(pk)))
    given = form_of(noam, of(pk, "edit/"))
    given.pop("is_preferred")
    changed = noam.post(of(pk, "edit/"), {**given, "phone": "050-0001111", "is_preferred": "on"}, follow=True)
    wrong = noam.post(of(pk, "edit/"), {**given, "name": "", "tax_id": "x"})

    for word in ("INV-110", "₪1,180.00", "510950048"):
        assert word in shown
    assert "050-0001111" in texts(changed)
    assert (supplier(pk).is_preferred, supplier(pk).tax_id) == (True, "510950048")
    assert wrong.status_code == 422


def test_a_name_and_tax_id_that_another_one_has_is_refused(staff, pair):
    _first, second, *_ = pair
    noam = staff()
    given = form_of(noam, of(second, "edit/"))
    given.pop("is_preferred")

    answer = noam.post(of(second, "edit/"), {**given, "name": "מוסך הצפון", "tax_id": "111"})

    assert answer.status_code == 422
    assert "כבר יש ספק בשם ובח.פ. האלה." in texts(answer)
    assert supplier(second).tax_id == "222"


def test_two_are_merged_and_taken_apart_again(staff, pair, make, turn, open_case):  # noqa: F811
    first, second, one, other = pair
    kept = make(open_case(), invoice_number="3", supplier_name='מוסך הצפון בע"מ', supplier_tax_id="222")
    turn(kept, "ASSIGNED", "ACCEPTED")
    noam = staff()

    preview = noam.get(of(second, "merge/"), {"into": str(first)})
    assert supplier(second).merged_into_id is None
    merged = noam.post(of(second, "merge/"), {"into": str(first)}, follow=True)

    for word in ("מה יקרה", "חשבונית אחת תעבור לשם.", "חשבונית אחת שהתקבלה או בוטלה תישאר כפי שהיא"):
        assert word in texts(preview)
    assert "הוא עכשיו אותו ספק כמו" in texts(merged)
    assert "₪3,540.00" in texts(merged)
    assert [standing(pk).supplier_id for pk in (one, other, kept)] == [first, first, second]
    assert standing(other).supplier_name == 'מוסך הצפון בע"מ'
    listed = texts(noam.get(LIST))
    assert ("₪3,540.00" in listed, "222" in listed) == (True, False)
    assert "222" in texts(noam.get(LIST, {"merged": "1"}))
    assert texts(noam.get(f"/admin/invoices/invoice/?supplier={first}")).count("27.9.2025") == 3
    late = make(invoice_number="9", supplier_name='מוסך הצפון בע"מ', supplier_tax_id="222")
    assert standing(late).supplier_id == first

    parted = noam.post(of(second, "part/"), follow=True)

    assert "שוב ספק בפני עצמו" in texts(parted)
    assert [standing(pk).supplier_id for pk in (one, other, kept)] == [first, second, second]
    assert supplier(second).merged_into_id is None
    assert noam.post(of(second, "part/"), follow=True).status_code == 200


def test_the_list_leads_to_the_preview_of_two(staff, pair, make):  # noqa: F811
    first, second, *_ = pair
    noam = staff()

    two = noam.post(LIST, {"action": "merge_two", "_selected_action": [first, second]})
    one = noam.post(LIST, {"action": "merge_two", "_selected_action": [first]}, follow=True)

    assert {two["Location"].split("?")[0], two["Location"].split("=")[1]} in (
        {of(second, "merge/"), str(first)},
        {of(first, "merge/"), str(second)},
    )
    assert "יש לבחור שני ספקים או יותר שעומדים בפני עצמם." in texts(one)


def test_numbers_that_both_have_stop_a_merge(staff, pair, make):  # noqa: F811
    first, second, *_ = pair
    make(invoice_number="2", supplier_name="מוסך הצפון", supplier_tax_id="111")
    noam = staff()

    preview = noam.get(of(second, "merge/"), {"into": str(first)})
    refused = noam.post(of(second, "merge/"), {"into": str(first)}, follow=True)

    assert "אי אפשר למזג: לשניהם יש חשבונית באותו מספר." in texts(preview)
    assert 'name="into"' not in preview.content.decode().split("<main")[1].split("</main>")[0]
    assert "לשניהם יש חשבונית באותו מספר." in texts(refused)
    assert supplier(second).merged_into_id is None


def test_what_was_merged_is_not_merged_further(staff, pair, make):  # noqa: F811
    first, second, *_ = pair
    third = standing(make(invoice_number="7", supplier_name="שלישי", supplier_tax_id="333")).supplier_id
    noam = staff()
    noam.post(of(second, "merge/"), {"into": str(first)})

    chain = noam.post(of(first, "merge/"), {"into": str(third)}, follow=True)
    again = noam.post(of(second, "merge/"), {"into": str(third)}, follow=True)

    for answer in (chain, again):
        assert "כבר מוזג" in texts(answer)
    assert "אי אפשר למזג" in texts(noam.get(of(first, "merge/"), {"into": str(third)}))
    assert supplier(first).merged_into_id is None


@pytest.mark.parametrize("into", ["", "x", GHOST])
def test_a_merge_into_nobody_shows_the_choice(staff, pair, into):
    _first, second, *_ = pair

    assert staff().get(of(second, "merge/"), {"into": into}).status_code == 422
    assert staff().post(of(second, "merge/"), {"into": into}).status_code == 422


def test_another_offices_suppliers_are_not_there(staff, pair, make):  # noqa: F811
    hers = standing(make(person=cast.TAMAR, supplier_name="ספק זר", supplier_tax_id="999")).supplier_id
    first, *_ = pair
    noam = staff()

    assert "ספק זר" not in texts(noam.get(LIST))
    for what in ("", "edit/", "merge/"):
        foreign, ghost = noam.get(of(hers, what)), noam.get(of(GHOST, what))
        assert (foreign.status_code, foreign.content) == (404, ghost.content)
    assert noam.post(of(first, "merge/"), {"into": str(hers)}).status_code == 422
    assert noam.post(of(hers, "part/")).status_code == 404
    assert "ספק זר" not in noam.get("/admin/invoices/invoice/add/").content.decode()


def test_whoever_may_only_look_changes_nothing(staff, pair, may):
    first, second, *_ = pair
    may("view_invoicesupplier")
    noam = staff()

    assert "<form" not in noam.get(of(first)).content.decode().split("<main")[1].split("</main>")[0]
    for what in ("edit/", "merge/"):
        assert noam.get(of(second, what)).status_code == 403
    assert noam.post(of(second, "merge/"), {"into": str(first)}).status_code == 403
    assert noam.post(of(second, "part/")).status_code == 403
    may("view_invoice")
    assert noam.get(LIST).status_code == 403
    assert noam.get(of(first)).status_code == 403


def test_pages_ask_no_more_for_many(staff, make):  # noqa: F811
    pk, noam = standing(make()).supplier_id, staff()
    few = {address: len(asked(noam, address)) for address in (LIST, of(pk))}
    for n in range(30):
        make(invoice_number=f"N{n}")
        make(invoice_number=f"M{n}", supplier_name=f"ספק {n}", supplier_tax_id=str(n + 1))

    for address, count in few.items():
        assert len(asked(noam, address)) == count <= 20
    with as_person():
        assert Invoice.objects.count() == 61
