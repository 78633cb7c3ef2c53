-- What is done with reminders: released when they are due, told, and what came of it.

select private.hold_still();
select private.make_room('nicole_get_reminders');

-- Definer: a series goes on by the machinery's columns. It only moves what an allowed change has completed.
create function private.reminder_roll_on(p_reminder_id uuid, p_next date) returns public.reminders
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_reminder public.reminders;
begin
  select * into v_reminder from public.reminders where id = p_reminder_id
    and (current_setting('role') = 'service_role'
      or org_id = any (array(select private.my_orgs())) and private.case_is_shown(case_id)) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'reminder not found', detail = '{"code": "not_found"}';
  end if;
  if not v_reminder.rolls_on then
    return v_reminder;
  end if;
  -- Done before it was due: the time stays findable, and is not told any more.
  insert into public.reminder_occurrences (org_id, reminder_id, due_at, channel, told_to, sent_via, status, completed_at,
    completed_by)
  values (v_reminder.org_id, v_reminder.id, v_reminder.due_at, v_reminder.channel, v_reminder.assigned_to, 'NOBODY', 'SILENT',
    v_reminder.completed_at, v_reminder.completed_by)
  on conflict (reminder_id, due_at) do nothing;
  update public.reminders set rolls_on = false, due_date = coalesce(p_next, due_date),
    notification_sent = notification_sent and p_next is null, status = case when p_next is null then 'הושלם' else 'ממתין' end
  where id = p_reminder_id returning * into v_reminder;
  return v_reminder;
end;
$$;
comment on function private.reminder_roll_on(uuid, date) is
  'A series waits for its next day after one was completed; without one it is over.';
revoke execute on function private.reminder_roll_on(uuid, date) from public;
grant execute on function private.reminder_roll_on(uuid, date) to authenticated, service_role;

create function private.reminder_tell_make(p_occurrence public.reminder_occurrences) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message uuid;
begin
  -- What it says and whom to tell is fetched when it is sent: news are kept, and hold ids.
  v_message := private.outbox_add(p_occurrence.org_id, (select r.case_id from public.reminders r where r.id = p_occurrence.reminder_id),
    'reminder.due', p_data => jsonb_build_object('reminder_id', p_occurrence.reminder_id, 'occurrence_id', p_occurrence.id,
      'due_at', p_occurrence.due_at, 'channel', p_occurrence.channel, 'attempt', p_occurrence.attempts),
    p_dedupe => format('reminder.due:%s:%s', p_occurrence.id, p_occurrence.attempts));
  return exists (select from private.deliveries d where d.message_id = v_message);
end;
$$;
comment on function private.reminder_tell_make(public.reminder_occurrences) is
  'Asks Make to tell somebody; false where no endpoint of the office hears it.';
revoke execute on function private.reminder_tell_make(public.reminder_occurrences) from public;

