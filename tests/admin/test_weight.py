"""How much a page asks of the database: the same for a few rows and for many, and never a helper's body."""

from uuid import uuid4

from django.contrib import admin
from django.db import connection
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.models import Case
from tests.admin.conftest import case_page, version_page


def asked(browser, address):
    """The statements of one page, warm."""
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_the_list_asks_no_more_for_many_cases(staff, open_case):
    noam = staff()
    open_case()
    few = asked(noam, "/admin/cases/case/")
    for _ in range(12):
        open_case()

    many = asked(noam, "/admin/cases/case/")

    assert len(many) == len(few) <= 12
    assert not [sql for sql in many if "helper_json" in sql]


def test_the_case_page_asks_no_more_for_many_versions(staff, open_case, save):
    case = open_case({"meta": {"n": 0}})
    few = asked(staff(), case_page(case))
    for n in range(1, 60):
        save(case, {"meta": {"n": n}}, n)

    many = asked(staff(), case_page(case))

    # One for each section of the page, and the caller's own.
    assert len(many) == len(few) <= 30
    assert not [sql for sql in many if "helper_json" in sql]


def test_a_comparison_asks_for_its_versions_and_for_what_differs(staff, open_case, save):
    case = open_case({"meta": {"n": 0}})
    save(case, {"meta": {"n": 1}}, 1)

    statements = asked(staff(), f"/admin/helpers/casehelper/compare/?case={case['case_id']}&from=1&to=2")

    about_versions = [sql for sql in statements if "public.case_helper" in sql or "helper_difference" in sql]
    about_login = [sql for sql in statements if "accounts_user" in sql or "django_session" in sql]
    assert (len(about_versions), len(about_login)) == (2, 3)
    # The rest is what a test's own transaction needs around the page's.
    assert len(statements) <= 9


def test_versions_are_shown_fifty_at_a_time(staff, open_case, save):
    case = open_case({"meta": {"n": 0}}, plate="12345678")
    for n in range(1, 55):
        save(case, {"meta": {"n": n}}, n)
    noam = staff()

    first, second = noam.get(case_page(case)).content.decode(), noam.get(case_page(case), {"page": 2}).content.decode()

    assert ">12345678_helper_v6<" in first.split('id="versions"')[1].split("</section>")[0]
    assert ">12345678_helper_v5<" not in first.split('id="versions"')[1].split("</section>")[0]
    assert ">12345678_helper_v5<" in second.split('id="versions"')[1].split("</section>")[0]
    assert noam.get(case_page(case), {"page": "nonsense"}).status_code == 200


def test_a_branch_of_the_tree_reads_only_that_branch(staff, open_case, version_id):
    pk = version_id(open_case({"big": {"n": "x" * 5000}, "small": {"n": 1}}), 1)

    statements = asked(staff(), version_page(pk, "tree/?at=/small"))

    bodies = [sql for sql in statements if "helper_json" in sql]
    assert len(bodies) == 1
    assert "#>" in bodies[0]


def test_a_helper_of_five_megabytes_opens_as_a_small_page(staff, open_case, version_id):
    rows = [{"name": f"חלק {n}", "price": n, "note": "x" * 400} for n in range(10_000)]
    pk = version_id(open_case({"parts_search": {"results": rows}, "photo": "A" * 500_000}), 1)
    noam = staff()

    pages = [
        version_page(pk),
        version_page(pk, "tree/?at=/parts_search"),
        version_page(pk, "?at=/parts_search/results"),
    ]
    sizes = [len(noam.get(address).content) for address in pages]

    assert len(noam.get(version_page(pk, "download/")).content) > 5_000_000
    assert max(sizes) < 200_000


def test_the_home_page_asks_as_much_of_a_large_office_as_of_a_small_one(staff, open_case, save, may):
    noam = staff()
    case = open_case()
    few = asked(noam, "/admin/")
    for n in range(1, 6):
        save(case, {"meta": {"n": n + 1}}, n)
        open_case()

    many = asked(noam, "/admin/")

    # Numbers and charts are one call each; the rest is my day, cases worked on last, news of Make and OneDrive.
    assert len(many) == len(few) <= 22
    assert not [sql for sql in many if "helper_json" in sql]


def test_no_list_gains_a_statement_for_each_row(staff, open_case, save, api, dana):
    noam = staff()
    lists = [
        *("/admin/cases/case/?open=1", "/admin/cases/event/", "/admin/cases/payment/", "/admin/cases/trackinggeneral/"),
        *("/admin/cases/trackingexpertise/", "/admin/cases/trackingfinalreport/", "/admin/invoices/invoice/"),
        *("/admin/invoices/invoicesupplier/", "/admin/parts/partrequired/", "/admin/parts/partssearchresult/"),
        *("/admin/files/document/", "/admin/files/report/", "/admin/files/outboundmessage/"),
        *("/admin/helpers/helpersync/", "/admin/knowledge/kbdoc/", "/admin/accounts/auditentry/"),
    ]

    def add(n):
        case = open_case({"meta": {"n": n}, "centers": [{"Id": f"dc_{n}", "number": 1}]})
        assert api(dana).post("payments", {"case_id": case["case_id"]}).status_code == 201
        invoice = {"invoice_number": f"{n}", "supplier_name": f"מוסך {n}", "case_id": case["case_id"]}
        assert api(dana).post("invoices", invoice).status_code in {200, 201}
        assert api(dana).post("kb/docs", {"title": f"כלל {n}", "body": f"תוכן {n}"}).status_code in {200, 201}

    add(1)
    few = {address: len(asked(noam, address)) for address in lists}
    for n in range(2, 9):
        add(n)

    for address, count in few.items():
        assert len(asked(noam, address)) <= count, address


def test_a_lists_boxes_are_djangos_own_drawn_without_a_template(db):
    case = Case(pk=uuid4(), plate="12<34>&5")
    page = admin.site.get_model_admin(Case)
    for language in ("he", "en"):
        with translation.override(language):
            assert parse_html(page.action_checkbox(case)) == parse_html(admin.ModelAdmin.action_checkbox(page, case))
