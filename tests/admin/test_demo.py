"""The demo's manager sees what the back office has: a page that nobody may open is a page that is not there."""

from django.contrib import admin

from helpers.management.commands.seed_demo import STAFF_MAY

# People and logins are not the demo's to manage.
NOT_SHOWN = {"accounts", "auth"}


def test_the_demos_manager_may_look_at_every_list():
    lists = {model._meta.model_name for model in admin.site._registry if model._meta.app_label not in NOT_SHOWN}

    assert {f"view_{name}" for name in lists} - set(STAFF_MAY) == set()