create function private.reminder_event(p_occurrence public.reminder_occurrences, p_verb text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_reminder public.reminders;
begin
  select * into v_reminder from public.reminders where id = p_occurrence.reminder_id;
  perform private.event_add(v_reminder.org_id, v_reminder.case_id, 'reminder.' || p_verb, p_data => jsonb_build_object(
    'table', 'reminders', 'ids', jsonb_build_array(v_reminder.id), 'title', v_reminder.title,
    'channel', p_occurrence.channel, 'occurrence_id', p_occurrence.id));
end;
$$;
comment on function private.reminder_event(public.reminder_occurrences, text) is 'What came of telling a reminder, in its case''s story.';
revoke execute on function private.reminder_event(public.reminder_occurrences, text) from public;

create function private.reminder_ask_make(p_occurrence public.reminder_occurrences) returns public.reminder_occurrences
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_occurrence public.reminder_occurrences := p_occurrence;
begin
  if not private.reminder_tell_make(p_occurrence) then
    update public.reminder_occurrences set status = 'FAILED', reason = 'nobody_listens'
    where id = p_occurrence.id returning * into v_occurrence;
    perform private.reminder_event(v_occurrence, 'failed');
  end if;
  return v_occurrence;
end;
$$;
comment on function private.reminder_ask_make(public.reminder_occurrences) is
  'Asks Make to tell somebody; where nobody would hear it, that is said at once.';
revoke execute on function private.reminder_ask_make(public.reminder_occurrences) from public;

create function private.reminders_release_due(p_times jsonb) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_time record;
  v_reminder public.reminders;
  v_occurrence public.reminder_occurrences;
  v_count integer := 0;
begin
  for v_time in
    select * from jsonb_to_recordset(p_times)
      as t(id uuid, due_at timestamptz, next_at timestamptz, told_to uuid, sent_via text) order by t.id
  loop
    -- Who calls holds these rows; whatever was decided before is looked at again, so that none is early.
    select * into v_reminder from public.reminders where id = v_time.id for update;
    continue when v_reminder.next_at is null or v_reminder.next_at > clock_timestamp() or v_time.due_at > clock_timestamp();
    update public.reminders set status = 'באיחור', next_at = v_time.next_at, snoozed_until = null,
      notification_sent = notification_sent and v_time.due_at is null
    where id = v_time.id;
    if v_time.due_at is not null then
      insert into public.reminder_occurrences (org_id, reminder_id, due_at, channel, told_to, sent_via, status, attempts)
      values (v_reminder.org_id, v_reminder.id, v_time.due_at, v_reminder.channel, v_time.told_to, v_time.sent_via,
        case v_time.sent_via when 'NOBODY' then 'SILENT' else 'QUEUED' end, case v_time.sent_via when 'MAKE' then 1 else 0 end)
      on conflict (reminder_id, due_at) do nothing
      returning * into v_occurrence;
      if found then
        v_count := v_count + 1;
        if v_time.sent_via = 'MAKE' then
          perform private.reminder_ask_make(v_occurrence);
        end if;
      end if;
    end if;
  end loop;
  return v_count;
end;
$$;
comment on function private.reminders_release_due(jsonb) is
  'Releases reminders whose time has come, each moment once, with the news of it; how many.';

create function private.reminder_claim(p_lease_seconds integer, p_occurrence_id uuid default null)
returns public.reminder_occurrences
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_occurrence public.reminder_occurrences;
begin
  select * into v_occurrence from public.reminder_occurrences
  where (p_occurrence_id is null or id = p_occurrence_id) and status = 'QUEUED' and sent_via = 'SMTP'
    and coalesce(next_at, '-infinity') <= clock_timestamp() and coalesce(lease_until, '-infinity') < clock_timestamp()
  order by released_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  update public.reminder_occurrences set attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where id = v_occurrence.id returning * into v_occurrence;
  return v_occurrence;
end;
$$;
comment on function private.reminder_claim(integer, uuid) is
  'Takes a reminder that waits for our own mail server, for a while; two workers never get the same one.';

create function private.reminder_later(p_occurrence_id uuid, p_attempt integer, p_reason text, p_seconds integer)
returns public.reminder_occurrences
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_occurrence public.reminder_occurrences;
begin
  update public.reminder_occurrences set reason = p_reason, lease_until = null,
    next_at = clock_timestamp() + make_interval(secs => p_seconds)
  where id = p_occurrence_id and attempts = p_attempt and status = 'QUEUED' and sent_via = 'SMTP'
  returning * into v_occurrence;
  return v_occurrence;
end;
$$;
comment on function private.reminder_later(uuid, integer, text, integer) is 'An attempt failed, and the next one is so many seconds off.';

create function private.reminder_outcome(
  p_occurrence_id uuid, p_sent_via text, p_status text, p_outside_id text default null, p_reason text default null,
  p_attempt integer default null
) returns public.reminder_occurrences
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_occurrence public.reminder_occurrences;
begin
  -- The reminder first, as everybody locks them.
  perform from public.reminders r join public.reminder_occurrences o on o.reminder_id = r.id
  where o.id = p_occurrence_id for update of r;
  select * into v_occurrence from public.reminder_occurrences where id = p_occurrence_id and sent_via = p_sent_via
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown((select r.case_id from public.reminders r where r.id = reminder_id))) for update;
  -- What was told stays told, whatever comes late; and a failure is its own attempt's.
  if not found or v_occurrence.status = 'SENT'
    or (p_status = 'FAILED' and (v_occurrence.status <> 'QUEUED' or p_attempt < v_occurrence.attempts))
  then
    return v_occurrence;
  end if;
  update public.reminder_occurrences set status = p_status, reason = case p_status when 'FAILED' then p_reason end,
    outside_id = coalesce(p_outside_id, outside_id), sent_at = case p_status when 'SENT' then clock_timestamp() end,
    lease_until = null, next_at = null
  where id = p_occurrence_id returning * into v_occurrence;
  if p_status = 'SENT' then
    -- Of several times of a series, the last one is what the reminder itself shows.
    update public.reminders set notification_sent = true, notification_sent_at = v_occurrence.sent_at
    where id = v_occurrence.reminder_id and not exists (select from public.reminder_occurrences o
      where o.reminder_id = v_occurrence.reminder_id and o.due_at > v_occurrence.due_at);
  end if;
  perform private.reminder_event(v_occurrence, lower(p_status));
  return v_occurrence;
