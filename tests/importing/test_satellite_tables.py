"""Tables around the cases: searches, pictures, suppliers, papers of invoices, archived parts, knowledge, who works."""

import json
import uuid

import pytest

from cases.models import Case
from cases.sharing_models import Collaborator
from files.document_models import Document
from files.picture_models import Image
from invoices.models import Invoice, InvoiceDocument, InvoiceSupplier
from knowledge.models import KbDoc
from parts.models import ArchivedPart, PartsSearchResult, PartsSearchSession
from tests import cast
from tests.importing.sources import Tables


@pytest.fixture
def tables(tmp_path):
    return Tables(tmp_path / "export")


def states(desk, table):
    return sorted(one.state for one in desk.sources(table_name=table))


ANSWER = '{"parts": [{"net": 1E5, "code": 12345678901234567890.120, "name": "פנס", "price": 0.10}]}'


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_search_and_what_it_answered_to_the_last_digit(bring, desk, tables, form):
    case = tables.case("s1", 1)
    session = tables.add("parts_search_sessions", case_id=case["id"], plate="", data_source="קטלוג", make="Mazda",
                         search_context={"year": 2019})  # fmt: skip
    # An answer names its session alone, neither case nor plate.
    tables.add("parts_search_results", session_id=session["id"], data_source="web", response_time_ms=120,
               results={"HERE": 1}, search_query={"q": "פנס"})  # fmt: skip
    folder = tables.write(form)
    file = next(folder.glob("parts_search_results*"))
    here = '{""HERE"": 1}' if form == "csv" else '{"HERE": 1}'
    there = ANSWER.replace('"', '""') if form == "csv" else ANSWER
    written = file.read_text(encoding="utf-8")
    assert here in written
    file.write_text(written.replace(here, there), encoding="utf-8")
    bring(folder)

    [made] = desk.rows(PartsSearchSession, case_id=case["id"])
    assert (str(made.id), made.data_source, made.search_context) == (session["id"], None, '{"year": 2019}')
    [found] = desk.rows(PartsSearchResult)
    assert (str(found.session_id), str(found.case_id), found.plate) == (session["id"], case["id"], made.plate)
    assert found.results == ANSWER.replace("1E5", "100000")
    assert desk.sources(table_name="parts_search_results")[0].state == "ROW"


def test_pictures_with_and_without_a_file_in_their_order_and_put_away(bring, desk, tables):
    case = tables.case("s2", 1)
    file = tables.add("documents", case_id=case["id"], filename="a.jpg", category="image", storage_key="old/a.jpg")
    common = {"case_id": case["id"], "category": "damage", "created_at": "2025-03-01T10:00:00Z"}
    tables.add("images", **common, filename="dir/last.jpg", display_order=7, width=0,
               original_url="https://pictures.example.test/last.jpg", cloudinary_url="javascript:alert(1)")  # fmt: skip
    tables.add("images", **common, filename="first.jpg", display_order=1, document_id=file["id"],
               cloudinary_url="https://pictures.example.test/first.jpg", recognized_part="פנס")  # fmt: skip
    tables.add("images", **common, filename="again.jpg", display_order=3, document_id=file["id"])
    gone = tables.add("images", **common, filename="gone.jpg", display_order=2, deleted_at="2025-04-01T00:00:00Z")
    told = bring(tables.write())

    shown = sorted(
        (one for one in desk.rows(Image, case_id=case["id"], deleted_at=None)), key=lambda o: o.display_order
    )
    assert [(one.filename, one.display_order) for one in shown] == [("first.jpg", 1), ("again.jpg", 2), ("last.jpg", 3)]
    first, again, last = shown
    # The file was one picture already, under an id of ours.
    assert (str(first.document_id), again.document_id, last.document_id) == (file["id"], None, None)
    assert first.cloudinary_url.endswith("first.jpg")
    assert (last.original_url, last.cloudinary_url, last.width) == (
        "https://pictures.example.test/last.jpg", None, None,
    )  # fmt: skip
    assert [str(one.id) for one in desk.rows(Image, case_id=case["id"]) if one.deleted_at] == [gone["id"]]
    assert len(desk.rows(Document, case_id=case["id"])) == 1
    assert states(desk, "images") == ["ROW"] * 4
    assert "images: 4 became rows" in told


def test_suppliers_are_there_before_their_invoices_and_fill_in_what_was_missing(bring, desk, tables):
    case = tables.case("s3", 1)
    garage = tables.add(
        "invoice_suppliers", name="מוסך אלף", tax_id="51-123456-7", phone="03-5550000", is_preferred=True
    )
    tables.add("invoices", case_id=case["id"], plate=case["plate"], invoice_number="6", supplier_name='מוסך אל"ף')
    bring(tables.write())

    [supplier] = desk.rows(InvoiceSupplier)
    assert (str(supplier.id), supplier.tax_id, supplier.is_preferred) == (garage["id"], "511234567", True)
    assert [str(one.supplier_id) for one in desk.rows(Invoice)] == [garage["id"]]

    # Another export calls it by its number alone, and knows its town.
    more = Tables(tables.folder.parent / "more")
    more.add("invoice_suppliers", name="אלף בעמ", tax_id="511234567", city="חולון", phone="03-9999999")
    bring(more.write())
    [supplier] = desk.rows(InvoiceSupplier)
    assert (supplier.city, supplier.phone) == ("חולון", "03-5550000")
    assert len(desk.findings("supplier_repeated")) == 1


