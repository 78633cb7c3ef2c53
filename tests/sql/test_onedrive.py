"""Copies on OneDrive as the tables keep them: asked for with the file, answered in any order, never lost."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cast import NORTH
from tests.sql.callers import GATEWAY, KEY, SERVICE, TAMAR, Desk, refused

WAITS = [900, 3600]


@pytest.fixture
def stored(owner, case):
    """`stored()` keeps a file with bytes, as the door does after storing them."""

    def keep(who=owner, bucket="docs", category="other", case_id=case["case_id"], **more):
        key = f"{NORTH.id}/{uuid.uuid4()}.bin"
        columns = {"case_id": case_id, "org_id": NORTH.id, "filename": "מסמך.pdf", "bucket_name": bucket,
                   "storage_key": key, "category": category, **more}  # fmt: skip
        places = ", ".join(["%s"] * len(columns))
        return who.value(
            f"insert into public.documents ({', '.join(columns)}) values ({places}) returning id", *columns.values()
        )

    return keep


@pytest.fixture
def make(desk, owner):
    """Make by a gateway key of Dana's office."""
    if not owner.ask("select 1 from private.gateway_keys where id = %s", KEY):
        owner.ask(
            "insert into private.gateway_keys (id, org_id, name, key_hash, hint) values (%s, %s, 'key', %s, 'gk_')",
            *(KEY, NORTH.id, KEY.hex * 2),
        )
    return desk(GATEWAY)


@pytest.fixture
def heard(owner):
    """Make of Dana's office hears that copies are wanted; before and after, nobody does."""
    owner.ask(
        "update private.webhook_endpoints set deleted_at = now() where org_id = %s and deleted_at is null", NORTH.id
    )
    endpoint = owner.value(
        """insert into private.webhook_endpoints (org_id, name, url, event_types, secret)
        values (%s, 'OneDrive', 'https://hook.example.test/x', '{onedrive.sync_requested}', 'whsec_x') returning id""",
        NORTH.id,
    )
    yield endpoint
    owner.ask("update private.webhook_endpoints set deleted_at = now() where id = %s", endpoint)


def sync_of(desk, document):
    return desk.one("select * from public.onedrive_sync where document_id = %s", document)


def told(desk, document, kind="onedrive.sync_requested"):
    return desk.ask(
        "select data from public.events where type = %s and data ->> 'document_id' = %s order by at",
        *(kind, str(document)),
    )


def answer(desk, *rows):
    return desk.ask("select * from private.onedrive_synced(%s) order by place", json.dumps(rows, default=str))


def synced(document, item="item-1", **more):
    return {"file_id": document, "status": "SYNCED", "onedrive_file_id": item, "onedrive_path": "/a.pdf", **more}


def looked_at(owner, document):
    owner.ask("update public.images set optimization_status = 'optimized' where document_id = %s", document)


def failed(document, reason="the folder is full"):
    return {"file_id": document, "status": "FAILED", "reason": reason}


def test_a_file_with_bytes_is_asked_for_by_its_own_transaction(owner, dana, case, stored):
    document = stored(dana, category="report", bucket="reports")

    row = sync_of(dana, document)
    assert (row["status"], row["direction"], row["attempts"]) == ("PENDING", "OUT", 1)
    assert (row["case_id"], row["plate"], row["requested_by"]) == (case["case_id"], case["plate"], row["created_by"])
    [message] = owner.ask(
        "select data from private.outbox where type = 'onedrive.sync_requested' and data ->> 'document_id' = %s",
        str(document),
    )
    said = message["data"]
    assert (said["folder"], said["category"]) == (f"/{case['plate']}/דוחות", "report")
    assert "storage_key" not in json.dumps(said)


