-- Reminders that a rule makes by the dates of cases, and the address a person's calendar is fetched from.

select private.set_aside('reminder_rules', 'rule_reminders');

create table public.reminder_rules (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  title text not null check (length(title) between 1 and 300),
  description text check (length(description) <= 5000),
  based_on text not null check (based_on in (
    'inspection_date', 'damage_date', 'expected_payment', 'opened', 'last_update', 'unpaid_fee')),
  days integer not null default 1 check (days between 0 and 730),
  direction text not null default 'after' check (direction in ('before', 'after')),
  category text not null default 'תזכורת כללית' check (category in (
    'תזכורת תשלום', 'תזכורת מעקב', 'תזכורת מסמכים', 'תזכורת בדיקה', 'תזכורת כללית', 'מועד סגירת תיק')),
  priority text not null default 'רגיל' check (priority in ('נמוך', 'רגיל', 'גבוה', 'דחוף')),
  due_time time not null default '09:00',
  channel text not null default 'mail' check (channel in ('mail', 'sms', 'whatsapp', 'push')),
  send_notification boolean not null default true,
  to_case_assignee boolean not null default true,
  assigned_to uuid references public.profiles (user_id) on delete restrict,
  is_on boolean not null default false,
  started_on date,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint reminder_rules_late_is_after check (based_on <> 'unpaid_fee' or direction = 'after')
);
comment on table public.reminder_rules is
  'Which reminders an office wants for its cases: so many days before or after a date that stands with the case.';
comment on column public.reminder_rules.assigned_to is 'Who is told; with to_case_assignee, where the case is nobody''s.';
comment on column public.reminder_rules.started_on is
  'The day it was last switched on: what was due before makes no reminder, or a new rule would bring back years.';
create index reminder_rules_org on public.reminder_rules (org_id, is_on);
create index reminder_rules_assigned_to on public.reminder_rules (assigned_to);
create index reminder_rules_created_by on public.reminder_rules (created_by);
create index reminder_rules_updated_by on public.reminder_rules (updated_by);

