"""Money of the demo: invoices as they were read from their papers, and the fees of the office."""

import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple
from uuid import UUID

from cases.payments import Payment, today
from files import arriving
from files.models import Document
from intake.envelope import Came
from intake.services import keep_document
from invoices import accepting, assigning
from invoices import services as invoices
from invoices.models import Invoice, InvoiceDocument
from office import services as payments
from office.management import demo_drawing
from office.management.demo_office import Office, centers, needed

_VAT = Decimal("0.18")
_WAITING, _PARTLY, _PAID, _LATE = Payment.Status


class Paper(NamedTuple):
    """An invoice somebody wrote; `off` is what its sum says too much, `ending` how far the office has come with it."""

    plate: str
    number: str
    supplier: str
    tax_id: str
    days_ago: int
    works: list[tuple[str, int]]
    parts: list[tuple[str, int, int]]
    type: str
    off: int = 0
    ending: str = Invoice.Status.PENDING


PAPERS = [
    Paper("99658931", "20417", "מרכז שירות פיקטיבי", "510950048", 6, [("פחחות", 1400), ("צבע", 1850)], [],
          "PARTS", ending=Invoice.Status.ACCEPTED),
    Paper("99447211", "3318", "חלפי דמו", "510950055", 4, [], [], "PARTS", ending=Invoice.Status.ASSIGNED),
    Paper("99849833", "20466", "מוסך ניסוי ובניו", "510950063", 3, [("פחחות", 980), ("צבע", 1460)],
          [("פגוש קדמי", 1, 1727), ("בולם דלת מטען", 2, 3084)], "LABOR", off=40),
    Paper("99849833", "871", "גרר לדוגמה", "510950071", 9, [("גרירה מהשטח אל המוסך", 420)], [], "TOWING"),
    Paper("99991306", "5502", "מגרש פירוק לדוגמה", "510950089", 2, [],
          [("דלת קדמית ימין", 1, 1150), ("מראה ימין", 1, 380)], "PARTS", ending=Invoice.Status.DRAFT),
    Paper("99092851", "1093", "מוסך 'אלפא בדיקות'", "510950097", 1,
          [("בדיקת היגוי", 260), ("כיוון פרונט", 180)], [], "LABOR"),
    Paper("99388533", "7741", "מוסך ניסוי ובניו", "510950063", 2, [("פחחות", 1200)], [("פגוש קדמי", 1, 990)], "PARTS"),
]  # fmt: skip
# plate, fee, sent so many days ago, expected in so many days, status, agent, handler, what was said, fee invoice
FEES = [
    ("99224299", 1850, 96, -62, _PAID, "סוכן לדוגמה", "רונית מטפלת-דמו", "התקבל במלואו", "9001"),
    ("99658931", 2400, 64, -21, _LATE, "סוכנת ניסוי", "רונית מטפלת-דמו", "הבטיחו לשלם עד סוף השבוע", "9002"),
    ("99849833", 1650, 38, -4, _PARTLY, "סוכנת ניסוי", "אבי מטפל-דמו", "שולמה מקדמה של מחצית", "9003"),
    ("99447211", 2100, 33, 9, _WAITING, "סוכן דמו", "אבי מטפל-דמו", "", "9004"),
    ("99991306", 1480, 12, 18, _WAITING, "סוכן לדוגמה", "", "", "9005"),
    ("99092851", 950, 5, 25, _WAITING, "סוכן לדוגמה", "", "", ""),
    ("99388533", 1700, 41, -8, _LATE, "סוכן דמו", "", "", "9101"),
    ("99724651", 1900, 15, 14, _WAITING, "סוכן לדוגמה", "", "", ""),
]


