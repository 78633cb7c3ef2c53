-- Functions that run as the owner walk past the policies: they ask themselves whether the case is shown. Each stands as
-- it stood, with that one question more.

select private.hold_still();

create or replace function private.search_filters(p_asked jsonb) returns text
language plpgsql stable set search_path = ''
as $$
declare
  v_filter record;
  v_filters text := '';
begin
  for v_filter in
    select f.condition, case f.name when 'status' then array(select jsonb_array_elements_text(p_asked -> 'status'))::text
      else p_asked ->> f.name end as value
    from (values
      ('plate', 'c.plate = private.plate_digits(%L)'),
      ('status', 'c.status = any (%L::text[])'),
      ('assigned_to', 'c.assigned_to = %L::uuid'),
      ('updated_since', 'c.updated_at >= %L::timestamptz'),
      ('updated_to', 'c.updated_at < (%L::date + 1)::timestamp at time zone ''Asia/Jerusalem'''),
      ('opened_from', 'c.created_at >= %L::date::timestamp at time zone ''Asia/Jerusalem'''),
      ('opened_to', 'c.created_at < (%L::date + 1)::timestamp at time zone ''Asia/Jerusalem'''),
      ('inspected_from', 's.inspected_on >= %L::date'), ('inspected_to', 's.inspected_on <= %L::date'),
      ('damaged_from', 's.damaged_on >= %L::date'), ('damaged_to', 's.damaged_on <= %L::date')
    ) f (name, condition)
    where p_asked ->> f.name is not null
  loop
    v_filters := v_filters || ' and ' || format(v_filter.condition, v_filter.value);
  end loop;
  -- The search runs as the owner: whom an office shows only the own cases, it shows them here too.
  if not private.shows_all_cases() then
    v_filters := v_filters || ' and c.id in (select private.my_cases())';
  end if;
  return v_filters;
end;
$$;

create or replace function private.case_deliveries(p_case_id uuid)
returns table (id uuid, org_id uuid, type text, at timestamptz, version integer, data jsonb)
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
    select d.id, d.org_id,
      'delivery.' || case when d.status = 'dead' then 'given_up' when d.status = 'pending' and d.error is not null then 'failed'
        when d.status = 'pending' then 'waiting' else d.status end,
      coalesce(d.done_at, d.created_at), o.version,
      jsonb_strip_nulls(jsonb_build_object('message', d.type, 'endpoint', e.name, 'attempts', d.attempts, 'http_status', d.http_status))
    from private.deliveries d join private.outbox o on o.id = d.message_id join private.webhook_endpoints e on e.id = d.endpoint_id
    where d.case_id = p_case_id
      and (current_setting('role') = 'service_role' or d.org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(d.case_id));
end;
$$;

create or replace function private.file_assign(p_document_id uuid, p_case_id uuid) returns public.documents
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_twin public.documents;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(case_id)) for update;
  if not found or not exists (select from public.cases c where c.id = p_case_id and c.org_id = v_document.org_id
    and private.case_is_shown(c.id)) then
    raise sqlstate 'PT404' using message = 'no such file or case', detail = '{"code": "not_found"}';
  end if;
  if v_document.case_id is not null and v_document.case_id <> p_case_id then
    raise sqlstate 'PT409' using message = 'a file stays with its case',
      detail = jsonb_build_object('code', 'conflict', 'case_id', v_document.case_id);
  end if;
  select * into v_twin from public.documents where case_id = p_case_id and checksum = v_document.checksum
    and id <> p_document_id and deleted_at is null and category not in ('report', 'archive')
    and v_document.category not in ('report', 'archive') for update;
  if v_twin.id is null then
    update public.documents set case_id = p_case_id where id = p_document_id and case_id is null;
    select * into v_document from public.documents where id = p_document_id;
    return v_document;
  end if;
  -- The case has this content: there it gains the place on OneDrive, and here one file remains.
  update public.documents set deleted_at = clock_timestamp() where id = p_document_id;
  update public.documents set onedrive_file_id = v_document.onedrive_file_id,
    onedrive_web_url = v_document.onedrive_web_url, onedrive_path = v_document.onedrive_path
  where id = v_twin.id and onedrive_file_id is null and v_document.onedrive_file_id is not null;
  select * into v_twin from public.documents where id = v_twin.id;
  return v_twin;
end;
$$;

