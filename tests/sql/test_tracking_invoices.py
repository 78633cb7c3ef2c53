"""An invoice of the case is seen in its tracking row at once."""

from tests.conftest import any_plate


def test_an_invoice_that_counts_is_received_and_a_cancelled_one_is_not(dana):
    case = dana.open(any_plate(), "{}")["case_id"]
    received = "select invoice_received from public.tracking_general where case_id = %s"
    invoice = dana.value("insert into public.invoices (case_id) values (%s) returning id", case)

    assert dana.value(received, case) is True
    dana.ask("update public.invoices set status = 'CANCELLED' where id = %s", invoice)
    assert dana.value(received, case) is False