def add_invoices(office: Office) -> None:
    """Once: each paper arrives as a file and is read, and the office goes on with it."""
    with office.as_appraiser():
        if Invoice.objects.exists():
            return
    for paper in office.of(PAPERS):
        case_id = office.cases[paper.plate]
        with office.as_appraiser():
            answer, total = _read(paper, _rows(paper, case_id))
        name = f"חשבונית {paper.number}.pdf"
        content = BytesIO(demo_drawing.invoice(paper.number, total))
        category = Document.Category.INVOICE
        arriving.take_in(content, filename=name, case_id=case_id, category=category, caller=office.as_appraiser)
        with office.as_appraiser():
            came = Came(json.dumps(answer, ensure_ascii=False), is_text=False)
            read = keep_document(came, kind="invoice", case_id=case_id, file_ref=name, confidence=Decimal("0.94"))
            made = InvoiceDocument.objects.filter(ocr_result=read.pk).values_list("invoice_id", flat=True).first()
            if made is not None:
                _go_on(made, paper)


def _rows(paper: Paper, case_id: UUID) -> list[tuple[str, int, int, str]]:
    """The parts of a paper; one that names none has those that the first damage center needs."""
    is_named = paper.parts or (paper.works and paper.ending != Invoice.Status.ACCEPTED)
    if is_named:
        return [(name, pieces, price, "") for name, pieces, price in paper.parts]
    rows = [row for center in centers(case_id)[:1] for row in needed(center)]
    return [(row["part_name"], int(row["quantity"]), int(row["price_per_unit"]), row["pcode"]) for row in rows]


def _read(paper: Paper, rows: list[tuple[str, int, int, str]]) -> tuple[dict[str, Any], Decimal]:
    """The paper as a reading tells it, and its sum."""
    parts = sum(pieces * price for _, pieces, price, _ in rows)
    works = sum(price for _, price in paper.works)
    before = Decimal(parts + works)
    tax = (before * _VAT).quantize(Decimal("0.01"))
    total = before + tax + paper.off
    return {
        "מס. חשבונית": paper.number,
        "שם מוסך": paper.supplier,
        "ח.פ.": paper.tax_id,
        "תאריך": f"{today() - timedelta(days=paper.days_ago):%d/%m/%y}",
        "מספר רכב": paper.plate,
        "חלקים": [
            {"שם חלק": name, 'מק"ט חלק': code, "כמות": str(pieces), "מקור": "מקורי", "מחיר יחידה": f"{price:.2f}",
             "עלות": f"{pieces * price:.2f}"}
            for name, pieces, price, code in rows
        ],
        "עבודות": [{"תיאור עבודות": name, "עלות עבודות": f"{price:.2f}"} for name, price in paper.works],
        'עלות כוללת ללא מע"מ': f"{before:,.2f}",
        'מע"מ': "18",
        'ערך מע"מ': f"{tax:,.2f}",
        "עלות כוללת": f"{total:,.2f}",
    }, total  # fmt: skip


def _go_on(invoice_id: UUID, paper: Paper) -> None:
    """What the office did with it since: looked through, assigned to the damage centers, accepted."""
    if paper.ending == Invoice.Status.DRAFT:
        return
    invoices.update(invoice_id=invoice_id, status=Invoice.Status.PENDING, invoice_type=paper.type)
    if paper.ending == Invoice.Status.PENDING:
        return
    invoice = assigning.assign(invoice_id=invoice_id, mappings=[], suggested=True)
    if paper.ending == Invoice.Status.ACCEPTED:
        accepting.accept(invoice_id=invoice_id, expected_version=assigning.current(invoice)[1])


def add_payments(office: Office) -> None:
    """Once: the fee of each case, who asked for it last, and the office's own invoice."""
    with office.as_appraiser():
        if Payment.objects.exclude(total_fee=None).exists():
            return
        for plate, fee, sent, expected, status, agent, handler, said, number in office.of(FEES):
            sent_on = today() - timedelta(days=sent)
            payment_id, _ = payments.open_payment(
                case_id=office.cases[plate],
                total_fee=Decimal(fee),
                broadcast_date=sent_on,
                expected_payment_date=today() + timedelta(days=expected),
                payment_status=status,
                agent=agent,
                claim_handler=handler,
            )
            if said:
                payments.contacted(payment_id=payment_id, note=said)
            if number:
                facts = {"invoice_number": number, "invoice_date": sent_on, "invoice_amount": Decimal(fee)}
                payments.add_fee_invoice(payment_id=payment_id, invoice_type="initial", **facts)
