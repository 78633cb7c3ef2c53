"""The least that could tell a browser of a change: one LISTEN, and every notice written to every socket unasked."""

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

import psycopg

_FORK = multiprocessing.get_context("fork")
# As a thin row of ours; a NOTIFY in the transaction of the save itself.
SCHEMA = """
create schema if not exists bench;
create or replace function bench.notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('bench_events', json_build_object('type', new.type, 'case_id', new.case_id)::text
    || '"version":' || coalesce(new.version, 0));
  return null;
end $$;
drop trigger if exists bench_notify on public.events;
create trigger bench_notify after insert on public.events for each row execute function bench.notify();
alter table public.events disable trigger bench_notify;
"""
SWITCH = "alter table public.events {} trigger bench_notify"


class Bare:
    """The process that listens to Postgres, and the address of its streams."""

    def __init__(self, dsn: str) -> None:
        ours, theirs = _FORK.Pipe()
        self.process = _FORK.Process(target=_serve, args=(theirs, dsn), daemon=True)
        self.process.start()
        self.url = f"http://127.0.0.1:{ours.recv()}/"

    def close(self) -> None:
        self.process.kill()
        self.process.join(10)


def _serve(pipe: Connection, dsn: str) -> None:
    asyncio.run(_run(pipe, dsn))


async def _run(pipe: Connection, dsn: str) -> None:
    streams: set[asyncio.StreamWriter] = set()

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n")
        streams.add(writer)

    line: psycopg.AsyncConnection[Any] = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
    await line.execute("listen bench_events")
    server = await asyncio.start_server(welcome, "127.0.0.1", 0, backlog=1000)
    pipe.send(server.sockets[0].getsockname()[1])
    async for notice in line.notifies():
        frame = f"event: change\ndata: {notice.payload}\n\n".encode()
        for writer in streams:
            writer.write(frame)
