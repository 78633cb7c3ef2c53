"""An office with very many cases, made in SQL; what stands in case n is a function of n."""

import base64
import time
from uuid import UUID

import psycopg

from bench.measure import script

_FIRST = """אבי יוסי דנה רונית משה שרה דוד רחל יעקב מיכל אורן נועה גיל טלי עומר שירה איתי ליאת אלון הדס ניר ענת רועי
יעל עידו מאיה תומר קרן אסף לימור ברק אורית שי סיגל צחי דפנה אמיר רות חיים אסתר מוחמד פאטמה אחמד לילא
סרגיי אולגה"""
_LAST = """כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי כץ יוסף דוד עמר אוחיון חדד גבאי בן־דוד אדרי לוין טל
קליין חן שפירא חזן משה אשכנזי אוחנה סגל גולן יצחק שלום הררי שגב רוזנברג אברמוב שטרן גולדברג ברק ביתן נחום
סבג עזרא קדוש רביבו ישראלי שמעוני ויסמן טננבאום קורן אלקיים זיתוני פינטו שושן וקנין עטיה טייב"""
_MAKES = """יונדאי:I20 יונדאי:טוסון טויוטה:קורולה טויוטה:יאריס קיה:פיקנטו קיה:ספורטאז' מאזדה:3 מאזדה:CX-5
סקודה:אוקטביה סקודה:פאביה מיצובישי:אאוטלנדר סוזוקי:סוויפט ניסאן:קשקאי הונדה:סיוויק פורד:פוקוס
סובארו:אימפרזה פולקסווגן:גולף סיטרואן:C3 פיג'ו:208 רנו:קליאו ב.מ.וו:320 מרצדס:C200 אאודי:A3 שברולט:ספארק
טסלה:MODEL-3"""
_TOWNS = """חיפה תל־אביב ירושלים נתניה אשדוד באר־שבע רמת־גן חולון הרצליה עפולה טבריה נהריה צפת אילת מודיעין רעננה
כפר־סבא לוד רמלה אשקלון"""
_COMPANIES = "הראל הפניקס כלל מגדל מנורה איילון שירביט ביטוח־ישיר הכשרה שלמה"
_DAMAGE = """פגוש קדמי אחורי כנף ימין שמאל פנס דלת מראה מכסה מנוע בולם חיישן חנייה תושבת מגן כיסוי צביעה יישור החלפה
תיקון מקורי חליפי משומש שמשה קורת סף גלגל ג'אנט מתלה היגוי רדיאטור מעבה מזגן כרית אוויר חגורה צינור פליטה
תא מטען גג סולם שלדה עמוד קשת ציריה ידית מנעול חלון אטם ספוילר סורג לוחית מצלמה רוורס אנטנה ערפל מהבהב
חיווט מחשב מצבר אלטרנטור מאוורר טרמוסטט משאבה מסנן שמן מכה שריטה מעיכה שבר סדק עיוות ניתוק נזילה שפשוף
התנגשות חזיתית צדדית אורכית היפוך הצפה שריפה פריצה ברד"""

