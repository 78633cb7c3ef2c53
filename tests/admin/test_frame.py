"""The frame of every page: Django's blocks are all in it, and what is drawn once holds nothing of anybody."""

import re
from pathlib import Path

import django.contrib.admin
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from tests.admin.test_weight import asked

TEMPLATES = Path(django.contrib.admin.__file__).parent / "templates" / "admin"
BLOCK = re.compile(r"{% block ([\w-]+) %}")
# The sidebar is off, and the greeting with its links is one piece of ours.
LEFT_OUT = {"nav-sidebar", "welcome-msg", "userlinks"}


def test_the_frame_has_every_block_that_djangos_own_has():
    theirs = set(BLOCK.findall((TEMPLATES / "base.html").read_text()))
    ours = set(BLOCK.findall((settings.BASE_DIR / "templates" / "admin" / "base_site.html").read_text()))

    assert theirs - ours == LEFT_OUT
    assert ours <= theirs


def test_what_is_drawn_once_knows_neither_the_page_nor_the_person():
    page = Template("{% load frame %}{% once %}<b>{{ user }}{{ title }}</b>{% endonce %}{{ user }}")

    assert page.render(Context({"user": "dana", "title": "secret"})) == "<b></b>dana"
    assert page.render(Context({"user": "noam"})) == "<b></b>noam"


def test_what_is_drawn_once_is_drawn_for_each_language():
    page = Template("{% load frame i18n %}{% once %}{% translate 'Home' %}{% endonce %}")

    for language, word in (("he", "דף הבית"), ("en", "Home"), ("he", "דף הבית")):
        with translation.override(language):
            assert page.render(Context()) == word


def test_two_people_each_get_their_own_frame(staff):
    noam, uri = (staff(name).get("/admin/").content.decode() for name in ("noam", "uri"))

    assert ("<strong>noam" in noam, "<strong>uri" in noam) == (True, False)
    assert ("<strong>noam" in uri, "<strong>uri" in uri) == (False, True)


def test_what_a_login_may_do_comes_with_the_role(staff, may):
    noam = staff()
    statements = asked(noam, "/admin/cases/case/")
    assert len([sql for sql in statements if "auth_permission" in sql]) == 1

    may("view_event")

    assert noam.get("/admin/cases/case/").status_code == 403
    assert noam.get("/admin/cases/event/").status_code == 200
