"""Searches among 200,000 cases, each beside reading one case by its id through the same server in the same run.

`python3 dev.py bench search [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import argparse
import sys
import time
from functools import partial
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from bench.measure import bodies, catalogue, judge, limit, ours, script
from bench.measure.field import Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.reading import Page, Readers
from bench.measure.systems import Stack, running_stack
from bench.measure.wire import insist
from core.rpc import JsonText

_MOST, _ASKED = 5.0, 40
_LIST, _LIST_OF_ONE = "the admin's list", "one case by its id in it"
_ORG = "select p.org_id, p.user_id from public.profiles p where p.user_id = (%s::jsonb ->> 'sub')::uuid"
_EXAMPLES = """
select c.id::text as case_id, c.plate, left(c.plate, 5) as prefix, c.owner_name as owner, s.owner_phone as phone,
  s.claim_number as claim, s.manufacturer || ' ' || s.model as car, split_part(s.free_text, ' ', 1) as first_word,
  split_part(s.free_text, ' ', 4) as fourth_word, split_part(s.free_text, ' ', 11) as last_word
from public.cases c join public.case_search_index s on s.case_id = c.id
where c.org_id = %s and s.free_text <> '' order by md5(c.id::text) limit %s
"""
_NO_ROW = """create or replace function private.search_row_write(p_case_id uuid, p_helper jsonb) returns void
language plpgsql as $$ begin return; end $$"""
_SQL = "select id from private.case_search(%s::jsonb, 100, 0) id"


def questions(rows: list[dict[str, str]]) -> dict[str, tuple[float | None, list[dict[str, Any]]]]:
    """Kind -> how many milliseconds the slowest in a hundred may take in SQL, and what is asked."""
    return {
        "plate": (10, [{"q": f"{row['plate'][:3]}-{row['plate'][3:]}"} for row in rows]),
        "plate prefix": (10, [{"q": row["prefix"]} for row in rows]),
        "owner": (None, [{"q": row["owner"]} for row in rows]),
        "owner with a typo": (50, [{"q": _typo(row["owner"])} for row in rows]),
        "phone": (10, [{"q": row["phone"]} for row in rows]),
        "claim number": (10, [{"q": row["claim"]} for row in rows]),
        "make and model": (None, [{"q": row["car"]} for row in rows]),
        "status and days": (10, [{"status": ["OPEN"], "opened_from": "2026-11-01", "opened_to": "2026-11-20"}]),
        "free text, any order": (
            10,
            [{"q": f"{row['last_word']} {row['first_word']} {row['fourth_word']}"} for row in rows],
        ),
        "nothing like it": (None, [{"q": f"אקסילופון{row['prefix']} קסמים"} for row in rows]),
        "list without a question": (None, [{}]),
    }


def _typo(name: str) -> str:
    """The longest word with its second letter lost."""
    words = name.split()
    place = max(range(len(words)), key=lambda n: len(words[n]))
    words[place] = words[place][0] + words[place][2:] if len(words[place]) > 4 else words[place] + "ט"
    return " ".join(words)


class Ask(ours.Client):
    """Asks one kind of question over the API, in turns."""

    def __init__(self, stack: Stack, paths: list[str]) -> None:
        super().__init__(stack.base, stack.token)
        self.paths, self.turn = paths, 0

    def step(self) -> None:
        self.turn += 1
        answer = self.wire.ask("GET", self.paths[self.turn % len(self.paths)])
        insist(answer.status == 200, f"a search answered {answer.status}: {answer.body[:200]!r}")


class AskSql(Readers):
    """The same in SQL, as the caller."""

    def __init__(self, dsn: str, claims: str, asked: list[dict[str, Any]]) -> None:
        self.line, self.turn = limit.connect(dsn), 0
        self.line.execute(
            "select set_config('role', 'authenticated', false), set_config('request.jwt.claims', %s, false)", [claims]
        )
        self.asked = [Jsonb(one) for one in asked]

    def step(self) -> None:
        self.turn += 1
        self.line.execute(_SQL, [self.asked[self.turn % len(self.asked)]]).fetchall()


def path_of(asked: dict[str, Any]) -> str:
    values = [(name, one) for name, value in asked.items() for one in (value if isinstance(value, list) else [value])]
    return "/api/v1/cases?" + "&".join(f"{name}={quote(value)}" for name, value in values)


def slowest(title: str, one: Rounds, other: Rounds, most: float | None) -> Line:
    """p95 beside the limit's p95."""
    mine, theirs = one.quantile(0.95), other.quantile(0.95)
    met = None if most is None else mine <= most * theirs
    aim = f"<= {most:g}" if most else ""
    return Line(title, 1, f"{theirs:.1f} ms", f"{mine:.1f} ms", mine / theirs, aim, met, judge.spread(other))


