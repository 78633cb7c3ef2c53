-- People at work: what each role may do, who sees which case, and how a case goes from hand to hand.

select private.set_aside('case_collaborators');
select private.make_room('case_bring_back', 'case_end', 'case_transfer', 'create_user_account');

-- What an office decides about its roles.

alter table public.orgs
  add assessors_see_own_cases_only boolean not null default false,
  add assistants_read_only boolean not null default false;
comment on column public.orgs.assessors_see_own_cases_only is
  'Appraisers see the cases they opened, are assigned to, or that are shared with them; off, everybody sees all.';
comment on column public.orgs.assistants_read_only is 'Assistants read helpers and save none.';
grant update (name, assessors_see_own_cases_only, assistants_read_only) on public.orgs to backoffice_staff;

create function private.org_audit() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_changes jsonb := private.changed_only(to_jsonb(old), to_jsonb(new),
    array['name', 'assessors_see_own_cases_only', 'assistants_read_only']);
begin
  insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
  values (new.id, (select auth.uid()), private.door(), tg_op, tg_table_name, new.id, v_changes -> 'was',
    v_changes -> 'became', private.request_id());
  return null;
end;
$$;
comment on function private.org_audit() is 'Keeps who decided what an office''s roles may do, and what it was.';
create trigger orgs_roles_audit after update of name, assessors_see_own_cases_only, assistants_read_only on public.orgs
  for each row when ((old.name, old.assessors_see_own_cases_only, old.assistants_read_only)
    is distinct from (new.name, new.assessors_see_own_cases_only, new.assistants_read_only))
  execute function private.org_audit();

-- Who works on a case besides whom it is assigned to; columns and calls are those of the existing screens.

create table public.case_collaborators (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  user_id uuid not null references public.profiles (user_id) on delete restrict,
  added_by uuid references public.profiles (user_id) on delete restrict,
  added_at timestamptz not null default now(),
  constraint case_collaborators_once unique (case_id, user_id)
);
comment on table public.case_collaborators is 'People who work on a case together with whom it is assigned to.';
create index case_collaborators_org_id on public.case_collaborators (org_id);
create index case_collaborators_user_id on public.case_collaborators (user_id, case_id);
create index case_collaborators_added_by on public.case_collaborators (added_by);

-- Which cases a person sees. Each policy asks the first one once a statement; where it says yes, nothing else is asked.

create function private.shows_all_cases() returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return not exists (
    select from public.profiles p join public.user_orgs m on m.user_id = p.user_id join public.orgs o on o.id = m.org_id
    where p.user_id = (select auth.uid()) and p.role = 'assessor' and o.assessors_see_own_cases_only);
end;
$$;
comment on function private.shows_all_cases() is
  'False for an appraiser whose office shows appraisers only their own cases; the one question of an office that shows all.';

create function private.my_cases() returns setof uuid
language plpgsql stable security definer rows 200 set search_path = ''
as $$
declare
  v_me uuid := (select auth.uid());
begin
  return query
    select c.id from public.cases c where c.created_by = v_me
    union all select c.id from public.cases c where c.assigned_to = v_me
    union all select k.case_id from public.case_collaborators k where k.user_id = v_me;
end;
$$;
comment on function private.my_cases() is 'The cases the caller opened, is assigned to, or that are shared with the caller.';