def test_a_file_that_is_taken_back_was_never_asked_for(owner, case, dana):
    with dana.moment(for_nothing=True) as cursor:
        cursor.execute(
            "insert into public.documents (case_id, filename, bucket_name, storage_key) values (%s, 'x', 'docs', %s)",
            [case["case_id"], f"{NORTH.id}/{uuid.uuid4()}"],
        )
        [[count]] = [
            list(row.values()) for row in cursor.execute("select count(*) from public.onedrive_sync").fetchall()
        ]
        assert count >= 1
    assert owner.ask("select 1 from public.onedrive_sync where case_id = %s", case["case_id"]) == []


def test_a_cabinet_and_a_link_are_not_asked_for(owner, dana, case, stored):
    cabinet = stored(category="archive")
    link = dana.value("insert into public.documents (case_id, filename) values (%s, 'x') returning id", case["case_id"])

    assert owner.ask("select 1 from public.onedrive_sync where document_id = any (%s)", [cabinet, link]) == []


def test_a_file_that_was_found_there_is_there(dana, case):
    found = dana.value(
        "insert into public.documents (case_id, filename, onedrive_file_id) values (%s, 'x', %s) returning id",
        *(case["case_id"], uuid.uuid4().hex),
    )

    row = sync_of(dana, found)
    assert (row["status"], row["direction"], row["synced_at"] is not None) == ("SYNCED", "IN", True)
    assert told(dana, found) == []


def test_a_file_put_away_is_not_asked_for_any_more_and_restored_it_is(dana, service, stored):
    document = stored(dana)
    dana.ask("update public.documents set deleted_at = now() where id = %s", document)
    assert sync_of(dana, document)["withdrawn_at"] is not None
    assert service.value("select private.onedrive_sweep(%s)", [0]) is not None
    assert sync_of(dana, document)["status"] == "PENDING"

    dana.ask("update public.documents set deleted_at = null where id = %s", document)

    row = sync_of(dana, document)
    assert (row["withdrawn_at"], row["status"], len(told(dana, document))) == (None, "PENDING", 2)


def test_make_is_asked_again_by_the_clock_and_given_up_where_everybody_sees_it(owner, service, stored, heard):
    document = stored()
    for attempts in (2, 2):
        service.ask("select private.onedrive_sweep(%s)", WAITS)
        owner.ask("update public.onedrive_sync set next_at = now() where document_id = %s", document)
        service.ask("select private.onedrive_sweep(%s)", WAITS)
        assert sync_of(owner, document)["attempts"] == attempts

    row = sync_of(owner, document)
    assert (row["status"], row["reason"], row["next_at"]) == ("FAILED", "no answer", None)
    assert len(told(owner, document)) == 2
    assert len(told(owner, document, "onedrive.failed")) == 1


def test_where_nobody_hears_a_file_waits_quietly_and_is_asked_for_once_somebody_does(owner, service, stored, heard):
    owner.ask("update private.webhook_endpoints set deleted_at = now() where id = %s", heard)
    document, put_away = stored(), stored()
    for _ in range(4):
        owner.ask("update public.onedrive_sync set next_at = now() where document_id = %s", document)
        service.ask("select private.onedrive_sweep(%s)", WAITS)
    owner.ask("update public.documents set deleted_at = now() where id = %s", put_away)

    row = sync_of(owner, document)
    assert (row["status"], row["reason"], row["attempts"]) == ("NONE", None, 1)
    assert len(told(owner, document)) == 1
    assert told(owner, document, "onedrive.failed") == []

    owner.ask("update private.webhook_endpoints set deleted_at = null, is_paused = true where id = %s", heard)
    service.ask("select private.onedrive_sweep(%s)", WAITS)

    row = sync_of(owner, document)
    assert (row["status"], row["attempts"], row["next_at"] is not None) == ("PENDING", 1, True)
    assert len(told(owner, document)) == 2
    assert sync_of(owner, put_away)["status"] == "NONE"