def cost_of_a_save(owner: psycopg.Connection) -> Line:
    """What the search row adds to a save of 144 KB in SQL, when its text changes and everything with it."""
    [(case_id,)] = owner.execute("select case_id from public.case_search_index limit 1").fetchall()
    texts = [JsonText(body) for body in bodies.variants("full", 1)]
    taken: dict[str, list[float]] = {"without": [], "with": []}
    for turn in range(60):
        for name in taken:
            with owner.transaction(force_rollback=True):
                if name == "without":
                    owner.execute(_NO_ROW)
                began = time.perf_counter()
                owner.execute(
                    "insert into public.case_helper (case_id, helper_json) values (%s, %s)", [case_id, texts[turn % 8]]
                )
                taken[name].append(time.perf_counter() - began)
    mine, theirs = (1000 * sorted(taken[name])[len(taken[name]) // 2] for name in ("with", "without"))
    return Line(
        "save of 144 KB, search row written anew", 1, f"{theirs:.1f} ms", f"{mine:.1f} ms", mine / theirs, "", None, 0.0
    )


def over_http(stack: Stack, asked: argparse.Namespace, rows: list[dict[str, str]]) -> dict[str, Rounds]:
    """Every kind of question, the admin's first page, and one case by its id at both doors."""
    asks = {"one case": [f"/api/v1/cases/{row['case_id']}" for row in rows]}
    asks |= {kind: [path_of(one) for one in many] for kind, (_, many) in questions(rows).items()}
    contenders = [
        Contender(kind, partial(lambda _, paths: Ask(stack, paths), paths=paths)) for kind, paths in asks.items()
    ]
    for name, query in {_LIST: "", _LIST_OF_ONE: f"?id__exact={rows[0]['case_id']}"}.items():
        contenders.append(
            Contender(name, partial(lambda _, path: Page(stack, path, "changelist"), path=f"/admin/cases/case/{query}"))
        )
    return run(contenders, 1, rounds=asked.rounds, seconds=asked.seconds)


def in_sql(stack: Stack, asked: argparse.Namespace, rows: list[dict[str, str]]) -> dict[str, Rounds]:
    claims = catalogue.claims(stack.token)
    asks = {kind: many for kind, (_, many) in questions(rows).items()}
    contenders = [
        Contender(kind, partial(lambda _, many: AskSql(stack.dsn, claims, many), many=many))
        for kind, many in asks.items()
    ]
    return run(contenders, 1, rounds=asked.rounds, seconds=asked.seconds)


def alone(kind: str, one: Rounds, most: float | None) -> Line:
    """The slowest in a hundred of the function alone."""
    mine = one.quantile(0.99)
    aim, met = (f"<= {most:g} ms", mine <= most) if most else ("", None)
    return Line(f"{kind}, SQL p99", 1, "", f"{mine:.1f} ms", mine / (most or mine), aim, met, 0.0)


def main() -> int:
    asked = script.options("Searches, beside reading one case.")
    if asked.quick:
        asked.rounds, asked.seconds = 2, 0.3
    with running_stack(asked.stack, asked.workers) as stack, limit.connect(stack.dsn) as owner:
        [(org_id, person)] = owner.execute(_ORG, [catalogue.claims(stack.token)]).fetchall()
        catalogue.fill(owner, org_id, person, 20_000 if asked.quick else 200_000)
        rows = owner.cursor(row_factory=dict_row).execute(_EXAMPLES, [org_id, _ASKED]).fetchall()
        script.say("- over HTTP")
        found = over_http(stack, asked, rows)
        script.say("- in SQL")
        told = in_sql(stack, asked, rows)
        limits = ("one case", _LIST_OF_ONE)
        lines = [slowest(kind, one, found["one case"], _MOST) for kind, one in found.items() if kind not in limits]
        lines.append(slowest(f"{_LIST} beside {_LIST_OF_ONE}", found[_LIST], found[_LIST_OF_ONE], _MOST))
        lines += [alone(kind, told[kind], most) for kind, (most, _) in questions(rows).items()]
        lines.append(cost_of_a_save(owner))
    return script.finish(lines, list(found.values()), asked)


if __name__ == "__main__":
    sys.exit(main())
