-- Messages to people outside: what was sent to whom about which case, through whom, and what came of it.

select private.set_aside('message_templates', 'outbound_messages');

create table public.message_templates (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,59}$'),
  title text not null check (length(title) between 1 and 100),
  channel text check (channel in ('MAIL', 'SMS', 'WHATSAPP')),
  subject text not null default '' check (length(subject) <= 300),
  text text not null check (length(text) between 1 and 10000),
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint message_templates_one unique nulls not distinct (org_id, name, channel)
);
comment on table public.message_templates is
  'An office''s own wording of messages, with named places; without a row, the wording that comes with us is used.';
comment on column public.message_templates.channel is 'null: for every channel that has no wording of its own.';
create index message_templates_created_by on public.message_templates (created_by);
create index message_templates_updated_by on public.message_templates (updated_by);

create trigger message_templates_stamp before insert or update on public.message_templates
  for each row execute function private.office_row_stamp();
create trigger message_templates_audit after insert or update or delete on public.message_templates
  for each row execute function private.audit('updated_at', 'updated_by');
alter table public.message_templates enable row level security;
alter table public.message_templates force row level security;
revoke all on public.message_templates from anon, authenticated, service_role;
create policy "Members read their office's wordings" on public.message_templates for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
create policy "Managers add wordings" on public.message_templates for insert to authenticated
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers change wordings" on public.message_templates for update to authenticated
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
grant select, insert, update on public.message_templates to authenticated, service_role;

create table public.outbound_messages (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  channel text not null check (channel in ('MAIL', 'SMS', 'WHATSAPP')),
  recipient text not null check (length(recipient) between 1 and 254 and recipient !~ '[[:cntrl:][:space:]]'),
  recipient_name text check (length(recipient_name) <= 200 and recipient_name !~ '[[:cntrl:]]'),
  template text check (template ~ '^[a-z][a-z0-9_]{0,59}$'),
  subject text not null default '' check (length(subject) <= 300 and subject !~ '[[:cntrl:]]'),
  text text not null check (length(text) between 1 and 10000),
  document_id uuid references public.documents (id) on delete restrict,
  report_id uuid references public.reports (id) on delete restrict,
  link_id uuid references private.document_links (id) on delete restrict,
  status text not null default 'QUEUED' check (status in ('QUEUED', 'SENT', 'FAILED')),
  reason text check (length(reason) <= 300),
  sent_via text not null check (sent_via in ('MAKE', 'SMTP')),
  sent_at timestamptz,
  outside_id text check (length(outside_id) <= 300),
  attempts integer not null default 0,
  lease_until timestamptz,
  next_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint outbound_messages_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict,
  constraint outbound_messages_report_is_file check (report_id is null or document_id is not null),
  constraint outbound_messages_sent check ((status = 'SENT') = (sent_at is not null))
);
comment on table public.outbound_messages is
  'Messages to people outside, each with its text as sent; where the link stood, the text holds the word {link}.';
comment on column public.outbound_messages.text is 'Without the address of its link: that is made when it is delivered, and kept nowhere.';
comment on column public.outbound_messages.attempts is 'How often it was handed to who sends it; an outcome of an earlier one changes nothing.';
create index outbound_messages_case on public.outbound_messages (case_id, org_id, plate);
create index outbound_messages_newest on public.outbound_messages (org_id, created_at desc);
create index outbound_messages_document on public.outbound_messages (document_id);
create index outbound_messages_report on public.outbound_messages (report_id);
create index outbound_messages_link on public.outbound_messages (link_id);
create index outbound_messages_to_send on public.outbound_messages (created_at) where status = 'QUEUED' and sent_via = 'SMTP';
create index outbound_messages_created_by on public.outbound_messages (created_by);
create index outbound_messages_updated_by on public.outbound_messages (updated_by);

-- Make's own news of messages begin with message, mail, sms and whatsapp; ours with sending.
select private.satellite_guard('public.outbound_messages'::regclass, 'sending.requested', array['recipient', 'subject', 'text',
  'link_id', 'status', 'reason', 'sent_via', 'sent_at', 'outside_id', 'attempts', 'lease_until', 'next_at']);
-- Only the functions below write a message, and say what became of it.
revoke insert, update on public.outbound_messages from authenticated, service_role;
drop policy "Members add rows of their office" on public.outbound_messages;
drop policy "Members work on their office's rows" on public.outbound_messages;

alter table private.outbox drop constraint outbox_type_check;
alter table private.outbox add constraint outbox_type_check check (type in (
  'case.upserted', 'case.status_changed', 'case_helper.saved', 'case_helper.restored', 'helper.export',
  'file.upserted', 'report.rendered', 'invoice.upserted', 'parts_results.upserted', 'reminder.due',
  'onedrive.sync_requested', 'kb_doc.added', 'sending.requested', 'test.ping'));