end;
$$;
comment on function private.reminder_outcome(uuid, text, text, text, text, integer) is
  'What came of telling a reminder, said as often as one likes and in any order; null where there is none.';

create function private.reminder_again(p_occurrence_id uuid, p_told_to uuid, p_sent_via text)
returns public.reminder_occurrences
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_occurrence public.reminder_occurrences;
begin
  perform from public.reminders r join public.reminder_occurrences o on o.reminder_id = r.id
  where o.id = p_occurrence_id for update of r;
  select * into v_occurrence from public.reminder_occurrences where id = p_occurrence_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown((select r.case_id from public.reminders r where r.id = reminder_id))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'release not found', detail = '{"code": "not_found"}';
  end if;
  if v_occurrence.status <> 'FAILED' or exists (select from public.reminders r
    where r.id = v_occurrence.reminder_id and r.status in ('הושלם', 'בוטל'))
  then
    raise sqlstate 'PT409' using message = 'only what failed, and is not done, is told again', detail = '{"code": "conflict"}';
  end if;
  update public.reminder_occurrences o set status = 'QUEUED', reason = null, next_at = null, lease_until = null,
    told_to = p_told_to, sent_via = p_sent_via, channel = r.channel,
    attempts = case when p_sent_via = 'MAKE' or o.sent_via = 'MAKE' then o.attempts + 1 else 0 end
  from public.reminders r
  where o.id = p_occurrence_id and r.id = o.reminder_id returning o.* into v_occurrence;
  perform private.reminder_event(v_occurrence, 'requested');
  if p_sent_via = 'MAKE' then
    v_occurrence := private.reminder_ask_make(v_occurrence);
  end if;
  return v_occurrence;
end;
$$;
comment on function private.reminder_again(uuid, uuid, text) is 'Has a reminder told once more that nobody could be told.';

create function private.reminders_given_up() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_occurrence public.reminder_occurrences;
  v_count integer := 0;
begin
  for v_occurrence in
    select o.* from public.reminder_occurrences o
    join private.outbox m on m.dedupe = format('reminder.due:%s:%s', o.id, o.attempts)
    where o.status = 'QUEUED' and o.sent_via = 'MAKE'
      and not exists (select from private.deliveries d where d.message_id = m.id and d.status in ('pending', 'delivered'))
    order by o.id limit 200
  loop
    perform private.reminder_outcome(v_occurrence.id, 'MAKE', 'FAILED', p_reason => 'make_did_not_answer',
      p_attempt => v_occurrence.attempts);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.reminders_given_up() is
  'Says of reminders whose message Make never took that nobody was told; how many.';

revoke execute on function
  private.reminders_release_due(jsonb), private.reminder_claim(integer, uuid),
  private.reminder_later(uuid, integer, text, integer), private.reminder_outcome(uuid, text, text, text, text, integer),
  private.reminder_again(uuid, uuid, text), private.reminders_given_up() from public;
grant execute on function private.reminder_outcome(uuid, text, text, text, text, integer),
  private.reminder_again(uuid, uuid, text) to authenticated, service_role;
grant execute on function private.reminders_release_due(jsonb), private.reminder_claim(integer, uuid),
  private.reminder_later(uuid, integer, text, integer), private.reminders_given_up() to service_role;

-- What the assistant asks.

create function public.nicole_get_reminders(plate_input text default null, status_filter text default null) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with asked as (
    select nullif(private.plate_digits(plate_input), '') as plate,
      case btrim(status_filter) when 'פעיל' then 'ממתין' when 'פג תוקף' then 'באיחור' when '' then null
        else btrim(status_filter) end as status
  ), found as (
    select r.id, r.case_id, r.plate, r.title, r.description, r.category, r.priority, r.status, r.due_date, r.due_time,
      r.due_at, r.snoozed_until, r.is_recurring, r.recurrence_pattern, r.recurrence_end_date, r.notification_sent,
      r.notification_sent_at, r.completed_at
    from public.reminders r cross join asked a
    where (a.plate is null or r.plate = a.plate) and (a.status is null or r.status = a.status)
    order by r.due_at, r.id limit 200
  )
  select jsonb_build_object('success', true, 'count', count(*), 'reminders', coalesce(jsonb_agg(f order by f.due_at, f.id), '[]'))
  from found f
$$;
comment on function public.nicole_get_reminders(text, text) is
  'Reminders of a plate in any spelling, or of all, in a status or in any: the assistant''s answer, 200 at most.';
revoke execute on function public.nicole_get_reminders(text, text) from public, anon, authenticated, service_role;
grant execute on function public.nicole_get_reminders(text, text) to authenticated, service_role;
