-- Reports of a case: each rendering is a row that remembers what it was made from, and is never overwritten.

select private.set_aside('reports');
select private.make_room('report_again', 'report_request');

create table public.reports (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  report_type text not null check (report_type in ('expertise', 'estimate', 'opinion_private', 'opinion_global',
    'opinion_damaged_sale', 'opinion_total_loss', 'opinion_legal_loss', 'invoice', 'parts')),
  nature text not null default 'draft' check (nature in ('draft', 'final')),
  version integer not null check (version > 0),
  is_current boolean not null default false,
  status text not null default 'PENDING' check (status in ('PENDING', 'RENDERING', 'READY', 'FAILED')),
  reason text check (reason ~ '^[a-z0-9_]{1,60}$'),
  attempts integer not null default 0,
  lease_until timestamptz,
  next_at timestamptz,
  done integer not null default 0,
  total integer not null default 5,
  case_helper_version integer not null,
  helper_name text not null,
  source text not null default 'helper' check (source in ('helper', 'html')),
  source_sha256 text check (source_sha256 ~ '^[0-9a-f]{64}$'),
  document_id uuid references public.documents (id) on delete restrict,
  pages integer check (pages > 0),
  title text check (length(title) <= 300),
  verified jsonb not null default '{}',
  rendered_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint reports_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict,
  constraint reports_of_version foreign key (case_id, case_helper_version) references public.case_helper (case_id, version)
    on delete restrict,
  constraint reports_number unique (case_id, report_type, nature, version),
  constraint reports_ready check (status <> 'READY' or (document_id is not null and pages is not null)),
  constraint reports_current_is_ready check (not is_current or status = 'READY'),
  constraint reports_html_known check ((source = 'html') = (source_sha256 is not null))
);
comment on table public.reports is
  'Reports as PDF: which kind, draft or final, of which version of the helper; the newest that is ready is the current one.';
comment on column public.reports.version is 'Counts per case, type and nature, and only grows; one that failed keeps its number.';
comment on column public.reports.reason is 'Why it failed, or why it is being tried again, in a word.';
comment on column public.reports.verified is 'What was found in the PDF afterwards: counts, and the codes and amounts that were missing.';
create unique index reports_one_current on public.reports (case_id, report_type, nature) where is_current;
-- Who asks for the same thing twice waits for the same row.
create unique index reports_one_waiting on public.reports (case_id, report_type, nature, case_helper_version, source_sha256)
  nulls not distinct where status in ('PENDING', 'RENDERING');
create index reports_to_render on public.reports (created_at) where status in ('PENDING', 'RENDERING');
create index reports_case on public.reports (case_id, org_id, plate);
create index reports_helper on public.reports (case_id, case_helper_version);
create index reports_newest on public.reports (org_id, created_at desc);
create index reports_document on public.reports (document_id);
create index reports_created_by on public.reports (created_by);
create index reports_updated_by on public.reports (updated_by);

-- What became of it is told by the functions below, each in one event; the steps between are nobody's news.
select private.satellite_guard('public.reports'::regclass, 'report.requested', array['status', 'reason', 'attempts',
  'lease_until', 'next_at', 'done', 'total', 'is_current', 'source_sha256', 'document_id', 'pages', 'verified', 'rendered_at']);
-- Only who renders says what became of a report; asking for one is report_request.
revoke insert, update on public.reports from authenticated, service_role;
drop policy "Members add rows of their office" on public.reports;
drop policy "Members work on their office's rows" on public.reports;

create table private.report_sources (
  report_id uuid primary key references public.reports (id) on delete restrict,
  org_id uuid not null references public.orgs (id) on delete restrict,
  html text not null,
  created_at timestamptz not null default now()
);
comment on table private.report_sources is 'The HTML a caller sent for a report, as it came; read by the renderer alone.';
create index report_sources_org on private.report_sources (org_id);
alter table private.report_sources enable row level security;
alter table private.report_sources force row level security;
create policy "Whoever renders reads what was sent" on private.report_sources for select to service_role using (html <> '');
grant select on private.report_sources to service_role;