create or replace function private.file_read(p_document_id uuid) returns public.documents
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(case_id));
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  if v_document.storage_key is null then
    raise sqlstate 'PT409' using message = 'this file lies on OneDrive alone', detail = jsonb_build_object(
      'code', 'conflict', 'onedrive_web_url', v_document.onedrive_web_url);
  end if;
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.opened', p_data => jsonb_build_object(
    'document_id', v_document.id, 'purpose', 'content'));
  return v_document;
end;
$$;

create or replace function private.link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text)
returns private.document_links
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_link private.document_links;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(case_id));
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  if v_document.storage_key is null then
    raise sqlstate 'PT409' using message = 'this file lies on OneDrive alone', detail = jsonb_build_object(
      'code', 'conflict', 'onedrive_web_url', v_document.onedrive_web_url);
  end if;
  insert into private.document_links (org_id, case_id, document_id, purpose, token_sha256, expires_at, created_by)
  values (v_document.org_id, v_document.case_id, p_document_id, p_purpose, p_token_sha256,
    clock_timestamp() + make_interval(secs => p_seconds), (select auth.uid()))
  returning * into v_link;
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.link_made', p_data => jsonb_build_object(
    'document_id', p_document_id, 'link_id', v_link.id, 'purpose', p_purpose, 'expires_at', v_link.expires_at));
  return v_link;
end;
$$;

create or replace function private.link_revoke(p_link_id uuid) returns private.document_links
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_link private.document_links;
begin
  update private.document_links set revoked_at = coalesce(revoked_at, clock_timestamp())
  where id = p_link_id and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(case_id))
  returning * into v_link;
  if not found then
    raise sqlstate 'PT404' using message = 'link not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(v_link.org_id, v_link.case_id, 'file.link_revoked', p_data => jsonb_build_object(
    'document_id', v_link.document_id, 'link_id', v_link.id, 'purpose', v_link.purpose));
  return v_link;
end;
$$;

create or replace function private.message_again(p_message_id uuid, p_sent_via text) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(case_id)) for update;
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

create or replace function private.message_linked(p_message_id uuid, p_link_id uuid) returns public.outbound_messages
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message public.outbound_messages;
begin
  update public.outbound_messages m set link_id = p_link_id
  from private.document_links l
  where m.id = p_message_id and l.id = p_link_id and l.document_id = m.document_id
    and (current_setting('role') = 'service_role' or m.org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(m.case_id))
  returning m.* into v_message;
  return v_message;
end;
$$;

create or replace function private.message_queue(
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
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(id));
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

create or replace function private.onedrive_ask_again(p_document_id uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(case_id)) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  select * into v_sync from public.onedrive_sync where document_id = p_document_id;
  -- Two clicks ask once.
  if v_document.storage_key is null or v_document.category = 'archive' or v_sync.status = 'SYNCED'
    or (v_sync.status = 'PENDING' and v_sync.last_requested_at > clock_timestamp() - interval '1 minute')
  then
    return false;
  end if;
  perform private.onedrive_ask(p_document_id);
  return true;
end;
$$;

create or replace function private.raw_answer_json(p_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select r.parsed from private.raw_answers r where r.id = p_id
    and (current_setting('role') = 'service_role' or r.org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(r.case_id)));
end;
$$;

create or replace function private.report_again(p_report_id uuid) returns public.reports
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_report public.reports;
begin
  select * into v_report from public.reports where id = p_report_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(case_id));
  if not found then
    raise sqlstate 'PT404' using message = 'report not found', detail = '{"code": "not_found"}';
  end if;
  if v_report.status <> 'FAILED' then
    raise sqlstate 'PT409' using message = 'only a report that failed is made again', detail = '{"code": "conflict"}';
  end if;
  return private.report_request(v_report.case_id, v_report.report_type, v_report.nature,
    (select s.html from private.report_sources s where s.report_id = p_report_id), v_report.case_helper_version);
end;
$$;

create or replace function private.report_request(
  p_case_id uuid, p_report_type text, p_nature text default 'draft', p_html text default null, p_version integer default null
) returns public.reports
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case public.cases;
  v_helper record;
  v_sha text := encode(sha256(convert_to(p_html, 'UTF8')), 'hex');
  v_report public.reports;
