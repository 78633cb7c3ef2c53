-- What somebody must not forget: a reminder, the occurrences it is released for, and what came of telling it.

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
  rrule text check (length(rrule) between 1 and 500 and rrule !~ '[[:cntrl:]]'),
  is_recurring boolean not null default false,
  recurrence_pattern text check (recurrence_pattern in ('daily', 'weekly', 'monthly')),
  recurrence_end_date date,
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
  constraint reminders_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.reminders is 'What an office must not forget: when, about which case, whom it is told, and how.';
comment on column public.reminders.due_at is 'due_date and due_time as a clock in Israel shows them.';
comment on column public.reminders.next_at is
  'When it is released next: the first moment not yet released, snoozed or not; null where nothing is left to tell.';
comment on column public.reminders.rrule is 'RFC 5545, without DTSTART: due_date and due_time are its beginning; wall time is kept over clock changes.';
create index reminders_case on public.reminders (case_id, org_id, plate);
create index reminders_assigned_to on public.reminders (assigned_to);
create index reminders_completed_by on public.reminders (completed_by);
create index reminders_created_by on public.reminders (created_by);
create index reminders_updated_by on public.reminders (updated_by);
create index reminders_due on public.reminders (org_id, due_at, id);
create index reminders_to_release on public.reminders (next_at) where next_at is not null;

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
  constraint reminder_occurrences_once unique (reminder_id, due_at),
  constraint reminder_occurrences_sent check ((status = 'SENT') = (sent_at is not null))
);
comment on table public.reminder_occurrences is
  'One row each time a reminder was released: never two for one moment, whoever released it and however often.';
comment on column public.reminder_occurrences.status is 'SILENT: nobody was to be told, it only became due.';
create index reminder_occurrences_newest on public.reminder_occurrences (org_id, released_at desc);
create index reminder_occurrences_told_to on public.reminder_occurrences (told_to);
create index reminder_occurrences_to_send on public.reminder_occurrences (released_at)
  where status = 'QUEUED' and sent_via = 'SMTP';

select private.satellite_guard('public.reminders'::regclass, 'reminder.upserted', array['due_at', 'next_at']);

alter table public.reminder_occurrences enable row level security;
alter table public.reminder_occurrences force row level security;
revoke all on public.reminder_occurrences from anon, authenticated, service_role;
create policy "Members read their office's rows" on public.reminder_occurrences for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
-- Only the functions that release a reminder, and say what became of it, write here.
grant select on public.reminder_occurrences to authenticated, service_role;

create function private.reminder_stamp() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- The screen's own words for the same things.
  new.priority := case new.priority when 'נמוכה' then 'נמוך' when 'בינונית' then 'רגיל' when 'גבוהה' then 'גבוה'
    else new.priority end;
  new.status := case new.status when 'פעיל' then 'ממתין' when 'פג תוקף' then 'באיחור' else new.status end;
  new.due_at := (new.due_date + new.due_time) at time zone 'Asia/Jerusalem';
  if tg_op = 'INSERT' then
    new.next_at := case when new.status = 'ממתין' then coalesce(new.snoozed_until, new.due_at) end;
  elsif new.status in ('הושלם', 'בוטל') then
    new.next_at := null;
  elsif new.due_at <> old.due_at or new.status = 'ממתין' and old.status in ('הושלם', 'בוטל') then
    new.snoozed_until := null;
    new.next_at := new.due_at;
  end if;
  return new;
end;
$$;
comment on function private.reminder_stamp() is 'When a reminder is due, by the clock of Israel, and when it is released next.';
create trigger reminders_when before insert or update on public.reminders
  for each row execute function private.reminder_stamp();
