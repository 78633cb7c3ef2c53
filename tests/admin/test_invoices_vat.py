"""The page of VAT rates and the tolerance: managers set their office's own, and every invoice is checked anew."""

import pytest

from accounts.models import Org
from core import acting
from invoices.models import VatRate
from tests import cast
from tests.admin.conftest import GHOST, as_noam
from tests.admin.test_invoices import make, standing  # noqa: F401
from tests.admin.test_pages import texts

PAGE = "/admin/invoices/vatrate/"


def own(org=cast.NORTH):
    with acting.acting(acting.SERVICE):
        return list(VatRate.objects.filter(org=org.id).values_list("pk", "starts_on", "rate"))


def tolerance():
    with acting.acting(acting.SERVICE):
        return str(Org.objects.get(pk=cast.NORTH.id).invoice_tolerance)


def test_the_page_shows_the_countrys_rates_and_what_they_do(staff):
    shown = texts(staff().get(PAGE))

    for word in ("17%", "18%", "1.1.2025", "של המדינה", "₪0.05", "אף חשבונית לא משתנה"):
        assert word in shown


def test_a_manager_adds_and_mends_an_own_rate(staff, make):  # noqa: F811
    pk, noam = make(), staff()

    added = noam.post(f"{PAGE}add/", {"starts_on": "2025-09-01", "rate": "19%"}, follow=True)
    [(rate, *_)] = own()
    assert "של המשרד" in texts(added)
    assert (str(standing(pk).validation.vat_difference), standing(pk).validation.is_valid) == ("-10.00", False)
    again = noam.post(f"{PAGE}add/", {"starts_on": "2025-09-01", "rate": "20"})
    assert again.status_code == 422
    assert "כבר יש שיעור שמתחיל ביום הזה." in texts(again)
    mended = noam.post(f"{PAGE}{rate}/", {"starts_on": "2025-09-01", "rate": "18"}, follow=True)

    assert standing(pk).validation.is_valid
    assert "נועם" in texts(mended)
    assert "אחוז" in texts(mended)


@pytest.mark.parametrize("given", [{}, {"starts_on": "x", "rate": "1"}, {"starts_on": "2025-01-01", "rate": "101"}])
def test_a_rate_that_cannot_be_is_refused(staff, given):
    assert staff().post(f"{PAGE}add/", given).status_code == 422
    assert own() == []


def test_a_manager_sets_the_tolerance(staff, make):  # noqa: F811
    pk = make(total_amount=1180.5)
    assert not standing(pk).validation.is_valid

    answer = staff().post(f"{PAGE}tolerance/", {"tolerance": "0.50"}, follow=True)

    assert tolerance() == "0.50"
    assert standing(pk).validation.is_valid
    assert "סטייה מותרת בסכומי חשבונית" in texts(answer)
    assert staff().post(f"{PAGE}tolerance/", {"tolerance": "-1"}).status_code == 422
    assert tolerance() == "0.50"


def test_only_managers_change_and_only_their_own(staff, demote):
    with as_noam():
        country = VatRate.objects.filter(org__isnull=True).first()
    noam, uri = staff(), staff("uri")
    uri.post(f"{PAGE}add/", {"starts_on": "2026-01-01", "rate": "10"})
    [(theirs, *_)] = own(cast.SOUTH)

    assert "10%" not in texts(noam.get(PAGE))
    for key in (country.pk, theirs, GHOST):
        assert noam.post(f"{PAGE}{key}/", {"starts_on": "2026-01-01", "rate": "1"}).status_code == 404
    demote()
    assert "<form" not in noam.get(PAGE).content.decode().split("<main")[1].split("</main>")[0]
    assert noam.post(f"{PAGE}add/", {"starts_on": "2025-09-01", "rate": "19"}).status_code == 403
    assert noam.post(f"{PAGE}tolerance/", {"tolerance": "1"}).status_code == 403
    assert (own(), tolerance()) == ([], "0.05")


def test_whoever_may_not_see_rates_sees_none(staff, may):
    may("view_invoice")

    assert staff().get(PAGE).status_code == 403
    assert staff().post(f"{PAGE}tolerance/", {"tolerance": "1"}).status_code == 403
    may("view_vatrate")
    assert staff().get(PAGE).status_code == 200
    assert staff().post(f"{PAGE}add/", {"starts_on": "2025-09-01", "rate": "19"}).status_code == 403
