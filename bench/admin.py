"""The admin's lists and its home page in an office of 200,000 cases and 1,000,000 versions, beside the page of one row.

`python3 dev.py bench admin [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import sys
from functools import partial

import psycopg

from bench.measure import catalogue, judge, limit, satellites, script
from bench.measure.field import Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.reading import Page
from bench.measure.systems import Stack, running_stack

_MOST = 10.0
_ORG = "select p.org_id, p.user_id from public.profiles p where p.user_id = (%s::jsonb ->> 'sub')::uuid"
_PAYMENT = "select id from public.payment_tracking where org_id = %s and removed_at is null order by id limit 1"
_ENDPOINT = """insert into private.webhook_endpoints (org_id, name, url, secret, is_paused)
select %s, 'bench', 'https://hook.example.test/bench', 'bench', true
where not exists (select from private.webhook_endpoints where org_id = %s)"""
# What is measured -> its address.
_PAGES = {
    "home": "/admin/",
    "cases": "/admin/cases/case/",
    "cases in hand": "/admin/cases/case/?open=1",
    "action log": "/admin/cases/event/",
    "payments": "/admin/cases/payment/",
    "late payments": "/admin/cases/payment/?late=true",
    "tracking: general": "/admin/cases/trackinggeneral/",
    "invoices": "/admin/invoices/invoice/",
    "invoices to assign": "/admin/invoices/invoice/?status__in=DRAFT,PENDING",
    "files": "/admin/files/document/",
    "files without a case": "/admin/files/waitingdocument/",
    "copies on OneDrive": "/admin/files/onedrivesync/",
    "reports": "/admin/files/report/",
    "messages": "/admin/files/outboundmessage/",
    "deliveries": "/admin/make/delivery/",
    "failed deliveries": "/admin/make/delivery/?status__exact=dead&endpoint__deleted_at__isnull=True",
    "mirror log": "/admin/helpers/helpersync/",
    "reminders": "/admin/reminders/reminder/",
    "overdue reminders": "/admin/reminders/reminder/?when=overdue",
    "the month of reminders": "/admin/reminders/reminder/calendar/",
    "tracking: expertise": "/admin/cases/trackingexpertise/",
    "suppliers": "/admin/invoices/invoicesupplier/",
    "parts in the pool": "/admin/parts/partssearchresult/",
    "parts required": "/admin/parts/partrequired/",
    "people": "/admin/accounts/profile/",
    "health": "/admin/cases/systemlog/",
    "health board": "/admin/office/checkrun/",
}
# Stands on every page for somebody who is logged in.
_HOLDS = "logout-form"


def filled(owner: psycopg.Connection, stack: Stack, number: int) -> str:
    """Fill the office of the stack; the address of the page of one row."""
    [(org_id, person)] = owner.execute(_ORG, [catalogue.claims(stack.token)]).fetchall()
    owner.execute(_ENDPOINT, [org_id, org_id])
    catalogue.fill(owner, org_id, person, number)
    satellites.fill(owner, org_id, person, number)
    [(payment,)] = owner.execute(_PAYMENT, [org_id]).fetchall()
    return f"/admin/cases/payment/{payment}/"


def beside(title: str, one: Rounds, other: Rounds) -> Line:
    """p95 of a page beside that of the page of one row."""
    mine, theirs = one.quantile(0.95), other.quantile(0.95)
    times = mine / theirs
    return Line(
        title, 1, f"{theirs:.0f} ms", f"{mine:.0f} ms", times, f"<= {_MOST:g}", times <= _MOST, judge.spread(other)
    )


def main() -> int:
    asked = script.options("The admin's pages, beside the page of one row.")
    if asked.quick:
        asked.rounds, asked.seconds = 3, 0.5
    with running_stack(asked.stack, asked.workers) as stack, limit.connect(stack.dsn) as owner:
        one = filled(owner, stack, 20_000 if asked.quick else 200_000)
        contenders = [Contender("one row", lambda _: Page(stack, one, _HOLDS))]
        for name, path in _PAGES.items():
            contenders.append(Contender(name, partial(lambda _, path: Page(stack, path, _HOLDS), path=path)))
        script.say("- the pages")
        found = run(contenders, 1, rounds=asked.rounds, seconds=asked.seconds)
        lines = [beside(name, found[name], found["one row"]) for name in _PAGES]
    return script.finish(lines, list(found.values()), asked)


if __name__ == "__main__":
    sys.exit(main())
