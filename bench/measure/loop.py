"""The bare loop: claim, post, record, and nothing else; what a delivery costs at best with the same libraries."""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import psycopg

SCHEMA = """
drop schema if exists bench_outbox cascade;
create schema bench_outbox;
create table bench_outbox.message (
  id bigint generated always as identity primary key, body text not null,
  created_at timestamptz not null default clock_timestamp(), lease_until timestamptz, status integer
);
create index on bench_outbox.message (id) where status is null;
"""
_CLAIM = """
update bench_outbox.message m set lease_until = clock_timestamp() + interval '45 seconds'
from (
  select id from bench_outbox.message
  where status is null and coalesce(lease_until, '-infinity') < clock_timestamp()
  order by id limit 50 for update skip locked
) c
where m.id = c.id returning m.id, m.body, m.created_at
"""
_RECORD = """
update bench_outbox.message m set status = r.status, lease_until = null
from unnest(%s::bigint[], %s::integer[]) r (id, status) where m.id = r.id
"""
# As ours: so many posts at once.
_SIDE_BY_SIDE = 8


@contextmanager
def running(dsn: str, url: str) -> Iterator[None]:
    """The loop in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(dsn, url), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(10)


def _serve(dsn: str, url: str) -> None:
    asyncio.run(_deliver(dsn, url))


async def _deliver(dsn: str, url: str) -> None:
    line = await psycopg.AsyncConnection.connect(dsn, autocommit=True, prepare_threshold=1)
    await line.execute("listen bench_outbox")
    connector = aiohttp.TCPConnector(limit=_SIDE_BY_SIDE)
    async with aiohttp.ClientSession(connector=connector) as out:
        while True:
            claimed = await (await line.execute(_CLAIM)).fetchall()
            if not claimed:
                async for _ in line.notifies(timeout=0.25, stop_after=1):
                    pass
                continue
            statuses = await asyncio.gather(*(_post(out, url, *row) for row in claimed))
            await line.execute(_RECORD, [[row[0] for row in claimed], statuses])


async def _post(out: aiohttp.ClientSession, url: str, number: int, body: str, created_at: object) -> int:
    said = json.dumps({"type": "bare", "timestamp": created_at.isoformat(), "data": json.loads(body)})
    headers = {"Content-Type": "application/json", "webhook-id": str(number)}
    async with out.post(url, data=said.encode(), headers=headers) as answer:
        await answer.read()
        return answer.status


def add(owner: psycopg.Connection, number: int, body: str) -> None:
    """Write so many messages in one transaction, and ring."""
    with owner.transaction():
        owner.execute("insert into bench_outbox.message (body) select %s from generate_series(1, %s)", [body, number])
        owner.execute("notify bench_outbox")