create function private.message_tell_make(p_message public.outbound_messages) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Text and link are fetched when it is sent: the link is a secret, and news are kept.
  perform private.outbox_add(p_message.org_id, p_message.case_id, 'sending.requested', p_data => jsonb_build_object(
    'message_id', p_message.id, 'channel', p_message.channel, 'attempt', p_message.attempts));
end;
$$;
comment on function private.message_tell_make(public.outbound_messages) is 'Asks Make to fetch a message and send it.';
revoke execute on function private.message_tell_make(public.outbound_messages) from public;

-- Definer: callers may ask for a message, and not write the row that stands for it.
create function private.message_queue(
  p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text,
  p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer
) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case public.cases;
  v_message public.outbound_messages;
begin
  select * into v_case from public.cases where id = p_case_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  -- An office's messages queue here, so that they can be counted, and the same one twice is one.
  perform pg_advisory_xact_lock(hashtextextended('outbound_messages ' || v_case.org_id, 0));
  select * into v_message from public.outbound_messages where id = p_id;
  if found then
    if v_message.case_id <> p_case_id then
      raise sqlstate 'PT409' using message = 'this id is another message''s', detail = '{"code": "conflict"}';
    end if;
    return v_message;
  end if;
  if (select count(*) from public.outbound_messages m
    where m.org_id = v_case.org_id and m.created_at > clock_timestamp() - interval '1 hour') >= p_most_an_hour
  then
    return null;
  end if;
  if p_document_id is not null then
    perform private.message_file(p_document_id, p_case_id);
  end if;
  insert into public.outbound_messages (id, org_id, case_id, plate, channel, recipient, recipient_name, template, subject,
    text, document_id, report_id, sent_via, attempts)
  values (p_id, v_case.org_id, p_case_id, v_case.plate, p_channel, p_recipient, p_recipient_name, p_template, p_subject,
    p_text, p_document_id, p_report_id, p_sent_via, case p_sent_via when 'MAKE' then 1 else 0 end)
  returning * into v_message;
  if p_sent_via = 'MAKE' then
    perform private.message_tell_make(v_message);
  end if;
  return v_message;
end;
$$;
comment on function private.message_queue(uuid, uuid, text, text, text, text, text, text, uuid, uuid, text, integer) is
  'Queues a message and asks Make where Make sends it; the same id again is that message, and null means: too many in an hour.';