create function private.case_is_shown(p_case_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return p_case_id is null or private.shows_all_cases()
    or exists (select from public.cases c
      where c.id = p_case_id and (select auth.uid()) in (c.created_by, c.assigned_to))
    or exists (select from public.case_collaborators k where k.case_id = p_case_id and k.user_id = (select auth.uid()));
end;
$$;
comment on function private.case_is_shown(uuid) is
  'Whether the policy below would show a case, for functions that run as the owner; what belongs to no case is shown.';

create policy "Appraisers see their own cases where the office says so" on public.cases as restrictive to authenticated
  using ((select private.shows_all_cases()) or created_by = (select auth.uid()) or assigned_to = (select auth.uid())
    or id in (select private.my_cases()))
  with check ((select private.shows_all_cases()) or created_by = (select auth.uid()) or assigned_to = (select auth.uid())
    or id in (select private.my_cases()));

-- Run once by each later file that makes a table of cases' rows; tests/sql/test_own_cases.py finds one that forgot.
create function private.goes_with_its_case(p_table regclass) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_shown text := 'case_id is null or (select private.shows_all_cases()) or case_id in (select private.my_cases())';
begin
  execute format('create policy %I on %s as restrictive to authenticated using (%s) with check (%s)',
    'What belongs to a case is seen with it', p_table, v_shown, v_shown);
end;
$$;
comment on function private.goes_with_its_case(regclass) is 'Hides a table''s rows from whom their case is hidden.';

create function private.goes_with_its_parent(p_table regclass, p_column text, p_parent regclass) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  execute format('create policy %I on %s as restrictive for select to authenticated
    using ((select private.shows_all_cases()) or %I in (select id from %s))',
    'What belongs to a case is seen with it', p_table, p_column, p_parent);
end;
$$;
comment on function private.goes_with_its_parent(regclass, text, regclass) is
  'Hides a table''s rows from whom the row above them is hidden.';

do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid::regclass from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind = 'r'
      and a.attname = 'case_id' and not a.attisdropped and c.relrowsecurity
    order by 1
  loop
    perform private.goes_with_its_case(v_table);
  end loop;
end $$;
select private.goes_with_its_parent('public.reminder_occurrences', 'reminder_id', 'public.reminders');
select private.goes_with_its_parent('public.invoice_validations', 'invoice_id', 'public.invoices');
select private.goes_with_its_parent('public.kb_embeddings', 'doc_id', 'public.kb_docs');

create function private.deliveries_shown() returns setof uuid
language sql stable security invoker set search_path = ''
as $$ select id from private.deliveries $$;
comment on function private.deliveries_shown() is 'The deliveries whose cases the caller sees.';
create policy "What belongs to a case is seen with it" on private.delivery_attempts as restrictive for select to authenticated
  using ((select private.shows_all_cases()) or delivery_id in (select private.deliveries_shown()));

grant execute on function private.shows_all_cases(), private.my_cases(), private.case_is_shown(uuid),
  private.deliveries_shown() to authenticated, service_role;
revoke execute on function private.goes_with_its_case(regclass),
  private.goes_with_its_parent(regclass, text, regclass) from public;

-- Sharing.

create function private.case_seen(p_case_id uuid) returns public.cases
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_case public.cases;
begin
  select * into v_case from public.cases c where c.id = p_case_id and private.case_is_shown(c.id)
    and (current_setting('role') in ('service_role', 'none') or c.org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return v_case;
end;
$$;
comment on function private.case_seen(uuid) is 'A case the caller sees; a hidden one is the same as none.';

create function private.case_worker(p_user_id uuid, p_org_id uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_name text;
begin
  select p.name into v_name from public.profiles p join public.user_orgs m on m.user_id = p.user_id
  where p.user_id = p_user_id and m.org_id = p_org_id and p.status = 'active' and p.role <> 'developer';
  if not found then
    raise sqlstate 'PT422' using message = 'nobody of this office who works on cases',
      detail = '{"code": "invalid", "pointer": "/user_id"}';
  end if;
  return v_name;
end;
$$;
comment on function private.case_worker(uuid, uuid) is
  'The name of somebody of an office who can be given a case: active, and no developer.';

create function private.case_collaborator_stamp() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_case public.cases := private.case_seen(new.case_id);
begin
  perform private.case_worker(new.user_id, v_case.org_id);
  new.org_id := v_case.org_id;
  new.added_by := coalesce((select auth.uid()), new.added_by);
  new.added_at := clock_timestamp();
  return new;
end;
$$;
comment on function private.case_collaborator_stamp() is 'A case is shared by somebody who sees it, with somebody of its office.';
create trigger case_collaborators_stamp before insert on public.case_collaborators
  for each row execute function private.case_collaborator_stamp();

create function private.case_collaborator_news() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_row public.case_collaborators := case when tg_op = 'INSERT' then new else old end;
begin
  perform private.event_add(v_row.org_id, v_row.case_id,
    case when tg_op = 'INSERT' then 'case.shared' else 'case.unshared' end,
    p_data => jsonb_build_object('user_id', v_row.user_id,
      'name', (select p.name from public.profiles p where p.user_id = v_row.user_id)));
  return null;
end;
$$;
comment on function private.case_collaborator_news() is 'Who was let into a case, and who was taken out of it.';
create trigger case_collaborators_news after insert or delete on public.case_collaborators
  for each row execute function private.case_collaborator_news();

alter table public.case_collaborators enable row level security;
alter table public.case_collaborators force row level security;
create policy "Members see who works on a case" on public.case_collaborators
  for select to authenticated using (org_id = any (array(select private.my_orgs())));
create policy "Members share cases of their office" on public.case_collaborators
  for insert to authenticated with check (org_id = any (array(select private.my_orgs())));
create policy "Members end a sharing" on public.case_collaborators
  for delete to authenticated using (org_id = any (array(select private.my_orgs())));
revoke all on public.case_collaborators from anon, authenticated, service_role;
grant select, insert, delete on public.case_collaborators to authenticated, service_role;
select private.goes_with_its_case('public.case_collaborators');

-- More news that Make can hear. What stood before stays, whichever file brought it.
do $$
declare
  v_types text;
begin
  select string_agg(quote_literal(t), ', ') into v_types from (
    select m[1] as t from pg_catalog.pg_constraint c,
      regexp_matches(pg_catalog.pg_get_constraintdef(c.oid), '''([^'']+)''', 'g') m
    where c.conrelid = 'private.outbox'::regclass and c.conname = 'outbox_type_check'
    union select unnest(array['case.transferred', 'onedrive.archive_requested'])) known;
  alter table private.outbox drop constraint outbox_type_check;
  execute format('alter table private.outbox add constraint outbox_type_check check (type in (%s))', v_types);
end $$;

-- What an assistant does not do, at any door.

create function private.is_assistant() returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from public.profiles p where p.user_id = (select auth.uid()) and p.role = 'assistant');
end;
$$;
comment on function private.is_assistant() is 'True for an assistant, whose hands some things are kept out of.';

create function private.case_hands_off() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if private.is_assistant() then
    raise sqlstate '42501' using message = 'assistants do not close, archive, bring back or pass on a case';
  end if;
  return new;
end;
$$;
comment on function private.case_hands_off() is 'Assistants do not end a case, bring it back, or give it to somebody else.';
-- Before cases_before_update, by its name; an update of anything else does not come here.
create trigger cases_0_role before update of status, assigned_to on public.cases for each row
  when (old.assigned_to is distinct from new.assigned_to
    or old.status is distinct from new.status
      and (old.status in ('CLOSED', 'ARCHIVED') or new.status in ('CLOSED', 'ARCHIVED')))
  execute function private.case_hands_off();

create function private.case_helper_role() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if exists (
    select from public.profiles p join public.orgs o on o.id = p.org_id
    where p.user_id = (select auth.uid()) and p.role = 'assistant'
      and (o.assistants_read_only or new.restored_from is not null or new.source = 'version_restore')
  ) then
    raise sqlstate '42501' using message = 'assistants do not restore versions, and save none where the office says so';
  end if;
  return new;
end;
$$;
comment on function private.case_helper_role() is
  'Assistants never restore; whether they save is what their office decided.';
create trigger case_helper_1_role before insert on public.case_helper
  for each row execute function private.case_helper_role();

-- From hand to hand.

create function private.case_transfer(p_case_id uuid, p_to uuid, p_reason text) returns public.cases
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- As the owner, because who gives a case away may not see it afterwards; case_seen asks first.
  v_case public.cases := private.case_seen(p_case_id);
  v_to text := private.case_worker(p_to, v_case.org_id);
  v_from uuid := v_case.assigned_to;
  v_told jsonb;
begin
  if btrim(coalesce(p_reason, '')) = '' or length(p_reason) > 500 then
    raise sqlstate 'PT422' using message = 'say why, in at most 500 letters',
      detail = '{"code": "invalid", "pointer": "/reason"}';
  end if;
  if v_from is not distinct from p_to then
    return v_case;
  end if;
  update public.cases set assigned_to = p_to where id = p_case_id returning * into v_case;
  v_told := jsonb_build_object('from', v_from, 'to', p_to, 'to_name', v_to, 'reason', btrim(p_reason),
    'from_name', (select p.name from public.profiles p where p.user_id = v_from));
  perform private.event_add(v_case.org_id, p_case_id, 'case.transferred', p_data => v_told);
  -- Make tells both.
  perform private.outbox_add(v_case.org_id, p_case_id, 'case.transferred', p_data => v_told);
  return v_case;
end;
$$;
comment on function private.case_transfer(uuid, uuid, text) is
  'Gives a case to somebody else of the office, with a reason; Make hears whose it was and whose it is.';

create function public.case_transfer(p_case_id uuid, p_to uuid, p_reason text) returns public.cases
language sql volatile security invoker set search_path = ''
as $$ select * from private.case_transfer(p_case_id, p_to, p_reason) $$;
comment on function public.case_transfer(uuid, uuid, text) is
  'Gives a case to somebody else of the office, with a reason; Make hears whose it was and whose it is.';

-- The end of a case, and its way back.

alter table public.cases add archive_asked_at timestamptz;
comment on column public.cases.archive_asked_at is 'When Make was last asked to archive the case''s OneDrive folder.';

create function private.onedrive_archive_ask(p_case public.cases) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.cases set archive_asked_at = clock_timestamp() where id = p_case.id;
  perform private.event_add(p_case.org_id, p_case.id, 'onedrive.archive_requested');
  perform private.outbox_add(p_case.org_id, p_case.id, 'onedrive.archive_requested',
    p_data => jsonb_build_object('filing_number', p_case.filing_case_id));
end;
$$;
comment on function private.onedrive_archive_ask(public.cases) is 'Asks Make to archive a case''s folder on OneDrive.';

create function private.case_end(
  p_case_id uuid, p_status text, p_reason text default null, p_cancel_reminders boolean default false,
  p_archive_onedrive boolean default false
) returns public.cases
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case public.cases := private.case_seen(p_case_id);
  v_before text := v_case.status;
  v_reminders jsonb := '{}';
begin
  if p_status is null or p_status not in ('CLOSED', 'ARCHIVED') then
    raise sqlstate 'PT422' using message = 'a case ends as CLOSED or ARCHIVED',
      detail = '{"code": "invalid", "pointer": "/status"}';
  end if;
  if private.is_assistant() then
    raise sqlstate '42501' using message = 'assistants do not close or archive a case';
  end if;
  update public.cases set status = p_status where id = p_case_id returning * into v_case;
  if p_cancel_reminders then
    with ended as (
      select r.id, r.status from public.reminders r
      where r.case_id = p_case_id and r.status in ('ממתין', 'באיחור') for update
    ), cancelled as (
      update public.reminders r set status = 'בוטל' from ended e where r.id = e.id returning r.id, e.status
    )
    select coalesce(jsonb_object_agg(id, status), '{}') into v_reminders from cancelled;
  end if;
  perform private.event_add(v_case.org_id, p_case_id, 'case.ended', p_data => jsonb_strip_nulls(jsonb_build_object(
    'status', p_status, 'before', v_before, 'reason', nullif(btrim(left(p_reason, 500)), ''),
    'reminders', nullif(v_reminders, '{}'))));
  if p_archive_onedrive then
    perform private.onedrive_archive_ask(v_case);
    select * into v_case from public.cases where id = p_case_id;
  end if;
  return v_case;
end;
$$;
comment on function private.case_end(uuid, text, text, boolean, boolean) is
  'Closes or archives a case; its reminders stay or are cancelled, and Make may be asked to archive its folder. Nothing is deleted.';

create function public.case_end(
  p_case_id uuid, p_status text, p_reason text default null, p_cancel_reminders boolean default false,
  p_archive_onedrive boolean default false
) returns public.cases
language sql volatile security invoker set search_path = ''
as $$ select * from private.case_end(p_case_id, p_status, p_reason, p_cancel_reminders, p_archive_onedrive) $$;
comment on function public.case_end(uuid, text, text, boolean, boolean) is
  'Closes or archives a case; its reminders stay or are cancelled, and Make may be asked to archive its folder. Nothing is deleted.';

create function private.case_bring_back(p_case_id uuid, p_reason text default null) returns public.cases
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case public.cases := private.case_seen(p_case_id);
  v_ended jsonb;
  v_status text;
begin
  if v_case.status not in ('CLOSED', 'ARCHIVED') then
    raise sqlstate 'PT409' using message = 'this case is open', detail = '{"code": "conflict"}';
  end if;
  if private.is_assistant() then
    raise sqlstate '42501' using message = 'assistants do not bring a case back';
  end if;
  -- As it was before it ended, through whichever door that was.
  select e.data ->> 'from' into v_status from public.events e
  where e.case_id = p_case_id and e.type = 'case.status_changed' and e.data ->> 'from' not in ('CLOSED', 'ARCHIVED')
  order by e.at desc, e.id desc limit 1;
  select e.data into v_ended from public.events e
  where e.case_id = p_case_id and e.type in ('case.ended', 'case.brought_back') order by e.at desc, e.id desc limit 1;
  update public.cases set status = coalesce(v_status, 'OPEN') where id = p_case_id returning * into v_case;
  update public.reminders r set status = c.value
  from jsonb_each_text(coalesce(v_ended -> 'reminders', '{}')) c
  where r.id = c.key::uuid and r.case_id = p_case_id and r.status = 'בוטל';
  perform private.event_add(v_case.org_id, p_case_id, 'case.brought_back', p_data => jsonb_strip_nulls(
    jsonb_build_object('status', v_case.status, 'reason', nullif(btrim(left(p_reason, 500)), ''))));
  return v_case;
end;
$$;
comment on function private.case_bring_back(uuid, text) is
  'Opens an ended case as it was: its status, and the reminders that were cancelled with it. One open case for a plate, as ever.';

create function public.case_bring_back(p_case_id uuid, p_reason text default null) returns public.cases
language sql volatile security invoker set search_path = ''
as $$ select * from private.case_bring_back(p_case_id, p_reason) $$;
comment on function public.case_bring_back(uuid, text) is
  'Opens an ended case as it was: its status, and the reminders that were cancelled with it. One open case for a plate, as ever.';

create function private.case_contents(p_case_id uuid)
returns table (versions bigint, files bigint, pictures bigint, reports bigint, open_invoices bigint, unpaid numeric,
  is_unpaid boolean, reminders bigint, links bigint)
language sql stable security invoker set search_path = ''
as $$
  select
    (select count(*) from public.case_helper h where h.case_id = p_case_id),
    (select count(*) from public.documents d where d.case_id = p_case_id and d.deleted_at is null),
    (select count(*) from public.images i where i.case_id = p_case_id and i.deleted_at is null),
    (select count(*) from public.reports r where r.case_id = p_case_id and r.status = 'READY'),
    (select count(*) from public.invoices v where v.case_id = p_case_id and v.status not in ('PAID', 'CANCELLED')),
    f.fee, f.waiting > 0,
    (select count(*) from public.reminders m where m.case_id = p_case_id and m.status in ('ממתין', 'באיחור')),
    (select count(*) from private.document_links l
      where l.case_id = p_case_id and l.revoked_at is null and l.expires_at > now())
  from (select sum(p.total_fee) as fee, count(*) as waiting from public.payment_tracking p
    where p.case_id = p_case_id and p.removed_at is null and p.payment_status <> 'שולם במלואו') f
$$;
comment on function private.case_contents(uuid) is 'What is in a case, for whoever is about to end it.';

revoke execute on function private.case_seen(uuid), private.case_worker(uuid, uuid),
  private.onedrive_archive_ask(public.cases) from public;
revoke execute on function public.case_transfer(uuid, uuid, text), public.case_end(uuid, text, text, boolean, boolean),
  public.case_bring_back(uuid, text) from public, anon, authenticated, service_role;
grant execute on function private.is_assistant() to authenticated, service_role;
grant execute on function private.case_contents(uuid) to backoffice_staff;
grant execute on function private.case_transfer(uuid, uuid, text), private.case_end(uuid, text, text, boolean, boolean),
  private.case_bring_back(uuid, text), public.case_transfer(uuid, uuid, text),
  public.case_end(uuid, text, text, boolean, boolean), public.case_bring_back(uuid, text)
  to authenticated, service_role;

-- People themselves. The machine's own keys may do anything; a person is held to the rules.

create function private.rank(p_role text) returns integer
language sql immutable set search_path = ''
as $$ select array_position(array['assistant', 'assessor', 'admin', 'developer'], p_role) $$;
comment on function private.rank(text) is 'How high a role stands; nobody gives one above the own.';

create function private.ranks_over(p_role text, p_org_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return current_setting('role') in ('service_role', 'none') or exists (
    select from public.profiles p
    where p.user_id = (select auth.uid()) and p.status = 'active' and p.role in ('admin', 'developer')
      and p.org_id = p_org_id and private.rank(p.role) >= private.rank(p_role));
end;
$$;
comment on function private.ranks_over(text, uuid) is
  'Whether the caller is a manager of the office, and stands as high as this role.';

create function private.profile_rules() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if (select auth.uid()) is null then
    return new;
  end if;
  if not (private.ranks_over(old.role, old.org_id) and private.ranks_over(new.role, new.org_id)) then
    raise sqlstate '42501' using message = 'only a manager changes people, and gives no role above the own';
  end if;
  if new.status <> old.status and new.user_id = (select auth.uid()) then
    raise sqlstate 'PT409' using message = 'nobody suspends himself', detail = '{"code": "own_status"}';
  end if;
  if old.role in ('admin', 'developer') and old.status = 'active'
    and not (new.role in ('admin', 'developer') and new.status = 'active')
  then
    -- Two who suspend each other at once queue here, and the second finds that nobody would be left.
    perform pg_advisory_xact_lock(hashtextextended('managers ' || old.org_id, 0));
    if not exists (
      select from public.profiles p where p.org_id = old.org_id and p.user_id <> old.user_id and p.status = 'active'
        and p.role in ('admin', 'developer')
    ) then
      raise sqlstate 'PT409' using message = 'an office keeps one active manager', detail = '{"code": "last_manager"}';
    end if;
  end if;
  return new;
end;
$$;
comment on function private.profile_rules() is
  'Nobody rises above the own role or reaches above it, and an office keeps a manager.';
-- Their own phone, device and marks of a login people change without it.
create trigger profiles_0_rules before update of name, email, username, role, status, org_id on public.profiles
  for each row execute function private.profile_rules();

drop policy "People keep their own contact details" on public.profiles;
create policy "People keep their own contact details, managers their people" on public.profiles for update to authenticated
  using (org_id = any (array(select private.my_orgs()))
    and (user_id = (select auth.uid()) or (select private.is_manager())))
  with check (org_id = any (array(select private.my_orgs())));
-- The rules above say who; without the right, managers could not do it from the existing screens.
grant update (name, email, role, status) on public.profiles to authenticated;

create function private.auth_keeps_passwords() returns boolean
language sql stable set search_path = ''
as $$
  select exists (select from pg_catalog.pg_attribute
    where attrelid = 'auth.users'::regclass and attname = 'encrypted_password' and not attisdropped)
$$;
comment on function private.auth_keeps_passwords() is 'Whether Supabase Auth is here; plain Postgres has its table, and no logins.';

create function private.auth_hash(p_password text) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  v_schema regnamespace := (select extnamespace from pg_catalog.pg_extension where extname = 'pgcrypto');
  v_hash text;
begin
  if length(coalesce(p_password, '')) not between 8 and 72 then
    raise sqlstate 'PT422' using message = 'a password has 8 to 72 letters',
      detail = '{"code": "invalid", "pointer": "/p_password"}';
  end if;
  execute format('select %1$I.crypt($1, %1$I.gen_salt(''bf'', 10))', v_schema) into v_hash using p_password;
  return v_hash;
end;
$$;
comment on function private.auth_hash(text) is 'A password as Supabase Auth keeps it.';

create function private.auth_user_add(p_email text, p_password text) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid := gen_random_uuid();
begin
  if exists (select from auth.users u where u.email = p_email) then
    raise sqlstate 'PT409' using message = 'somebody has this address already', detail = '{"code": "person_exists"}';
  end if;
  if not private.auth_keeps_passwords() then
    insert into auth.users (id, email) values (v_id, p_email);
    return v_id;
  end if;
  -- Supabase Auth reads these as texts: null in one of the tokens would break its login.
  execute 'insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
      raw_app_meta_data, raw_user_meta_data, created_at, updated_at, confirmation_token, recovery_token,
      email_change_token_new, email_change)
    values (''00000000-0000-0000-0000-000000000000'', $1, ''authenticated'', ''authenticated'', $2, $3, now(),
      ''{"provider": "email", "providers": ["email"]}'', ''{}'', now(), now(), '''', '''', '''', '''')'
  using v_id, p_email, private.auth_hash(p_password);
  execute 'insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at)
    values ($1::text, $1, jsonb_build_object(''sub'', $1, ''email'', $2, ''email_verified'', true), ''email'', now(), now())'
  using v_id, p_email;
  return v_id;
end;
$$;
comment on function private.auth_user_add(text, text) is
  'Gives a person a login of Supabase Auth, or where there is none, the row that a profile hangs on.';

create function private.create_user_account(
  p_email text, p_password text, p_name text, p_phone text default null, p_role text default 'assessor',
  p_org_id uuid default null
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_email text := lower(btrim(coalesce(p_email, '')));
  v_id uuid;
begin
  if private.rank(p_role) is null then
    raise sqlstate 'PT422' using message = 'no such role', detail = '{"code": "invalid", "pointer": "/p_role"}';
  end if;
  if not private.ranks_over(p_role, v_org) then
    raise sqlstate '42501' using message = 'only a manager adds people, and gives no role above the own';
  end if;
  if v_email !~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$' or length(v_email) > 200 then
    raise sqlstate 'PT422' using message = 'this is no e-mail address', detail = '{"code": "invalid", "pointer": "/p_email"}';
  end if;
  if length(btrim(coalesce(p_name, ''))) not between 1 and 200 then
    raise sqlstate 'PT422' using message = 'a person has a name', detail = '{"code": "invalid", "pointer": "/p_name"}';
  end if;
  v_id := private.auth_user_add(v_email, p_password);
  insert into public.profiles (user_id, org_id, name, role, email, phone, must_change_password, created_by)
  values (v_id, v_org, btrim(p_name), p_role, v_email, nullif(btrim(left(p_phone, 60)), ''), true, (select auth.uid()));
  return jsonb_build_object('success', true, 'user_id', v_id, 'login', private.auth_keeps_passwords());
end;
$$;
comment on function private.create_user_account(text, text, text, text, text, uuid) is
  'A manager adds a person to the office; `login` says whether Supabase Auth keeps the password.';

create function public.create_user_account(
  p_email text, p_password text, p_name text, p_phone text default null, p_role text default 'assessor',
  p_org_id uuid default null
) returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.create_user_account(p_email, p_password, p_name, p_phone, p_role, p_org_id) $$;
comment on function public.create_user_account(text, text, text, text, text, uuid) is
  'A manager adds a person to the office; `login` says whether Supabase Auth keeps the password.';

create function private.person_password(p_user_id uuid, p_password text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_person public.profiles;
begin
  select * into v_person from public.profiles where user_id = p_user_id and org_id = any (array(select private.my_orgs()));
  if not found then
    raise sqlstate 'PT404' using message = 'no such person', detail = '{"code": "not_found"}';
  end if;
  if not private.ranks_over(v_person.role, v_person.org_id) then
    raise sqlstate '42501' using message = 'only a manager gives a new password';
  end if;
  update public.profiles set must_change_password = true where user_id = p_user_id;
  perform private.event_add(v_person.org_id, null, 'profile.password_given',
    p_data => jsonb_build_object('user_id', p_user_id, 'name', v_person.name));
  if private.auth_keeps_passwords() then
    execute 'update auth.users set encrypted_password = $2, updated_at = now() where id = $1'
    using p_user_id, private.auth_hash(p_password);
  end if;
  return private.auth_keeps_passwords();
end;
$$;
comment on function private.person_password(uuid, text) is
  'A manager gives a person a password for one login; answers whether Supabase Auth took it as well.';

revoke execute on function private.rank(text), private.ranks_over(text, uuid), private.auth_keeps_passwords(),
  private.auth_hash(text), private.auth_user_add(text, text), private.person_password(uuid, text) from public;
revoke execute on function public.create_user_account(text, text, text, text, text, uuid)
  from public, anon, authenticated, service_role;
grant execute on function private.person_password(uuid, text) to backoffice_staff;
grant execute on function private.create_user_account(text, text, text, text, text, uuid),
  public.create_user_account(text, text, text, text, text, uuid) to authenticated, service_role;

-- Rows of an existing project.
select private.bring_back('case_collaborators');
