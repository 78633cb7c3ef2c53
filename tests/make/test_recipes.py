"""docs/reference/make.md says what the gateway does, and leaves out no webhook of today."""

import json
import re

from make import recipes
from make.gateway import OPS
from make.models import MessageType

# Every name of the existing UI's webhooks.
WEBHOOKS = """
PASSWORD_PAGE AUTH_VERIFY_USER OPEN_CASE_UI SUBMIT_LEVI_REPORT SAVE_LEVI_RESULTS SAVE_MANUAL_LEVI FILL_FINAL_REPORT
UPLOAD_PICTURES TRANSFORM_PICTURES CREATE_PDF LAUNCH_EXPERTISE EXPERTISE_HTML SAVE_EXPERTISE_SUMMARY
SUBMIT_ESTIMATE_DRAFT FINAL_REPORT_DRAFT SUBMIT_ESTIMATE SUBMIT_FINAL_REPORT CALL_EXPERTISE CALL_ESTIMATE
FETCH_EXPERTISE_PDF FETCH_ESTIMATE_PDF OCR_INVOICES SAVE_INVOICE_TO_DRIVE SEARCH_MODULE PARTS_SEARCH
PARTS_IMAGE_SEARCH INTERNAL_PARTS_OCR EXPORT_SELECTED_PARTS EXPORT_FULL_SEARCH_RESULTS HELPER_EXPORT ADMIN_HUB
ADMIN_FETCH_CASE ADMIN_FETCH_TRACKING_TABLE ADMIN_FETCH_FIELDS ADMIN_CREATE_REMINDER ADMIN_FETCH_REMINDERS
ADMIN_EXPORT_SEARCH_RESULTS ADMIN_PUSH_NOTIFICATION DEV_HUB DELETE_CASE_IN_ONEDRIVE
"""
UNCALLED = """
SYSTEM_LOGS PART_SEARCH PART_IMAGE_OCR SEARCH_RESULTS_OCR GENERATE_ESTIMATE_REPORT ESTIMATE_SAVED EXPERTISE_EXPORT
DAMAGE_CENTERS_COMPLETED
"""


def text():
    return recipes.PAGE.read_text(encoding="utf-8")


def rows():
    return {
        match[1]: match[0].split("|")[2:-1] for match in re.finditer(r"^\| `([A-Z_]+)` \|.*$", text(), re.MULTILINE)
    }


def test_the_gateways_part_is_what_the_table_of_ops_says():
    assert text() == recipes.page()


def test_every_webhook_of_today_has_a_row_with_every_column_filled():
    found = rows()

    assert set(found) == set(WEBHOOKS.split())
    assert [name for name, cells in found.items() if len(cells) != 4 or not all(cell.strip() for cell in cells)] == []
    assert {cells[3].strip() for cells in found.values()} == {"1", "2"}


def test_what_is_never_called_is_named_too():
    assert [name for name in UNCALLED.split() if f"`{name}`" not in text()] == []


def test_an_op_that_a_row_promises_is_there_or_said_to_come_with_its_table():
    promised = set(re.findall(r"(?<!\*)`([a-z_]+\.[a-z_]+)`(?!\*)", "\n".join(cells[2] for cells in rows().values())))

    assert promised - set(OPS) <= set(MessageType.values)


def test_every_op_has_a_recipe_whose_body_is_json():
    recipes_found = re.findall(r"```json\n(.*?)\n```", text(), re.DOTALL)

    assert len(recipes_found) == len(OPS)
    assert [json.loads(recipe)["url"].rpartition("/")[2] for recipe in recipes_found] == list(OPS)


def test_every_type_of_message_is_named():
    assert [type_ for type_ in MessageType.values if f"`{type_}`" not in text()] == []