create function private.message_file(p_document_id uuid, p_case_id uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_document public.documents;
begin
  select * into v_document from public.documents where id = p_document_id and case_id = p_case_id and deleted_at is null;
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  if v_document.storage_key is null then
    raise sqlstate 'PT409' using message = 'this file lies on OneDrive alone', detail = jsonb_build_object(
      'code', 'conflict', 'onedrive_web_url', v_document.onedrive_web_url);
  end if;
end;
$$;
comment on function private.message_file(uuid, uuid) is 'Refuses a file that is not the case''s, was put away, or has no bytes with us.';
revoke execute on function private.message_file(uuid, uuid) from public;

create function private.message_old_link_ends(p_message public.outbound_messages) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update private.document_links set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = p_message.link_id;
  if p_message.document_id is not null then
    perform private.message_file(p_message.document_id, p_message.case_id);
  end if;
end;
$$;
comment on function private.message_old_link_ends(public.outbound_messages) is
  'Closes the link of an earlier delivery; refuses where the file cannot be linked to any more.';
revoke execute on function private.message_old_link_ends(public.outbound_messages) from public;

create function private.message_take(p_message_id uuid) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id and sent_via = 'MAKE'
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'message not found', detail = '{"code": "not_found"}';
  end if;
  if v_message.status <> 'QUEUED' then
    raise sqlstate 'PT409' using message = 'this message does not wait any more',
      detail = jsonb_build_object('code', 'conflict', 'status', v_message.status);
  end if;
  perform private.message_old_link_ends(v_message);
  return v_message;
end;
$$;
comment on function private.message_take(uuid) is 'A message that waits for Make, for who fetches it now; the link given before ends.';

create function private.message_linked(p_message_id uuid, p_link_id uuid) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  update public.outbound_messages m set link_id = p_link_id
  from private.document_links l
  where m.id = p_message_id and l.id = p_link_id and l.document_id = m.document_id
    and (current_setting('role') = 'service_role' or m.org_id = any (array(select private.my_orgs())))
  returning m.* into v_message;
  return v_message;
end;
$$;
comment on function private.message_linked(uuid, uuid) is 'Notes which link a message was delivered with.';

create function private.message_outcome(
  p_message_id uuid, p_sent_via text, p_status text, p_outside_id text default null, p_reason text default null,
  p_attempt integer default null
) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id and sent_via = p_sent_via
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  -- What was delivered stays delivered, whatever comes late; and a failure is its own attempt's.
  if not found or v_message.status = 'SENT'
    or (p_status = 'FAILED' and (v_message.status = 'FAILED' or p_attempt < v_message.attempts))
  then
    return v_message;
  end if;
  update public.outbound_messages set status = p_status, reason = case p_status when 'FAILED' then p_reason end,
    outside_id = coalesce(p_outside_id, outside_id), sent_at = case p_status when 'SENT' then clock_timestamp() end,
    lease_until = null, next_at = null
  where id = p_message_id returning * into v_message;
  perform private.event_add(v_message.org_id, v_message.case_id, 'sending.' || lower(p_status),
    p_data => jsonb_strip_nulls(jsonb_build_object('message_id', v_message.id, 'channel', v_message.channel,
      'recipient_name', v_message.recipient_name, 'sent_via', v_message.sent_via)));
  return v_message;
end;
$$;
comment on function private.message_outcome(uuid, text, text, text, text, integer) is
  'What became of a message, told as often as one likes and in any order; null where there is none.';

create function private.message_again(p_message_id uuid, p_sent_via text) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'message not found', detail = '{"code": "not_found"}';
  end if;
  if v_message.status <> 'FAILED' then
    raise sqlstate 'PT409' using message = 'only a message that failed is sent again', detail = '{"code": "conflict"}';
  end if;
  update public.outbound_messages set status = 'QUEUED', reason = null, next_at = null, lease_until = null,
    sent_via = p_sent_via, attempts = case p_sent_via when 'MAKE' then attempts + 1 else 0 end
  where id = p_message_id returning * into v_message;
  perform private.event_add(v_message.org_id, v_message.case_id, 'sending.requested',
    p_data => jsonb_strip_nulls(jsonb_build_object('message_id', v_message.id, 'channel', v_message.channel,
      'recipient_name', v_message.recipient_name, 'again', true)));
  if p_sent_via = 'MAKE' then
    perform private.message_tell_make(v_message);
  end if;
  return v_message;
end;
$$;
comment on function private.message_again(uuid, text) is 'Queues a message that failed once more.';

create function private.message_claim(p_lease_seconds integer, p_message_id uuid default null) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages
  where (p_message_id is null or id = p_message_id) and status = 'QUEUED' and sent_via = 'SMTP'
    and coalesce(next_at, '-infinity') <= clock_timestamp() and coalesce(lease_until, '-infinity') < clock_timestamp()
  order by created_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  update public.outbound_messages set attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where id = v_message.id returning * into v_message;
  return v_message;
end;
$$;
comment on function private.message_claim(integer, uuid) is
  'Takes a message that waits for our own mail server, for a while; two workers never get the same one.';

create function private.message_taken_to_mail(p_message_id uuid) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id for update;
  perform private.message_old_link_ends(v_message);
  return v_message;
end;
$$;
comment on function private.message_taken_to_mail(uuid) is 'Closes the link of an earlier attempt before the next one is made.';

create function private.message_later(p_message_id uuid, p_attempt integer, p_reason text, p_seconds integer)
returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  update public.outbound_messages set reason = p_reason, lease_until = null,
    next_at = clock_timestamp() + make_interval(secs => p_seconds)
  where id = p_message_id and attempts = p_attempt and status = 'QUEUED' and sent_via = 'SMTP'
  returning * into v_message;
  return v_message;
end;
$$;
comment on function private.message_later(uuid, integer, text, integer) is 'An attempt failed, and the next one is so many seconds off.';

revoke execute on function
  private.message_queue(uuid, uuid, text, text, text, text, text, text, uuid, uuid, text, integer),
  private.message_take(uuid), private.message_linked(uuid, uuid),
  private.message_outcome(uuid, text, text, text, text, integer), private.message_again(uuid, text),
  private.message_claim(integer, uuid), private.message_taken_to_mail(uuid),
  private.message_later(uuid, integer, text, integer) from public;
grant execute on function
  private.message_queue(uuid, uuid, text, text, text, text, text, text, uuid, uuid, text, integer),
  private.message_take(uuid), private.message_linked(uuid, uuid),
  private.message_outcome(uuid, text, text, text, text, integer), private.message_again(uuid, text)
  to authenticated, service_role;
grant execute on function private.message_claim(integer, uuid), private.message_taken_to_mail(uuid),
  private.message_later(uuid, integer, text, integer) to service_role;

-- File cabinets as one ZIP lie in the bucket temp for some days.

create function private.cabinets_let_go(p_days integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  -- Links end with the row that is put away; the bytes are noted by the table's trigger, and removed like all others.
  update public.documents set deleted_at = coalesce(deleted_at, clock_timestamp()), storage_key = null, bucket_name = null
  where category = 'archive' and bucket_name = 'temp' and storage_key is not null
    and created_at < clock_timestamp() - make_interval(days => p_days);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.cabinets_let_go(integer) is
  'Puts file cabinets away that are older than so many days, and lets their bytes go; how many.';
revoke execute on function private.cabinets_let_go(integer) from public;
grant execute on function private.cabinets_let_go(integer) to service_role;