def test_two_sweeps_at_once_ask_once(owner, service, stored, database, heard):
    document = stored()
    service.ask("select private.onedrive_sweep(%s)", WAITS)
    owner.ask("update public.onedrive_sync set next_at = now() where document_id = %s", document)

    def sweep(_):
        one = Desk(database, SERVICE)
        one.ask("select private.onedrive_sweep(%s)", WAITS)
        one.connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sweep, range(8)))

    assert (sync_of(owner, document)["attempts"], len(told(owner, document))) == (2, 2)


def test_a_copy_is_taken_down_once_and_a_late_failure_does_not_undo_it(make, dana, stored):
    document, item = stored(dana), uuid.uuid4().hex

    for row in (failed(document), synced(document, item), failed(document, "late"), synced(document, item)):
        [said] = answer(make, row)
        assert (said["document_id"], said["error"]) == (document, None)

    assert said["status"] == "SYNCED"
    row = sync_of(dana, document)
    assert (row["status"], row["reason"], row["onedrive_file_id"], row["next_at"]) == ("SYNCED", None, item, None)
    kept = dana.one("select onedrive_file_id, onedrive_path from public.documents where id = %s", document)
    assert kept == {"onedrive_file_id": item, "onedrive_path": "/a.pdf"}
    assert (len(told(dana, document, "onedrive.synced")), len(told(dana, document, "onedrive.failed"))) == (1, 1)


def test_forty_answers_at_once_in_any_order_end_the_same(owner, stored, make, database):
    documents, items = [stored() for _ in range(4)], [uuid.uuid4().hex for _ in range(4)]

    def tell(n):
        one = Desk(database, GATEWAY)
        rows = [row for d, i in zip(documents, items, strict=True) for row in (failed(d), synced(d, i))]
        answers = answer(one, *(rows if n % 2 else rows[::-1]))
        one.connection.close()
        return answers

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(tell, range(40)))

    assert all(row["error"] is None for told_ in answers for row in told_)
    assert [sync_of(owner, d)["status"] for d in documents] == ["SYNCED"] * 4
    assert [len(told(owner, d, "onedrive.synced")) for d in documents] == [1] * 4


def test_each_row_is_answered_at_its_place(make, dana, desk, stored):
    ours, other, item = stored(dana), stored(dana), uuid.uuid4().hex
    sync = sync_of(dana, ours)["id"]

    # Rows are taken in the order of their files, so that two calls never wait for each other.
    answer(make, synced(ours, item))
    rows = answer(
        make,
        {"sync_id": sync, "status": "SYNCED", "onedrive_file_id": item},
        synced(uuid.uuid4()),
        synced(other, item),
        {"sync_id": sync, "file_id": other, "status": "FAILED"},
        failed(other),
    )

    assert [row["error"] for row in rows] == [None, "not_found", "conflict", "not_found", None]
    assert [row["status"] for row in rows] == ["SYNCED", None, "PENDING", None, "FAILED"]
    for caller in (desk(TAMAR), dana):
        with refused("42501"):
            answer(caller, synced(ours))


def test_another_offices_key_sees_no_file(owner, desk, stored):
    key = uuid.uuid4()
    owner.ask(
        """insert into private.gateway_keys (id, org_id, name, key_hash, hint)
        select %s, id, 'key', %s, 'gk_' from public.orgs where id <> %s limit 1""",
        *(key, key.hex * 2, NORTH.id),
    )
    from tests.sql.callers import gateway

    [row] = answer(desk(gateway(key)), synced(stored()))
    assert (row["error"], row["document_id"], row["sync_id"]) == ("not_found", None, None)


def test_the_bytes_of_a_picture_go_when_onedrive_has_it_and_others_stay(owner, service, make, dana, stored):
    picture, paper = stored(dana, "temp", "image"), stored(dana)
    key = owner.value("select storage_key from public.documents where id = %s", picture)
    looked_at(owner, picture)

    answer(make, synced(picture, uuid.uuid4().hex), synced(paper, uuid.uuid4().hex))

    kept = dana.one("select storage_key, upload_status from public.documents where id = %s", picture)
    assert kept == {"storage_key": None, "upload_status": "LINKED"}
    assert dana.value("select storage_key from public.documents where id = %s", paper) is not None
    due = service.ask("select * from private.bytes_to_remove() where key = %s", key)
    assert due == [{"bucket": "temp", "key": key}]
    service.ask("select private.bytes_removed('temp', %s)", key)
    assert service.ask("select * from private.bytes_to_remove() where key = %s", key) == []