create table public.rule_reminders (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  rule_id uuid not null references public.reminder_rules (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  on_date date not null,
  reminder_id uuid not null unique references public.reminders (id) on delete restrict,
  wrote jsonb not null,
  cancelled_at timestamptz,
  created_at timestamptz not null default now(),
  constraint rule_reminders_once unique (rule_id, case_id, on_date)
);
comment on table public.rule_reminders is 'The reminder a rule made for a case and a date of it: never two for one date.';
comment on column public.rule_reminders.wrote is
  'What the rule wrote into the reminder: where the reminder says something else, somebody touched it, and the rule lets it be.';
comment on column public.rule_reminders.cancelled_at is 'When the rule itself cancelled it, because its reason was gone.';
create index rule_reminders_org on public.rule_reminders (org_id);
create index rule_reminders_case on public.rule_reminders (case_id);

create function private.reminder_rule_stamp() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if not new.is_on then
    new.started_on := case when tg_op = 'UPDATE' then old.started_on end;
  elsif tg_op = 'INSERT' or not old.is_on then
    new.started_on := (now() at time zone 'Asia/Jerusalem')::date;
  else
    new.started_on := old.started_on;
  end if;
  return new;
end;
$$;
comment on function private.reminder_rule_stamp() is 'The day a rule begins is the day it is switched on.';
create trigger reminder_rules_begin before insert or update on public.reminder_rules
  for each row execute function private.reminder_rule_stamp();
create trigger reminder_rules_stamp before insert or update on public.reminder_rules
  for each row execute function private.office_row_stamp();
create trigger reminder_rules_audit after insert or update or delete on public.reminder_rules
  for each row execute function private.audit('updated_at', 'updated_by', 'started_on');

alter table public.reminder_rules enable row level security;
alter table public.reminder_rules force row level security;
alter table public.rule_reminders enable row level security;
alter table public.rule_reminders force row level security;
revoke all on public.reminder_rules, public.rule_reminders from anon, authenticated, service_role;
create policy "Members read their office's rules" on public.reminder_rules for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
create policy "Managers add rules" on public.reminder_rules for insert to authenticated
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers change rules" on public.reminder_rules for update to authenticated
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Members read what their office's rules made" on public.rule_reminders for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
grant select, insert, update on public.reminder_rules to authenticated, service_role;
-- Only the functions below write here.
grant select on public.rule_reminders to authenticated, service_role;

-- What an office begins with; all switched off.

create function private.reminder_rules_seed(p_org_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.reminder_rules (org_id, title, based_on, days, direction, category, priority)
  select p_org_id, r.* from (values
    ('מחר בדיקת הרכב', 'inspection_date', 1, 'before', 'תזכורת בדיקה', 'רגיל'),
    ('להשלים מסמכים אחרי הבדיקה', 'inspection_date', 7, 'after', 'תזכורת מסמכים', 'רגיל'),
    ('תשלום שכר הטרחה צפוי בעוד 3 ימים', 'expected_payment', 3, 'before', 'תזכורת תשלום', 'רגיל'),
    ('שכר הטרחה לא שולם: לפנות למשלם', 'unpaid_fee', 7, 'after', 'תזכורת תשלום', 'גבוה'),
    ('התיק לא עודכן 14 ימים', 'last_update', 14, 'after', 'תזכורת מעקב', 'רגיל'),
    ('התיק פתוח 60 ימים: לבדוק אם אפשר לסגור', 'opened', 60, 'after', 'מועד סגירת תיק', 'רגיל')
  ) r;
end;
$$;
comment on function private.reminder_rules_seed(uuid) is 'A few rules that most offices want, all switched off.';
revoke execute on function private.reminder_rules_seed(uuid) from public;

create function private.org_gets_rules() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.reminder_rules_seed(new.id);
  return null;
end;
$$;
comment on function private.org_gets_rules() is 'A new office begins with rules it may switch on.';
create trigger orgs_reminder_rules after insert on public.orgs for each row execute function private.org_gets_rules();

do $$ begin perform private.reminder_rules_seed(o.id) from public.orgs o; end $$;

-- What a rule wants, and what it does about it.

create function private.reminder_rule_wants(p_rule public.reminder_rules, p_case_ids uuid[] default null)
returns table (case_id uuid, on_date date, due_date date, assigned_to uuid)
language plpgsql stable set search_path = ''
as $$
begin
  return query
  select c.id, d.on_date,
    d.on_date + case p_rule.direction when 'before' then -p_rule.days else p_rule.days end,
    case when p_rule.to_case_assignee then coalesce(c.assigned_to, p_rule.assigned_to) else p_rule.assigned_to end
  from public.cases c
  left join public.tracking_general g on g.case_id = c.id and p_rule.based_on = 'inspection_date'
  left join public.case_search_index s on s.case_id = c.id and p_rule.based_on = 'damage_date'
  left join public.payment_tracking p on p.case_id = c.id and p.removed_at is null
    and p_rule.based_on in ('damage_date', 'expected_payment', 'unpaid_fee')
  cross join lateral (select case p_rule.based_on
    when 'inspection_date' then g.inspection_date
    -- What the office wrote down with the payment is its own word.
    when 'damage_date' then coalesce(p.damage_date, s.damaged_on)
    when 'opened' then (c.created_at at time zone 'Asia/Jerusalem')::date
    when 'last_update' then (c.updated_at at time zone 'Asia/Jerusalem')::date
    else p.expected_payment_date end as on_date) d
  where c.org_id = p_rule.org_id and (p_case_ids is null or c.id = any (p_case_ids))
    and c.status not in ('CLOSED', 'ARCHIVED') and d.on_date between '2000-01-01' and '2190-01-01'
    and (p_rule.based_on not in ('expected_payment', 'unpaid_fee')
      or c.status <> 'שולם' and p.payment_status <> 'שולם במלואו')
    -- A fee is late only once it is.
    and (p_rule.based_on <> 'unpaid_fee' or d.on_date + p_rule.days <= (now() at time zone 'Asia/Jerusalem')::date);
end;
$$;
comment on function private.reminder_rule_wants(public.reminder_rules, uuid[]) is
  'The cases a rule has a reason for just now, their dates, and when it would remind of each.';

create function private.reminder_said(p_reminder public.reminders) returns jsonb
language plpgsql immutable set search_path = ''
as $$
begin
  return jsonb_build_object('title', p_reminder.title, 'description', p_reminder.description,
    'category', p_reminder.category, 'priority', p_reminder.priority, 'due_date', p_reminder.due_date,
    'due_time', p_reminder.due_time, 'assigned_to', p_reminder.assigned_to, 'channel', p_reminder.channel,
    'send_notification', p_reminder.send_notification, 'rrule', p_reminder.rrule);
end;
$$;
comment on function private.reminder_said(public.reminders) is 'What people say of a reminder, without what became of it.';

create function private.reminder_rule_says(p_rule public.reminder_rules, p_due_date date, p_assigned_to uuid) returns jsonb
language plpgsql immutable set search_path = ''
as $$
begin
  return jsonb_build_object('title', p_rule.title, 'description', p_rule.description, 'category', p_rule.category,
    'priority', p_rule.priority, 'due_date', p_due_date, 'due_time', p_rule.due_time, 'assigned_to', p_assigned_to,
    'channel', p_rule.channel, 'send_notification', p_rule.send_notification, 'rrule', null);
end;
$$;
comment on function private.reminder_rule_says(public.reminder_rules, date, uuid) is 'What a rule writes into a reminder.';

create function private.reminder_reason_over(p_rule public.reminder_rules, p_case_id uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.cases where id = p_case_id and status in ('CLOSED', 'ARCHIVED'))
    or p_rule.based_on in ('expected_payment', 'unpaid_fee') and (
      exists (select from public.cases where id = p_case_id and status = 'שולם')
      or exists (select from public.payment_tracking
        where case_id = p_case_id and removed_at is null and payment_status = 'שולם במלואו'));
end;
$$;
comment on function private.reminder_reason_over(public.reminder_rules, uuid) is
  'Whether the case is closed, or the fee paid, so that there is nothing to remind of.';

create function private.reminder_rule_plan(p_rule public.reminder_rules, p_case_ids uuid[] default null)
returns table (deed text, case_id uuid, on_date date, says jsonb, made_id uuid, reminder_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  v_from date := coalesce(case when p_rule.is_on then p_rule.started_on end, (now() at time zone 'Asia/Jerusalem')::date);
begin
  return query
  with wants as materialized (
    select w.* from private.reminder_rule_wants(p_rule, p_case_ids) w
  ), made as materialized (
    select m.id, m.case_id, m.on_date, m.wrote, m.cancelled_at, m.reminder_id, (m.wrote ->> 'due_date')::date as due_date,
      r.status in ('ממתין', 'באיחור') as is_open, r.status = 'בוטל' as is_cancelled,
      r.snoozed_until is null and private.reminder_said(r) = m.wrote as is_untouched
    from public.rule_reminders m join public.reminders r on r.id = m.reminder_id
    where m.rule_id = p_rule.id and (p_case_ids is null or m.case_id = any (p_case_ids))
  ), judged as (
    select w.case_id, w.on_date, coalesce(same.id, other.id) as made_id,
      coalesce(same.reminder_id, other.reminder_id) as reminder_id,
      -- A late fee's reminder stands on the day it was made for.
      private.reminder_rule_says(p_rule, case when p_rule.based_on <> 'unpaid_fee' then w.due_date
        else coalesce(same.due_date, greatest(w.due_date, v_from)) end, w.assigned_to) as says,
      case
        when same.id is null and other.id is null then
          case when w.due_date >= v_from or p_rule.based_on = 'unpaid_fee' then 'make' end
        when same.id is null then case when other.is_untouched then 'move' end
        when same.cancelled_at is not null then case when same.is_cancelled and same.is_untouched then 'revive' end
        when same.is_open and same.is_untouched then 'move'
      end as deed,
      coalesce(same.wrote, other.wrote) as wrote, coalesce(same.on_date, other.on_date) as was_on
    from wants w
    left join made same on same.case_id = w.case_id and same.on_date = w.on_date
    left join lateral (
      select o.* from made o where o.case_id = w.case_id and o.on_date <> w.on_date and o.is_open and o.cancelled_at is null
      order by o.on_date desc limit 1) other on same.id is null
  )
  select j.deed, j.case_id, j.on_date, j.says, j.made_id, j.reminder_id from judged j
  where j.deed is not null and (j.deed <> 'move' or j.says <> j.wrote or j.on_date <> j.was_on)
  union all
  select 'cancel', m.case_id, m.on_date, m.wrote, m.id, m.reminder_id from made m
  where m.is_open and m.cancelled_at is null
    and (m.is_untouched or private.reminder_reason_over(p_rule, m.case_id))
    and not exists (select from wants w where w.case_id = m.case_id
      and (w.on_date = m.on_date or not exists (
        select from made s where s.case_id = w.case_id and s.on_date = w.on_date)));
end;
$$;
comment on function private.reminder_rule_plan(public.reminder_rules, uuid[]) is
  'What a rule would do now: make, move or revive a reminder, or cancel one. What somebody touched is cancelled only where its reason is over.';

-- Definer: the job writes for an office whose people are asleep.
create function private.reminder_rule_apply(p_rule public.reminder_rules, p_case_ids uuid[] default null)
returns table (made integer, moved integer, cancelled integer)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_do record;
  v_wrote public.reminders;
begin
  made := 0; moved := 0; cancelled := 0;
  -- Two runs of one rule queue here, and the second one sees what the first one did.
  perform pg_advisory_xact_lock(hashtextextended('reminder rule ' || p_rule.id, 0));
  for v_do in select p.* from private.reminder_rule_plan(p_rule, p_case_ids) p order by p.deed = 'cancel' desc loop
    v_wrote := jsonb_populate_record(null::public.reminders, v_do.says);
    if v_do.deed = 'make' then
      insert into public.reminders (org_id, case_id, title, description, category, priority, due_date, due_time,
        assigned_to, channel, send_notification)
      values (p_rule.org_id, v_do.case_id, v_wrote.title, v_wrote.description, v_wrote.category, v_wrote.priority,
        v_wrote.due_date, v_wrote.due_time, v_wrote.assigned_to, v_wrote.channel, v_wrote.send_notification)
      returning * into v_wrote;
      insert into public.rule_reminders (org_id, rule_id, case_id, on_date, reminder_id, wrote)
      values (p_rule.org_id, p_rule.id, v_do.case_id, v_do.on_date, v_wrote.id, v_do.says);
      made := made + 1;
    elsif v_do.deed = 'cancel' then
      update public.reminders set status = 'בוטל' where id = v_do.reminder_id;
      update public.rule_reminders set cancelled_at = clock_timestamp() where id = v_do.made_id;
      cancelled := cancelled + 1;
    else
      update public.reminders set title = v_wrote.title, description = v_wrote.description, category = v_wrote.category,
        priority = v_wrote.priority, due_date = v_wrote.due_date, due_time = v_wrote.due_time,
        assigned_to = v_wrote.assigned_to, channel = v_wrote.channel, send_notification = v_wrote.send_notification,
        status = case when v_do.deed = 'revive' or (v_wrote.due_date, v_wrote.due_time) <> (due_date, due_time)
          then 'ממתין' else status end
      where id = v_do.reminder_id;
      update public.rule_reminders set on_date = v_do.on_date, wrote = v_do.says, cancelled_at = null where id = v_do.made_id;
      moved := moved + 1;
    end if;
  end loop;
  return next;
end;
$$;
comment on function private.reminder_rule_apply(public.reminder_rules, uuid[]) is
  'Does what a rule wants done; again and again, it does nothing twice.';
revoke execute on function private.reminder_rule_apply(public.reminder_rules, uuid[]) from public;

create function private.reminder_rules_run(p_since interval default null)
returns table (rules integer, made integer, moved integer, cancelled integer)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_rule public.reminder_rules;
  v_done record;
  v_cases uuid[];
  v_at timestamptz := clock_timestamp() - p_since;
begin
  rules := 0; made := 0; moved := 0; cancelled := 0;
  for v_rule in select r.* from public.reminder_rules r where r.is_on order by r.org_id, r.id loop
    v_cases := null;
    if p_since is not null then
      v_cases := array(select c.id from public.cases c where c.org_id = v_rule.org_id and c.updated_at >= v_at
        union select p.case_id from public.payment_tracking p where p.org_id = v_rule.org_id and p.updated_at >= v_at);
      continue when v_cases = '{}';
    end if;
    select a.* into v_done from private.reminder_rule_apply(v_rule, v_cases) a;
    rules := rules + 1;
    made := made + v_done.made;
    moved := moved + v_done.moved;
    cancelled := cancelled + v_done.cancelled;
  end loop;
  return next;
end;
$$;
comment on function private.reminder_rules_run(interval) is
  'Every rule that is switched on, over all cases, or over those that changed within an interval.';

create function private.reminder_rule_switch(p_rule_id uuid, p_is_on boolean)
returns table (made integer, moved integer, cancelled integer)
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_rule public.reminder_rules;
begin
  -- The policy decides who may.
  update public.reminder_rules set is_on = p_is_on where id = p_rule_id and is_on <> p_is_on returning * into v_rule;
  if v_rule.id is null then
    if not exists (select from public.reminder_rules where id = p_rule_id) then
      raise sqlstate 'PT404' using message = 'rule not found', detail = '{"code": "not_found"}';
    end if;
    return query select 0, 0, 0;
  elsif p_is_on then
    return query select a.* from private.reminder_rule_first(v_rule.id) a;
  else
    return query select 0, 0, 0;
  end if;
end;
$$;
comment on function private.reminder_rule_switch(uuid, boolean) is 'Switches a rule; one that is switched on begins at once.';

create function private.reminder_rule_first(p_rule_id uuid) returns table (made integer, moved integer, cancelled integer)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_rule public.reminder_rules;
begin
  select * into v_rule from public.reminder_rules where id = p_rule_id and is_on
    and (current_setting('role') = 'service_role'
      or org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
  if v_rule.id is null then
    raise sqlstate 'PT404' using message = 'rule not found', detail = '{"code": "not_found"}';
  end if;
  return query select a.* from private.reminder_rule_apply(v_rule) a;
end;
$$;
comment on function private.reminder_rule_first(uuid) is 'The first run of a rule that was switched on, for who may switch it.';
grant execute on function private.reminder_rules_run(interval) to service_role;
grant execute on function private.reminder_rule_wants(public.reminder_rules, uuid[]), private.reminder_said(public.reminders),
  private.reminder_rule_says(public.reminder_rules, date, uuid), private.reminder_reason_over(public.reminder_rules, uuid),
  private.reminder_rule_plan(public.reminder_rules, uuid[]),
  private.reminder_rule_switch(uuid, boolean), private.reminder_rule_first(uuid) to authenticated, service_role;

-- A person's reminders as a calendar, behind an address that nobody else knows.

create table private.calendar_feeds (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  user_id uuid not null references public.profiles (user_id) on delete restrict,
  token_sha256 text not null unique check (token_sha256 ~ '^[0-9a-f]{64}$'),
  revoked_at timestamptz,
  uses integer not null default 0,
  last_used_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.calendar_feeds is 'The address a person''s calendar is fetched from; the token itself is kept nowhere.';
create unique index calendar_feeds_one on private.calendar_feeds (user_id) where revoked_at is null;
create index calendar_feeds_user on private.calendar_feeds (user_id);
create index calendar_feeds_org on private.calendar_feeds (org_id);
create trigger calendar_feeds_audit after insert or update or delete on private.calendar_feeds
  for each row execute function private.audit('token_sha256', 'uses', 'last_used_at');
alter table private.calendar_feeds enable row level security;
alter table private.calendar_feeds force row level security;
create policy "Staff see their own, managers their office's" on private.calendar_feeds for select to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (user_id = (select auth.uid()) or (select private.is_manager())));
grant select on private.calendar_feeds to backoffice_staff, service_role;

create function private.calendar_feed_make(p_token_sha256 text) returns private.calendar_feeds
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_person public.profiles;
  v_feed private.calendar_feeds;
begin
  select * into v_person from public.profiles where user_id = (select auth.uid()) and status = 'active' for update;
  if not found then
    raise sqlstate 'PT404' using message = 'nobody''s calendar', detail = '{"code": "not_found"}';
  end if;
  update private.calendar_feeds set revoked_at = clock_timestamp() where user_id = v_person.user_id and revoked_at is null;
  insert into private.calendar_feeds (org_id, user_id, token_sha256)
  values (v_person.org_id, v_person.user_id, p_token_sha256) returning * into v_feed;
  return v_feed;
end;
$$;
comment on function private.calendar_feed_make(text) is 'A new address for the caller''s calendar; the one before ends with it.';

create function private.calendar_feed_revoke(p_feed_id uuid) returns private.calendar_feeds
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_feed private.calendar_feeds;
begin
  update private.calendar_feeds set revoked_at = coalesce(revoked_at, clock_timestamp())
  where id = p_feed_id and org_id = any (array(select private.my_orgs()))
    and (user_id = (select auth.uid()) or (select private.is_manager()))
  returning * into v_feed;
  if not found then
    raise sqlstate 'PT404' using message = 'calendar not found', detail = '{"code": "not_found"}';
  end if;
  return v_feed;
end;
$$;
comment on function private.calendar_feed_revoke(uuid) is 'Ends the address of one''s calendar; managers end anybody''s of their office.';

create function private.calendar_feed_open(p_token_sha256 text) returns table (user_id uuid)
language plpgsql volatile security definer set search_path = ''
as $$
begin
  return query
  update private.calendar_feeds f set uses = f.uses + 1, last_used_at = clock_timestamp()
  from public.profiles p
  where f.token_sha256 = p_token_sha256 and f.revoked_at is null and p.user_id = f.user_id and p.status = 'active'
    and p.org_id = f.org_id
  returning f.user_id;
end;
$$;
comment on function private.calendar_feed_open(text) is
  'Whose calendar an address opens; nobody''s where it is none, was revoked, or its person is not active any more.';
grant execute on function private.calendar_feed_make(text), private.calendar_feed_revoke(uuid) to backoffice_staff;
grant execute on function private.calendar_feed_open(text) to service_role;