_SCHEMA = """
create schema if not exists bench;
drop table if exists bench.words, bench.sentences;
create table bench.words (first text[], last text[], make text[], town text[], company text[]);
create table bench.sentences (number integer primary key, text text);
-- A number for case n and a purpose, that looks like chance: small ones more often where `power` is above one.
create or replace function bench.dice(n integer, purpose integer, sides integer, power float default 1) returns integer
language sql immutable as $$
  select 1 + floor(sides * power(
    (hashint8(n::bigint * 64 + purpose)::bigint + 2147483648) / 4294967296.0::float, power))::integer
$$;
"""
_SENTENCES = """
insert into bench.sentences
select n, (select string_agg(w.word[bench.dice(n, k, cardinality(w.word), 1.2)], ' ') from generate_series(1, 9) k)
from generate_series(1, 3000) n, (select %s::text[] as word) w
"""
# A batch by its own transaction; the triggers of cases would write an event and a message for each.
_CASES = """
insert into public.cases (id, org_id, plate, owner_name, status, inspection_location, filing_case_id, assigned_to,
  current_version, created_at, updated_at)
select md5('case ' || n)::uuid, %(org)s::uuid, (10000000 + n * 401 %% 89999999)::text,
  w.first[bench.dice(n, 1, cardinality(w.first))] || ' ' || w.last[bench.dice(n, 2, cardinality(w.last), 1.3)],
  case when age < 6000 then
      (array['OPEN', 'IN_PROGRESS', 'מחכה לתשלום', 'מחכה לאישור תביעה'])[bench.dice(n, 3, 4, 1.5)]
    else
      (array['CLOSED', 'ARCHIVED', 'שולם', 'בתביעת בית משפט'])[bench.dice(n, 3, 4, 2)] end,
  'מוסך', format('YC-%%s-%%s', 10000000 + n * 401 %% 89999999, 2026 - age / 40000),
  case when n %% 3 = 0 then %(person)s::uuid end, 1,
  now() - age * interval '8 minutes',
  now() - age * interval '8 minutes' + bench.dice(n, 4, 40000, 3) * interval '1 minute'
from (select n, %(number)s::integer - n as age from generate_series(%(first)s::integer, %(last)s::integer) n) numbered,
  bench.words w
"""
_ROWS = """
insert into public.case_search_index (case_id, org_id, owner_name, owner_phone, manufacturer, model, year, garage,
  insurance_company, agent, claim_number, policy_number, inspected_on, damaged_on, free_text)
select md5('case ' || n)::uuid, %(org)s::uuid,
  w.first[bench.dice(n, 1, cardinality(w.first))] || ' ' || w.last[bench.dice(n, 2, cardinality(w.last), 1.3)],
  format('05%%s-%%s', bench.dice(n, 5, 9) - 1, lpad((bench.dice(n, 6, 10000000) - 1)::text, 7, '0')),
  split_part(m.car, ':', 1), split_part(m.car, ':', 2),
  format('%%s/%%s', lpad(bench.dice(n, 7, 12)::text, 2, '0'),
    2008 + bench.dice(n, 8, 17)),
  'מוסך ' || w.last[bench.dice(n, 9, cardinality(w.last))] || ' ' ||
    w.town[bench.dice(n, 10, cardinality(w.town))],
  w.company[bench.dice(n, 11, cardinality(w.company), 2)],
  w.first[bench.dice(n, 12, 46)] || ' ' || w.last[bench.dice(n, 13, 58)],
  format('%%s-%%s', 2020 + n %% 6, lpad((n * 7919 %% 1000003)::text, 7, '0')),
  format('PL%%s', 500000000 + n * 31),
  current_date - (%(number)s::integer - n) / 180,
  current_date - (%(number)s::integer - n) / 180 - bench.dice(n, 14, 30),
  (select string_agg(s.text, ' ') from bench.sentences s
    where s.number = any (array[bench.dice(n, 21, 3000), bench.dice(n, 22, 3000),
      bench.dice(n, 23, 3000), bench.dice(n, 24, 3000)]))
from generate_series(%(first)s::integer, %(last)s::integer) n, bench.words w,
  lateral (select w.make[bench.dice(n, 15, cardinality(w.make), 1.5)]) m (car)
"""
_BATCH = 10_000


def claims(token: str) -> str:
    """What a token says, as PostgREST would tell the database."""
    body = token.split(".")[1]
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()


def fill(owner: psycopg.Connection, org_id: UUID, person: UUID, number: int) -> None:
    """Make so many cases for an office, with search rows and without helpers; the newest has the number itself."""
    began = time.monotonic()
    words = [text.split() for text in (_FIRST, _LAST, _MAKES, _TOWNS, _COMPANIES)]
    owner.execute("set session_replication_role = replica")
    owner.execute(_SCHEMA)
    owner.execute("insert into bench.words values (%s, %s, %s, %s, %s)", words)
    owner.execute(_SENTENCES, [_DAMAGE.split()])
    for first in range(1, number + 1, _BATCH):
        told = {
            "org": org_id,
            "person": person,
            "number": number,
            "first": first,
            "last": min(first + _BATCH - 1, number),
        }
        owner.execute(_CASES, told)
    owner.execute("set session_replication_role = origin")
    [(index,)] = owner.execute("select indexdef from pg_indexes where indexname = 'case_search_index_words'").fetchall()
    owner.execute("drop index public.case_search_index_words")
    for first in range(1, number + 1, _BATCH):
        told = {"org": org_id, "number": number, "first": first, "last": min(first + _BATCH - 1, number)}
        owner.execute(_ROWS, told)
    owner.execute(index)
    owner.execute("vacuum analyze public.cases, public.case_search_index")
    script.say(f"- {number:,} cases made in {time.monotonic() - began:.0f} s")
