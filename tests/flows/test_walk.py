"""The main job, as the README tells it: open, save twice, be refused, bring version 1 back in the admin."""

import hashlib
import json
from pathlib import Path

from django.test import Client

from core import acting
from helpers.models import CaseHelper
from tests.conftest import any_plate

TYPICAL = (Path(__file__).resolve().parent.parent / "fixtures" / "helper_typical.json").read_bytes()


def digest(helper) -> str:
    canonical = json.dumps(helper, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def test_version_4_holds_what_version_1_held(api, dana, django_user_model):
    plate = any_plate()
    spelt = f"{plate[:3]}-{plate[3:5]}-{plate[5:]}"
    opened = api(dana).post("cases", b'{"plate": "%b", "helper": %b}' % (spelt.encode(), TYPICAL)).json()
    url = f"cases/{opened['case_id']}/helper"
    for version in (1, 2):
        changed = {**json.loads(TYPICAL), "meta": {"step": version}}
        assert api(dana).put(url, {"version": version, "helper": changed}).json()["version"] == version + 1
    assert api(dana).put(url, {"version": 1, "helper": {}}).status_code == 409

    staff = Client()
    staff.force_login(django_user_model.objects.get(username="noam"), "django.contrib.auth.backends.ModelBackend")
    found = staff.get("/admin/cases/case/", {"q": plate[2:6]})
    assert opened["case_id"] in found.content.decode()
    restored = staff.post(
        f"/admin/helpers/casehelper/{version_id(opened['case_id'])}/restore/",
        {"expected_version": 3, "reason": "נמחק מוקד נזק בטעות"},
    )
    assert restored.status_code == 302

    now = api(dana).get(url).json()
    assert now["helper_name"] == f"{plate}_helper_v4"
    assert now["saved_from"] == "ADMIN"
    assert digest(now["helper"]) == digest(json.loads(TYPICAL))
    assert digest(api(dana).get(f"{url}/versions/1").json()["helper"]) == digest(now["helper"])


def version_id(case_id):
    with acting.acting(acting.SERVICE):
        return CaseHelper.objects.without_body().get(case_id=case_id, version=1).id