-- Definer: callers may ask for a report, and not write the row that stands for it.
create function private.report_request(
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
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
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
comment on function private.report_request(uuid, text, text, text, integer) is
  'Asks for a report of the current or a named version, or of HTML of one''s own; the same request while one waits is that one.';
revoke execute on function private.report_request(uuid, text, text, text, integer) from public;
grant execute on function private.report_request(uuid, text, text, text, integer) to authenticated, service_role;

-- Definer: it reads the sent HTML of a report the caller sees.
create function private.report_again(p_report_id uuid) returns public.reports
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_report public.reports;
begin
  select * into v_report from public.reports where id = p_report_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
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
comment on function private.report_again(uuid) is 'Asks once more for a report that failed: a new row, from the same source.';
revoke execute on function private.report_again(uuid) from public;
grant execute on function private.report_again(uuid) to authenticated, service_role;

create function public.report_request(
  p_case_id uuid, p_report_type text, p_nature text default 'draft', p_html text default null, p_version integer default null
) returns public.reports
language sql volatile security invoker set search_path = ''
as $$
  select private.report_request(p_case_id, p_report_type, p_nature, p_html, p_version);
$$;
comment on function public.report_request(uuid, text, text, text, integer) is 'Asks for a report, for who sees the case.';
create function public.report_again(p_report_id uuid) returns public.reports
language sql volatile security invoker set search_path = ''
as $$
  select private.report_again(p_report_id);
$$;
comment on function public.report_again(uuid) is 'Asks once more for a report that failed, for who sees it.';
revoke execute on function public.report_request(uuid, text, text, text, integer), public.report_again(uuid)
  from public, anon, authenticated, service_role;
grant execute on function public.report_request(uuid, text, text, text, integer), public.report_again(uuid)
  to authenticated, service_role;

create function private.report_fail(
  p_report_id uuid, p_attempt integer, p_reason text, p_verified jsonb default '{}', p_again_seconds integer default null
) returns public.reports
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_report public.reports;
begin
  update public.reports set status = case when p_again_seconds is null then 'FAILED' else 'PENDING' end,
    reason = p_reason, verified = p_verified, lease_until = null, done = 0,
    next_at = clock_timestamp() + make_interval(secs => p_again_seconds)
  where id = p_report_id and attempts = p_attempt and status = 'RENDERING'
  returning * into v_report;
  if v_report.status = 'FAILED' then
    perform private.event_add(v_report.org_id, v_report.case_id, 'report.failed', p_data => jsonb_build_object(
      'report_id', v_report.id, 'report_type', v_report.report_type, 'nature', v_report.nature,
      'version', v_report.version, 'helper_name', v_report.helper_name, 'reason', p_reason));
  end if;
  return v_report;
end;
$$;
comment on function private.report_fail(uuid, integer, text, jsonb, integer) is
  'Says that no PDF came of an attempt: for good, or to be tried again after so many seconds.';

create function private.report_claim(p_lease_seconds integer, p_most_attempts integer, p_report_id uuid default null)
returns public.reports
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_report public.reports;
begin
  loop
    select * into v_report from public.reports
    where (p_report_id is null or id = p_report_id) and (
      (status = 'PENDING' and coalesce(next_at, '-infinity') <= clock_timestamp())
      or (status = 'RENDERING' and lease_until < clock_timestamp()))
    order by created_at limit 1 for update skip locked;
    if not found then
      return null;
    end if;
    update public.reports set status = 'RENDERING', attempts = attempts + 1, done = 0,
      lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
    where id = v_report.id returning * into v_report;
    exit when v_report.attempts <= p_most_attempts;
    -- Whoever had it was killed each time: it is not tried for ever.
    perform private.report_fail(v_report.id, v_report.attempts, coalesce(v_report.reason, 'worker_lost'));
  end loop;
  return v_report;
end;
$$;
comment on function private.report_claim(integer, integer, uuid) is
  'Takes a waiting report, or one whose worker is gone, for a while; two workers never get the same one.';

create function private.report_step(p_report_id uuid, p_attempt integer, p_lease_seconds integer, p_done integer)
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.reports set done = p_done, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where id = p_report_id and attempts = p_attempt and status = 'RENDERING';
  return found;
end;
$$;
comment on function private.report_step(uuid, integer, integer, integer) is
  'Says how far a report is, and keeps it; false where another worker has taken it over.';

create function private.report_finish(
  p_report_id uuid, p_attempt integer, p_document_id uuid, p_pages integer, p_title text, p_verified jsonb
) returns public.reports
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_report public.reports;
begin
  -- Two that finish at once queue at their case.
  perform from public.cases c where c.id = (select r.case_id from public.reports r where r.id = p_report_id) for update;
  update public.reports set status = 'READY', reason = null, document_id = p_document_id, pages = p_pages, title = p_title,
    verified = p_verified, done = total, lease_until = null, rendered_at = clock_timestamp()
  where id = p_report_id and attempts = p_attempt and status = 'RENDERING'
  returning * into v_report;
  if not found then
    raise sqlstate 'PT409' using message = 'another worker has this report', detail = '{"code": "conflict"}';
  end if;
  -- One that was overtaken by a newer one is kept, and is not the current one.
  if not exists (select from public.reports r where r.case_id = v_report.case_id and r.report_type = v_report.report_type
    and r.nature = v_report.nature and r.is_current and r.version > v_report.version)
  then
    update public.reports set is_current = false where case_id = v_report.case_id and report_type = v_report.report_type
      and nature = v_report.nature and is_current;
    update public.reports set is_current = true where id = p_report_id returning * into v_report;
  end if;
  perform private.event_add(v_report.org_id, v_report.case_id, 'report.rendered', p_data => jsonb_build_object(
    'report_id', v_report.id, 'document_id', p_document_id, 'report_type', v_report.report_type,
    'nature', v_report.nature, 'version', v_report.version, 'is_current', v_report.is_current,
    'helper_name', v_report.helper_name, 'pages', p_pages));
  return v_report;
end;
$$;
comment on function private.report_finish(uuid, integer, uuid, integer, text, jsonb) is
  'A report is ready: it becomes the current one of its kind, and Make hears of it, in the transaction that filed its PDF.';
revoke execute on function private.report_fail(uuid, integer, text, jsonb, integer),
  private.report_claim(integer, integer, uuid), private.report_step(uuid, integer, integer, integer),
  private.report_finish(uuid, integer, uuid, integer, text, jsonb) from public;
grant execute on function private.report_fail(uuid, integer, text, jsonb, integer),
  private.report_claim(integer, integer, uuid), private.report_step(uuid, integer, integer, integer),
  private.report_finish(uuid, integer, uuid, integer, text, jsonb) to service_role;
