"""Many rows in one call: found parts and invoice lines, beside a bare insert ... select from json,
and beside the same into a table with our keys and indexes.

`python3 dev.py bench bulk [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import sys
from itertools import product
from uuid import UUID

import psycopg

from bench.measure import batches, judge, ours, script
from bench.measure.batches import Batch, Call, Verb
from bench.measure.field import Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.systems import Stack, running_stack

_AIM = 0.5
_KEY = "insert into private.gateway_keys (org_id, name, key_hash, hint) values (%s, 'bench', %s, %s)"
_OPENED = "select org_id, created_by from public.cases where id = %s"


def main() -> int:
    asked = script.options("Batches of rows, beside a bare insert.")
    lines: list[Line] = []
    results: list[Rounds] = []
    with running_stack(asked.stack, asked.workers) as stack:
        case_id = ours.open_case(stack.base, stack.token, next(script.plates()), b"{}")
        key, claims = _callers(stack, case_id)
        for batch in (batches.parts(1000, case_id), batches.lines(200, case_id)):
            script.say(f"- {batch.title}")
            found = run(_contenders(stack, batch, case_id, key, claims), 1, rounds=asked.rounds, seconds=asked.seconds)
            results += [Rounds(f"{batch.title}: {one.name}", 1, one.rounds) for one in found.values()]
            for name, limit in product(("function", "call"), ("limit", "keyed")):
                told = f"{batch.title}, {name}" + (", by keys and indexes" if limit == "keyed" else "")
                lines.append(judge.throughput(told, found[name], found[limit], _AIM))
    return script.finish(lines, results, asked)


def _contenders(stack: Stack, batch: Batch, case_id: UUID, key: str, claims: dict[str, str]) -> list[Contender]:
    with psycopg.connect(stack.dsn, autocommit=True) as owner:
        owner.execute(batches.schema(batch))
        batches.keyed_schema(owner, batch)
        named = batches.whose(owner, batch, case_id)
    return [
        Contender("limit", lambda client: batches.Bare(stack.dsn, batch)),
        Contender("keyed", lambda client: batches.Keyed(stack.dsn, batch, named)),
        Contender("function", lambda client: Verb(stack.dsn, batch, case_id, claims)),
        Contender("call", lambda client: Call(stack, key, batch)),
    ]


def _callers(stack: Stack, case_id: UUID) -> tuple[str, dict[str, str]]:
    """A gateway key of the case's office, and the claims of who opened it."""
    from make.keys import new_key

    made = new_key()
    with psycopg.connect(stack.dsn, autocommit=True) as owner:
        opened = owner.execute(_OPENED, [case_id]).fetchone()
        if opened is None:
            raise SystemExit("The case that was opened is not there.")
        owner.execute(_KEY, [opened[0], made.key_hash, made.hint])
    return made.text, {"sub": str(opened[1]), "role": "authenticated"}


if __name__ == "__main__":
    sys.exit(main())
