"""Light rows around very many cases, made in SQL: versions, events, fees, invoices, files, deliveries, reminders."""

import time
from typing import Any

import psycopg

from bench.measure import script

VERSIONS = 5
# What case n has is a function of n: one in two a fee, one in four an invoice and a file, one in ten the rest.
_STATEMENTS = {
    "versions": """
insert into public.case_helper (case_id, org_id, plate, version, is_current, helper_name, helper_json, saved_at,
  saved_by, saved_from, size_bytes, changes)
select c.id, c.org_id, c.plate, v, v = %(versions)s, format('%%s_helper_v%%s', c.plate, v), '{}',
  c.created_at + v * interval '3 hours', %(person)s::uuid, 'UI', 50000, v
from public.cases c, generate_series(1, %(versions)s::integer) v where c.id = any (%(cases)s)""",
    "events": """
insert into public.events (org_id, case_id, type, actor, door, version, at)
select c.org_id, c.id, 'case_helper.saved', %(person)s::uuid, 'UI', v, c.created_at + v * interval '3 hours'
from public.cases c, generate_series(1, %(versions)s::integer) v where c.id = any (%(cases)s)""",
    "tracking": """
insert into public.tracking_general (org_id, case_id, plate, case_number, owner_name, manufacturer, general_status,
  updated_at)
select c.org_id, c.id, c.plate, c.filing_case_id, c.owner_name, 'מאזדה', c.status, c.updated_at
from public.cases c where c.id = any (%(cases)s)""",
    "fees": """
insert into public.payment_tracking (org_id, case_id, plate, owner_name, agent, total_fee, broadcast_date,
  expected_payment_date, payment_status, updated_at)
select c.org_id, c.id, c.plate, c.owner_name, 'סוכן ' || bench.dice(hashtext(c.plate) %% 1000, 31, 40),
  500 + bench.dice(hashtext(c.plate) %% 9999, 32, 3000), c.created_at::date + 10, c.created_at::date + 60,
  case when c.status in ('CLOSED', 'ARCHIVED', 'שולם') then 'שולם במלואו' else 'ממתין לתשלום' end, c.updated_at
from public.cases c where c.id = any (%(cases)s) and right(c.plate, 1)::integer < 5""",
    "invoices": """
insert into public.invoices (org_id, case_id, plate, invoice_number, invoice_date, status, supplier_name, total_amount,
  created_at)
select c.org_id, c.id, c.plate, right(c.plate, 6), c.created_at::date,
  case when c.status in ('CLOSED', 'ARCHIVED', 'שולם') then 'ACCEPTED' else 'PENDING' end, 'מוסך', 1200, c.created_at
from public.cases c where c.id = any (%(cases)s) and right(c.plate, 1)::integer in (1, 6)""",
    "files": """
insert into public.documents (org_id, case_id, plate, filename, upload_status, onedrive_file_id, created_at)
select c.org_id, case when right(c.plate, 2) = '33' then null else c.id end, c.plate, 'a.pdf', 'LINKED', 'f' || c.id,
  c.created_at
from public.cases c where c.id = any (%(cases)s) and right(c.plate, 1)::integer in (2, 3)""",
    "copies": """
insert into public.onedrive_sync (org_id, case_id, plate, document_id, status, updated_at)
select d.org_id, d.case_id, d.plate, d.id, case when right(d.plate, 3) = '322' then 'FAILED' else 'PENDING' end,
  d.created_at
from public.documents d where d.case_id = any (%(cases)s)""",
    "reports": """
insert into public.reports (org_id, case_id, plate, report_type, version, status, case_helper_version, helper_name,
  created_at)
select c.org_id, c.id, c.plate, 'estimate', 1, 'FAILED', 1, c.plate || '_helper_v1', c.created_at
from public.cases c where c.id = any (%(cases)s) and right(c.plate, 1) = '4'""",
    "messages": """
insert into public.outbound_messages (org_id, case_id, plate, channel, recipient, text, status, sent_via, created_at)
select c.org_id, c.id, c.plate, 'MAIL', 'a@example.test', 'x', 'FAILED', 'MAKE', c.created_at
from public.cases c where c.id = any (%(cases)s) and right(c.plate, 1) = '5'""",
    "mirror": """
insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, door, version, created_at)
select c.org_id, c.id, 'TO_SUPABASE', case when right(c.plate, 2) = '66' then 'PARTIAL' else 'SUCCESS' end, 'MAKE', 1,
  c.created_at
from public.cases c where c.id = any (%(cases)s) and right(c.plate, 1)::integer in (6, 7)""",
    "outbox": """
with m as (
  insert into private.outbox (org_id, case_id, type, version, created_at)
  select c.org_id, c.id, 'case_helper.saved', 5, c.created_at from public.cases c where c.id = any (%(cases)s)
  returning id, org_id, case_id, seq, type, created_at)
insert into private.deliveries (message_id, endpoint_id, org_id, case_id, seq, type, status, attempts, created_at,
  done_at)
select m.id, e.id, m.org_id, m.case_id, m.seq, m.type,
  case when m.seq %% 97 = 0 then 'dead' when m.seq %% 89 = 0 then 'cancelled' else 'delivered' end, 1, m.created_at,
  m.created_at + interval '1 second'
from m cross join lateral (
  select id from private.webhook_endpoints w where w.org_id = m.org_id order by w.id limit 1) e""",
}
# Its own triggers say when each is due.
_REMINDERS = """
insert into public.reminders (org_id, case_id, plate, title, due_date, status, assigned_to)
select c.org_id, c.id, c.plate, 'להתקשר לבעלים', c.created_at::date + 30,
  case when c.status in ('CLOSED', 'ARCHIVED', 'שולם') then 'הושלם' else 'ממתין' end, c.assigned_to
from public.cases c where c.org_id = %s and right(c.plate, 1) = '8'"""
_TABLES = """public.case_helper, public.events, public.tracking_general, public.payment_tracking, public.invoices,
public.documents, public.onedrive_sync, public.reports, public.outbound_messages, public.helper_sync_log,
private.outbox, private.deliveries, public.reminders"""
_BATCH = 10_000


def fill(owner: psycopg.Connection, org_id: Any, person: Any, number: int) -> None:
    """Give the first cases of the catalogue everything an office keeps beside them."""
    began = time.monotonic()
    owner.execute("set session_replication_role = replica")
    for first in range(1, number + 1, _BATCH):
        [(cases,)] = owner.execute(
            "select array_agg(md5('case ' || n)::uuid) from generate_series(%s::integer, %s::integer) n",
            [first, min(first + _BATCH - 1, number)],
        ).fetchall()
        told = {"org": org_id, "person": person, "versions": VERSIONS, "cases": cases}
        for statement in _STATEMENTS.values():
            names = {name: value for name, value in told.items() if f"%({name})s" in statement}
            owner.execute(statement, names)  # type: ignore[arg-type]
    owner.execute("set session_replication_role = origin")
    owner.execute(_REMINDERS, [org_id])
    owner.execute(f"vacuum analyze {_TABLES}")  # type: ignore[arg-type]
    script.say(f"- {number * VERSIONS:,} versions and what stands beside them made in {time.monotonic() - began:.0f} s")