begin
  -- Requests queue per case, because version counts in it.
  select * into v_case from public.cases where id = p_case_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(id)) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  select h.version, h.helper_name into v_helper from public.case_helper h
  where h.case_id = p_case_id and case when p_version is null then h.is_current else h.version = p_version end;
  if not found then
    raise sqlstate 'PT404' using message = 'version not found', detail = '{"code": "not_found"}';
  end if;
  select * into v_report from public.reports r
  where r.case_id = p_case_id and r.report_type = p_report_type and r.nature = p_nature
    and r.case_helper_version = v_helper.version and r.source_sha256 is not distinct from v_sha
    and r.status in ('PENDING', 'RENDERING');
  if found then
    return v_report;
  end if;
  insert into public.reports (org_id, case_id, plate, report_type, nature, version, case_helper_version, helper_name,
    source, source_sha256)
  select v_case.org_id, p_case_id, v_case.plate, p_report_type, p_nature, coalesce(max(r.version), 0) + 1, v_helper.version,
    v_helper.helper_name, case when p_html is null then 'helper' else 'html' end, v_sha
  from public.reports r where r.case_id = p_case_id and r.report_type = p_report_type and r.nature = p_nature
  returning * into v_report;
  if p_html is not null then
    insert into private.report_sources (report_id, org_id, html) values (v_report.id, v_case.org_id, p_html);
  end if;
  return v_report;
end;
$$;

create or replace function private.export_add_mine(p_case_id uuid, p_version integer, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (select from public.cases c where c.id = p_case_id
    and (current_setting('role') = 'service_role' or c.org_id = any (array(select private.my_orgs()))
      and private.case_is_shown(c.id))) then
    return false;
  end if;
  return private.export_add(p_case_id, p_version, p_reason);
end;
$$;

create or replace function private.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean)
returns table (id uuid, created boolean, recognised_by text)
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  v_org uuid := coalesce((select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  v_row public.documents := jsonb_populate_record(null::public.documents, p_row);
  v_known public.documents;
  v_by text := 'item';
begin
  if v_org is null or v_org <> coalesce(p_org_id, v_org)
    or not (current_setting('role') = 'service_role' or v_org = any (array(select private.my_orgs())))
    or (p_case_id is not null and not exists (select from public.cases c where c.id = p_case_id and private.case_is_shown(c.id)))
  then
    raise sqlstate 'PT404' using message = 'no such office or case', detail = '{"code": "not_found"}';
  end if;
  -- Two calls about one item, or one content, queue here.
  perform pg_advisory_xact_lock(hashtextextended('files_upsert' || v_org, 0));
  select * into v_known from public.documents d where d.org_id = v_org and d.onedrive_file_id = v_row.onedrive_file_id
  order by d.deleted_at desc nulls first limit 1;
  if v_known.deleted_at is not null then
    -- Staff put it away, and finding it once more does not bring it back.
    return query select v_known.id, false, 'put_away';
    return;
  end if;
  if v_known.id is null then
    v_by := 'checksum';
    select * into v_known from public.documents d where d.id = private.file_known(v_org, p_case_id, v_row.checksum);
  end if;
  if v_known.id is null then
    begin
      insert into public.documents (org_id, case_id, plate, category, filename, mime_type, size_bytes, checksum,
        onedrive_file_id, onedrive_web_url, onedrive_path, notes, file_metadata)
      values (v_org, p_case_id, v_row.plate, v_row.category, v_row.filename, v_row.mime_type, v_row.size_bytes,
        v_row.checksum, v_row.onedrive_file_id, v_row.onedrive_web_url, v_row.onedrive_path, v_row.notes, v_row.file_metadata)
      returning * into v_known;
      return query select v_known.id, true, null::text;
      return;
    exception when unique_violation then
      -- The same content has just been uploaded.
      select * into v_known from public.documents d where d.id = private.file_known(v_org, p_case_id, v_row.checksum);
      if v_known.id is null then
        raise;
      end if;
    end;
  end if;
  if p_case_id is not null and (v_known.case_id is null or (p_insists and v_known.case_id <> p_case_id)) then
    v_known := private.file_assign(v_known.id, p_case_id);
  end if;
  perform private.file_found(v_known, v_row);
  return query select v_known.id, false, v_by;
end;
$$;

create or replace function private.event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if current_setting('role') <> 'service_role'
    and not (p_org_id = any (array(select private.my_orgs())) and private.case_is_shown(p_case_id)) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(p_org_id, p_case_id, p_type, p_version, p_data);
end;
$$;

create or replace function private.raw_answer_add(
  p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb default null, p_error text default null
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org uuid := coalesce((select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  v_id uuid;
begin
  if current_setting('role') <> 'service_role'
    and not (v_org = any (array(select private.my_orgs())) and private.case_is_shown(p_case_id)) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  insert into private.raw_answers (org_id, case_id, source, body, parsed, error, request_id)
  values (v_org, p_case_id, left(p_source, 100), p_body, p_parsed, p_error, private.request_id())
  returning id into v_id;
  return v_id;
end;
$$;