def test_the_paper_of_an_invoice_goes_with_it_and_one_without_is_kept(bring, desk, tables):
    case = tables.case("s4", 1)
    invoice = tables.add("invoices", case_id=case["id"], invoice_number="8", supplier_name="מוסך")
    tables.add("invoice_documents", invoice_id=invoice["id"], filename="8.pdf", ocr_status="completed",
               ocr_raw_text="חשבונית", ocr_structured_data={"total": "1,180"}, storage_path="old/8.pdf")  # fmt: skip
    tables.add("invoice_documents", invoice_id=str(uuid.uuid4()), case_id=case["id"], filename="9.pdf")
    bring(tables.write())

    [paper] = desk.rows(InvoiceDocument)
    assert (str(paper.invoice_id), str(paper.case_id), paper.storage_path) == (invoice["id"], case["id"], None)
    assert json.loads(paper.ocr_structured_data) == {"total": "1,180"}
    [finding] = desk.findings("row_unfit")
    assert finding.details == {"code": "no_invoice", "column": "invoice_id"}


def test_two_texts_of_one_source_both_come_in(bring, desk, tables):
    tables.add("kb_docs", title="צביעה", source="מדריך", lang="עברית", tags=["צבע", "פחחות"], body="איך צובעים")
    tables.add("kb_docs", title="צביעה", source="מדריך", body="איך צובעים")
    other = tables.add("kb_docs", title="ליטוש", source="מדריך", body="איך מלטשים")
    bring(tables.write())

    texts = sorted(desk.rows(KbDoc), key=lambda one: one.title)
    assert [one.title for one in texts] == ["ליטוש", "צביעה"]
    assert texts[0].source == f"מדריך ({other['id']})"
    assert (texts[1].source, texts[1].lang, texts[1].tags) == ("מדריך", "he", ["פחחות", "צבע"])
    assert states(desk, "kb_docs") == ["ROW", "ROW", "SAME"]
    [finding] = desk.findings("source_repeated")
    assert "ליטוש" in bytes(desk.sources(pk=finding.source_id)[0].raw).decode()


def test_tags_of_a_csv_in_either_form(bring, desk, tables):
    tables.add("kb_docs", title="א", body="x", tags='{צבע,"שתי מילים"}')
    tables.add("kb_docs", title="ב", body="y", tags=["צבע"])
    bring(tables.write("csv"))

    assert [one.tags for one in sorted(desk.rows(KbDoc), key=lambda o: o.title)] == [["צבע", "שתי מילים"], ["צבע"]]


def test_archived_parts_say_what_they_were(bring, desk, tables):
    case = tables.case("s5", 1)
    was = str(uuid.uuid4())
    tables.add("required_parts_archive", case_id=case["id"], row_uuid=was, part_name="דלת", price_per_unit="₪1,000",
               archive_type="manual_backup", status="PENDING", created_at="2025-02-03T04:05:06+00:00")  # fmt: skip
    bring(tables.write())

    [part] = desk.rows(ArchivedPart, case_id=case["id"])
    assert (str(part.original_row_uuid), str(part.price_per_unit), part.status) == (was, "1000.00", "ARCHIVED")
    assert part.original_created_at.isoformat() == "2025-02-03T04:05:06+00:00"


def test_who_works_on_a_case_where_they_are_of_the_office(bring, desk, tables):
    case = tables.case("s6", 1)
    for user in (cast.DANA.user_id, uuid.uuid4()):
        tables.add("case_collaborators", case_id=case["id"], user_id=str(user), added_by=str(uuid.uuid4()))
    bring(tables.write())

    assert [one.user_id for one in desk.rows(Collaborator, case_id=case["id"])] == [cast.DANA.user_id]
    [finding] = desk.findings("row_unfit")
    assert "user_id" in json.loads(bytes(desk.sources(pk=finding.source_id)[0].raw))


def test_twice_is_once_and_a_preview_says_the_same(bring, desk, tables):
    case = tables.case("s7", 1)
    session = tables.add("parts_search_sessions", case_id=case["id"])
    tables.add("parts_search_results", session_id=session["id"], results={"n": 1})
    tables.add("images", case_id=case["id"], filename="a.jpg", original_url="https://pictures.example.test/a.jpg")
    tables.add("invoice_suppliers", name="מוסך")
    tables.add("kb_docs", title="א", source="מדריך", body="x")
    tables.add("kb_docs", title="ב", source="מדריך", body="y")
    tables.add("suppliers", slug="x", type="catalog")
    folder = tables.write()
    preview = bring(folder, "--preview")
    told = bring(folder)
    assert preview.splitlines()[1:] == told.splitlines()
    models = (Case, PartsSearchSession, PartsSearchResult, Image, InvoiceSupplier, KbDoc)
    counts = [len(desk.rows(model)) for model in models]
    assert counts == [1, 1, 1, 1, 1, 2]
    again = bring(folder)

    assert [len(desk.rows(model)) for model in models] == counts
    assert told.split("By table:")[1].split("How versions")[0] == again.split("By table:")[1].split("How versions")[0]
    assert "  suppliers: 1 kept as they came" in told
    assert "proved: 10 of 10 read back" in again


def test_a_row_of_a_key_that_is_there_is_asked_about(bring, desk, tables):
    case = tables.case("s8", 1)
    twice = str(uuid.uuid4())
    for price in ("10", "20"):
        tables.add("parts_required", case_id=case["id"], row_uuid=twice, part_name="דלת", price_per_unit=price)
    bring(tables.write())

    assert states(desk, "parts_required") == ["ROW", "SAME"]
    [finding] = desk.findings("row_repeated")
    assert finding.details == {"table": "parts_required"}
