"""On a right-to-left page every code stands in an island of its own, or it is painted the wrong way round."""

import re

import pytest
from django.template import Context, Template

from accounts.templatetags import office
from tests.admin.conftest import case_page, page_of, version_page

CODE = re.compile(r"_helper_v\d|\d{2,3}-\d{2,3}-\d{3}\b|\d{7,8}|YC-|damage_centers|66747-E298|@example|050-000")


# In a line of words the island is made of characters: left-to-right isolate, and its end.
ISLAND = re.compile("\u2066[^\u2069]*\u2069")


def isolated(around):
    return any(tag == "bdi" and attrs.get("dir") == "ltr" for tag, attrs in around)


def test_a_code_is_isolated_and_escaped():
    drawn = Template("{% load office %}{{ value|code }}").render(Context({"value": '66747-E298<b>"'}))

    assert drawn == '<bdi dir="ltr">66747-E298&lt;b&gt;&quot;</bdi>'
    assert office.code(None) == ""


@pytest.mark.parametrize(("digits", "shown"), [("1234567", "12-345-67"), ("12345678", "123-45-678"), ("", "")])
def test_a_plate_stands_as_on_the_car(digits, shown):
    assert office.plate(digits) == shown


@pytest.mark.parametrize(
    ("text", "direction"), [("דנה", "auto"), ("66747-E298", "ltr"), ("צלע 66747-E298", "auto"), ("050-1234567", "ltr")]
)
def test_a_text_without_hebrew_is_a_code(text, direction):
    assert office.words(text) == f'<bdi dir="{direction}">{text}</bdi>'


def test_every_code_on_every_page_is_isolated(staff, open_case, save, version_id):
    helper = {"damage_centers": [{"oem": "66747-E298", "mail": "a@example.test", "phone": "050-0001111"}]}
    case = open_case({"meta": {"n": 1}})
    save(case, helper, 1)
    noam = staff()
    first, second = version_id(case, 1), version_id(case, 2)
    pages = [
        "/admin/",
        "/admin/cases/case/",
        case_page(case),
        version_page(second),
        version_page(second, "?at=/damage_centers/0"),
        version_page(second, "tree/?at=/damage_centers/0"),
        version_page(first, "restore/"),
    ]

    for address in pages:
        texts = page_of(noam.get(address)).texts
        codes = [(text, around) for text, around in texts if CODE.search(text)]
        bare = [text for text, around in codes if not isolated(around) and CODE.search(ISLAND.sub("", text))]
        assert codes, address
        assert not bare, (address, bare)