def test_a_picture_that_was_not_looked_at_yet_goes_later(owner, service, make, stored):
    picture = stored(bucket="temp", category="image")

    answer(make, synced(picture, uuid.uuid4().hex))
    service.ask("select private.pictures_let_go()")
    assert owner.value("select storage_key from public.documents where id = %s", picture) is not None

    looked_at(owner, picture)
    assert service.value("select private.pictures_let_go()") == 1
    assert owner.value("select storage_key from public.documents where id = %s", picture) is None


def test_nobody_has_bytes_removed_by_what_he_writes_of_a_file(dana, service, case):
    lie = {"let_go": {"bucket": "docs", "key": f"{NORTH.id}/thumb.jpg"}}
    dana.ask(
        "insert into public.documents (case_id, filename, file_metadata, onedrive_file_id) values (%s, 'x', %s, %s)",
        *(case["case_id"], json.dumps(lie), uuid.uuid4().hex),
    )
    key = f"{NORTH.id}/{uuid.uuid4()}.jpg"
    dana.ask(
        """insert into public.documents (case_id, filename, category, bucket_name, storage_key, onedrive_file_id)
        values (%s, 'x', 'image', 'temp', %s, %s)""",
        *(case["case_id"], key, uuid.uuid4().hex),
    )

    service.ask("select private.pictures_let_go()")

    assert (
        service.ask("select * from private.bytes_to_remove() where key = any (%s)", [key, lie["let_go"]["key"]]) == []
    )


def test_people_ask_again_for_what_failed_and_two_clicks_ask_once(dana, tamar, make, owner, case, stored):
    document = stored(dana)
    answer(make, failed(document))

    ask = "select * from public.onedrive_request(p_file_ids => %s)"
    assert dana.ask(ask, [document]) == [{"document_id": document, "asked": True}]
    assert dana.ask(ask, [document]) == [{"document_id": document, "asked": False}]
    row = sync_of(dana, document)
    assert (row["status"], row["reason"], row["attempts"]) == ("PENDING", None, 1)
    of_case = dana.ask("select * from public.onedrive_request(%s)", case["case_id"])
    assert of_case == [{"document_id": document, "asked": False}]
    for statement, value in ((ask, [document]), ("select * from public.onedrive_request(%s)", case["case_id"])):
        with refused("PT404"):
            tamar.ask(statement, value)
    with refused("PT404"):
        dana.ask(ask, [document, uuid.uuid4()])
    with refused("PT422"):
        dana.ask("select * from public.onedrive_request()")


def test_people_do_not_write_what_onedrive_says(dana, stored):
    document = stored(dana)

    for statement in (
        "update public.documents set onedrive_file_id = 'x' where id = %s",
        "update public.onedrive_sync set status = 'SYNCED' where document_id = %s",
        "select * from public.files_upsert(jsonb_build_object('onedrive_file_id', %s::text))",
    ):
        with refused("42501"):
            dana.ask(statement, document)


def test_a_file_that_waited_takes_its_copy_to_its_case_and_is_asked_for_anew(dana, case, stored):
    document = stored(dana, case_id=None)
    assert told(dana, document)[0]["data"]["folder"] == "/ללא תיק"

    dana.ask("select public.file_assign(%s, %s)", document, case["case_id"])

    row = sync_of(dana, document)
    assert (row["case_id"], row["plate"]) == (case["case_id"], case["plate"])
    assert told(dana, document)[-1]["data"]["folder"] == f"/{case['plate']}/מסמכים"
