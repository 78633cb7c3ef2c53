-- What somebody must not forget: a reminder, the occurrences it is released for, and what came of telling it.

select private.set_aside('reminders', 'reminder_occurrences');

create table public.reminders (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  title text not null check (length(title) between 1 and 300),
  description text check (length(description) <= 5000),
  category text not null default 'תזכורת כללית' check (category in (
    'תזכורת תשלום', 'תזכורת מעקב', 'תזכורת מסמכים', 'תזכורת בדיקה', 'תזכורת כללית', 'מועד סגירת תיק')),
  priority text not null default 'רגיל' check (priority in ('נמוך', 'רגיל', 'גבוה', 'דחוף')),
  status text not null default 'ממתין' check (status in ('ממתין', 'הושלם', 'באיחור', 'בוטל')),
  due_date date not null check (due_date between '2000-01-01' and '2200-01-01'),
  due_time time not null default '09:00',
  due_at timestamptz not null,
  snoozed_until timestamptz,
  next_at timestamptz,
  rrule text check (length(rrule) <= 500 and rrule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[-+0-9A-Z,]+)*$'),
  is_recurring boolean not null default false,
  recurrence_pattern text check (recurrence_pattern in ('daily', 'weekly', 'monthly')),
  recurrence_end_date date,
  starts_on date not null,
  rolls_on boolean not null default false,
  outside_id text check (length(outside_id) between 1 and 200 and outside_id !~ '[[:cntrl:]]'),
  assigned_to uuid references public.profiles (user_id) on delete restrict,
  channel text not null default 'mail' check (channel in ('mail', 'sms', 'whatsapp', 'push')),
  send_notification boolean not null default true,
  notification_sent boolean not null default false,
  notification_sent_at timestamptz,
  completed_at timestamptz,
  completed_by uuid references public.profiles (user_id) on delete restrict,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint reminders_outside_once unique (org_id, outside_id),
  constraint reminders_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.reminders is 'What an office must not forget: when, about which case, whom it is told, and how.';
comment on column public.reminders.next_at is
  'When it is released next: the first moment not yet released, snoozed or not; null where nothing is left to tell.';
comment on column public.reminders.due_at is
  'due_date and due_time as a clock in Israel shows them; of a series, the first of its times that nobody completed.';
comment on column public.reminders.rrule is 'RFC 5545, without DTSTART, which is starts_on; wall time is kept over clock changes.';
comment on column public.reminders.starts_on is 'The first day of its series; the due date it was last given by hand.';
comment on column public.reminders.rolls_on is 'An occurrence was completed, and the next one is still to be found.';
comment on column public.reminders.outside_id is 'What Make calls it; the same again is the same reminder.';
create index reminders_case on public.reminders (case_id, org_id, plate);
create index reminders_assigned_to on public.reminders (assigned_to);
create index reminders_completed_by on public.reminders (completed_by);
create index reminders_created_by on public.reminders (created_by);
create index reminders_updated_by on public.reminders (updated_by);
create index reminders_due on public.reminders (org_id, due_at, id);
create index reminders_to_release on public.reminders (next_at) where next_at is not null;
create index reminders_to_roll_on on public.reminders (id) where rolls_on;

create table public.reminder_occurrences (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  reminder_id uuid not null references public.reminders (id) on delete restrict,
  due_at timestamptz not null,
  released_at timestamptz not null default clock_timestamp(),
  channel text not null check (channel in ('mail', 'sms', 'whatsapp', 'push')),
  told_to uuid references public.profiles (user_id) on delete restrict,
  sent_via text not null check (sent_via in ('SMTP', 'MAKE', 'NOBODY')),
  status text not null default 'QUEUED' check (status in ('QUEUED', 'SENT', 'FAILED', 'SILENT')),
  reason text check (length(reason) <= 300),
  outside_id text check (length(outside_id) <= 300),
  sent_at timestamptz,
  attempts integer not null default 0,
  lease_until timestamptz,
  next_at timestamptz,
  completed_at timestamptz,
  completed_by uuid references public.profiles (user_id) on delete restrict,
  constraint reminder_occurrences_once unique (reminder_id, due_at),
  constraint reminder_occurrences_sent check ((status = 'SENT') = (sent_at is not null))
);
comment on table public.reminder_occurrences is
  'One row each time a reminder was released: never two for one moment, whoever released it and however often.';
comment on column public.reminder_occurrences.status is
  'SILENT: nobody was told, because nobody was to be, or because it was done before.';
create index reminder_occurrences_newest on public.reminder_occurrences (org_id, released_at desc);
create index reminder_occurrences_completed_by on public.reminder_occurrences (completed_by);
create index reminder_occurrences_told_to on public.reminder_occurrences (told_to);
create index reminder_occurrences_to_hear_of on public.reminder_occurrences (released_at)
  where status = 'QUEUED' and sent_via = 'MAKE';
create index reminder_occurrences_to_send on public.reminder_occurrences (released_at)
  where status = 'QUEUED' and sent_via = 'SMTP';

select private.satellite_guard('public.reminders'::regclass, 'reminder.upserted', array['due_at', 'next_at', 'starts_on', 'rolls_on',
  'notification_sent', 'notification_sent_at', 'completed_at', 'completed_by', 'outside_id']);

alter table public.reminder_occurrences enable row level security;
alter table public.reminder_occurrences force row level security;
revoke all on public.reminder_occurrences from anon, authenticated, service_role;
create policy "Members read their office's rows" on public.reminder_occurrences for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
-- Only the functions that release a reminder, and say what became of it, write here.
grant select on public.reminder_occurrences to authenticated, service_role;

create function private.reminder_check_assignee(p_reminder public.reminders) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not exists (
    select from public.user_orgs where user_id = p_reminder.assigned_to and org_id = p_reminder.org_id
  ) then
    raise sqlstate 'PT422' using message = 'no such person in this office',
      detail = '{"code": "invalid", "pointer": "/assigned_to"}';
  end if;
end;
$$;
comment on function private.reminder_check_assignee(public.reminders) is 'A reminder goes to somebody of its own office.';
grant execute on function private.reminder_check_assignee(public.reminders) to authenticated, service_role;

create function private.reminder_words() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- The screens' own words for the same things.
  new.priority := case new.priority when 'נמוכה' then 'נמוך' when 'בינונית' then 'רגיל' when 'רגילה' then 'רגיל'
    when 'גבוהה' then 'גבוה' when 'דחופה' then 'דחוף' else new.priority end;
  new.status := case new.status when 'פעיל' then 'ממתין' when 'פג תוקף' then 'באיחור' else new.status end;
  new.due_time := coalesce(new.due_time, '09:00');
  if tg_op = 'UPDATE' and old.is_recurring and not new.is_recurring and new.rrule is not distinct from old.rrule then
    new.rrule := null;
  end if;
  if new.assigned_to is not null and (tg_op = 'INSERT' or new.assigned_to is distinct from old.assigned_to) then
    perform private.reminder_check_assignee(new);
  end if;
  new.is_recurring := new.rrule is not null or (new.is_recurring and new.recurrence_pattern is not null);
  return new;
end;
$$;
comment on function private.reminder_words() is 'The words of the existing screens, as the table has them.';

create function private.reminder_kept() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- What the machinery notes is its own: whoever sends it is answered, and it stays as it was.
  if current_user in ('anon', 'authenticated', 'service_role', 'backoffice_staff', 'backoffice_gateway') then
    new.next_at := old.next_at;
    new.starts_on := old.starts_on;
    new.rolls_on := old.rolls_on;
    new.notification_sent := old.notification_sent;
    new.notification_sent_at := old.notification_sent_at;
  end if;
  return new;
end;
$$;
comment on function private.reminder_kept() is 'What only the functions that release a reminder write.';

create function private.reminder_is_new() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.notification_sent := false;
  new.notification_sent_at := null;
  new.rolls_on := false;
  new.starts_on := new.due_date;
  new.due_at := (new.due_date + new.due_time) at time zone 'Asia/Jerusalem';
  if new.status = 'באיחור' and coalesce(new.snoozed_until, new.due_at) > clock_timestamp() then
    new.status := 'ממתין';
  end if;
  new.next_at := case when new.status = 'ממתין' then coalesce(new.snoozed_until, new.due_at) end;
  if new.status <> 'הושלם' then
    new.completed_at := null;
    new.completed_by := null;
  else
    new.completed_at := coalesce(new.completed_at, clock_timestamp());
    new.completed_by := coalesce((select auth.uid()), new.completed_by);
  end if;
  -- A plate is its open case, where it has one.
  if new.case_id is null and new.plate is not null then
    select c.id into new.case_id from public.cases c
    where c.org_id = new.org_id and c.plate = new.plate and c.status in ('OPEN', 'IN_PROGRESS');
  end if;
  return new;
end;
$$;
comment on function private.reminder_is_new() is 'When a new reminder is due, by the clock of Israel, and whose case it is about.';

create function private.reminder_stamp() returns trigger
language plpgsql set search_path = ''
as $$
declare
  v_moved boolean;
  v_ruled boolean := (new.rrule, new.is_recurring, new.recurrence_pattern, new.recurrence_end_date)
    is distinct from (old.rrule, old.is_recurring, old.recurrence_pattern, old.recurrence_end_date);
begin
  new.due_at := (new.due_date + new.due_time) at time zone 'Asia/Jerusalem';
  v_moved := new.due_at <> old.due_at;
  if new.status in ('הושלם', 'בוטל') then
    new.rolls_on := new.status = 'הושלם' and (new.rolls_on or (new.is_recurring and old.status not in ('הושלם', 'בוטל')));
    new.next_at := null;
    new.snoozed_until := null;
  elsif old.rolls_on and not new.rolls_on then
    -- Its series goes on, as private.reminder_roll_on says.
    new.next_at := new.due_at;
  else
    new.rolls_on := false;
    if old.status = 'באיחור' and new.status = 'ממתין' and not v_moved
      and new.snoozed_until is not distinct from old.snoozed_until
    then
      -- What is past its time waits again only with another one.
      new.status := old.status;
    end if;
    if v_moved or v_ruled then
      new.starts_on := new.due_date;
    end if;
    if v_moved or old.status in ('הושלם', 'בוטל') then
      new.snoozed_until := case when new.snoozed_until is distinct from old.snoozed_until then new.snoozed_until end;
      new.next_at := coalesce(new.snoozed_until, new.due_at);
    elsif new.snoozed_until is distinct from old.snoozed_until then
      new.next_at := coalesce(new.snoozed_until, case when new.status = 'ממתין' then new.due_at else new.next_at end);
    elsif v_ruled and new.status = 'באיחור' then
      -- When the new rule comes next is found by who releases.
      new.next_at := case when new.is_recurring then clock_timestamp() end;
    end if;
    if new.status = 'באיחור' and new.next_at = coalesce(new.snoozed_until, new.due_at) and new.next_at > clock_timestamp() then
      new.status := 'ממתין';
    end if;
  end if;
  if new.status <> 'הושלם' then
    new.completed_at := null;
    new.completed_by := null;
  elsif old.status <> 'הושלם' then
    new.completed_at := clock_timestamp();
    new.completed_by := coalesce((select auth.uid()), new.completed_by);
  end if;
  return new;
end;
$$;
comment on function private.reminder_stamp() is 'When a reminder that was changed is due, and when it is released next.';

-- In the order of their names, after the satellite's own stamp.
create trigger reminders_when_1 before insert or update on public.reminders
  for each row execute function private.reminder_words();
create trigger reminders_when_2 before update on public.reminders for each row execute function private.reminder_kept();
create trigger reminders_when_3 before insert on public.reminders for each row execute function private.reminder_is_new();
create trigger reminders_when_4 before update on public.reminders for each row execute function private.reminder_stamp();

create function private.reminder_ended() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- What is done or cancelled is not told any more; who is telling it just now may still say so.
  update public.reminder_occurrences set
    status = case status when 'QUEUED' then 'SILENT' else status end, next_at = null,
    completed_at = case new.status when 'הושלם' then new.completed_at end,
    completed_by = case new.status when 'הושלם' then new.completed_by end
  where reminder_id = new.id and completed_at is null;
  return null;
end;
$$;
comment on function private.reminder_ended() is 'The occurrences of a reminder are done with it.';
create trigger reminders_ended after update on public.reminders for each row
  when (new.status in ('הושלם', 'בוטל') and old.status not in ('הושלם', 'בוטל')) execute function private.reminder_ended();

-- Rows of an existing project; who was to be told before today was told by it.
select private.bring_back('reminders', '{"starts_on": "l.due_date", "due_at": "(l.due_date + time ''09:00'') at time zone ''Asia/Jerusalem''",
  "next_at": "case when l.status in (''ממתין'', ''פעיל'') and l.due_date >= current_date and not coalesce(l.notification_sent, false)
    then (l.due_date + time ''09:00'') at time zone ''Asia/Jerusalem'' end",
  "category": "coalesce(private.adopted_word(l.category, ''תזכורת תשלום'', ''תזכורת מעקב'', ''תזכורת מסמכים'', ''תזכורת בדיקה'', ''מועד סגירת תיק''), ''תזכורת כללית'')",
  "priority": "case l.priority when ''נמוכה'' then ''נמוך'' when ''בינונית'' then ''רגיל'' when ''גבוהה'' then ''גבוה''
    else coalesce(private.adopted_word(l.priority, ''נמוך'', ''גבוה'', ''דחוף''), ''רגיל'') end",
  "status": "case l.status when ''פג תוקף'' then ''באיחור'' else coalesce(private.adopted_word(l.status, ''הושלם'', ''באיחור'', ''בוטל''), ''ממתין'') end"}');
