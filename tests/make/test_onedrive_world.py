"""Make as it really is: it hears of a file, answers late, twice or never, and nothing is lost."""

import uuid

from django.db import connection

from core import acting
from tests import cast
from tests.make.caller import Make, give_key
from tests.make.conftest import is_signed, told
from tests.world import Reply


def keep(live, case):
    """A file with bytes, kept by its own committed transaction."""
    return live.owner.value(
        """insert into public.documents (case_id, filename, category, bucket_name, storage_key)
        values (%s, 'דוח.pdf', 'report', 'reports', %s) returning id""",
        *(case["case_id"], f"{cast.NORTH.id}/{uuid.uuid4()}.pdf"),
    )


def status(live, document):
    return live.owner.one("select status, attempts, reason from public.onedrive_sync where document_id = %s", document)


def sweep(live, document):
    live.owner.ask("update public.onedrive_sync set next_at = now() where document_id = %s", document)
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.onedrive_sweep(%s)", [[60, 60]])


def test_make_hears_of_a_file_and_says_where_it_lies(live, world, settings):
    settings.PUBLIC_BASE_URL = "https://office.example.test"
    hook = live.endpoint(f"{world.base}/", "onedrive.sync_requested")
    case = live.open_case()
    document = keep(live, case)

    live.deliver()

    [heard] = world.wait_for(1)
    assert is_signed(heard, hook.secret)
    said = told(heard)["data"]
    assert (said["document_id"], said["case_id"], said["plate"]) == (str(document), case["case_id"], case["plate"])
    assert said["content_link"] == f"https://office.example.test/api/v1/files/{document}/content"
    assert (said["folder"], said["filename"]) == (f"/{case['plate']}/דוחות", "דוח.pdf")
    assert not {"storage_key", "token", "apikey"} & set(said)

    answer = Make(give_key()).op(
        "onedrive.synced", {"sync_id": said["sync_id"], "status": "SYNCED", "item_id": uuid.uuid4().hex}
    )
    assert answer.status_code == 200, answer.content
    assert status(live, document)["status"] == "SYNCED"


def test_a_make_that_never_answers_is_asked_again_and_given_up_in_sight(live, world):
    live.endpoint(f"{world.base}/", "onedrive.sync_requested")
    # The message arrives in spite of it all; what comes of it nobody ever says.
    world.will(Reply(status=500), Reply(drop=True))
    document = keep(live, live.open_case())
    for _ in range(3):
        live.deliver()
    assert len({one.headers["webhook-id"] for one in world.wait_for(3)}) == 1

    sweep(live, document)
    live.deliver()
    assert told(world.wait_for(4)[-1])["data"]["attempts"] == 2
    sweep(live, document)

    assert status(live, document) == {"status": "FAILED", "attempts": 2, "reason": "no answer"}
    # And where it answers after all, that counts.
    late = {"file_id": str(document), "status": "SYNCED", "item_id": uuid.uuid4().hex}
    assert Make(give_key()).op("onedrive.synced", late).json()[0]["status"] == "SYNCED"
