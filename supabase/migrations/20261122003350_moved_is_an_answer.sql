-- Make's copy of a module that has moved is refused and kept: an answer, and nothing for the health board. A pilot whose
-- scenario still sends its copies would otherwise stand in the way of every further step of the cutover.

create or replace function private.check_mirror(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'failed', 'helper_sync_log', l.id, l.case_id, c.plate, l.version::numeric, l.sync_direction
    from public.helper_sync_log l left join public.cases c on c.id = l.case_id
    where l.org_id = p_org_id and l.sync_status = 'FAILED' and coalesce(l.error_details ->> 'code', '') <> 'module_moved'
      and l.created_at > clock_timestamp() - make_interval(days => (p_limits ->> 'failed_days')::integer)
      and not exists (
        select from public.helper_sync_log n
        where n.case_id = l.case_id and n.sync_direction = l.sync_direction and n.created_at > l.created_at
          and coalesce(n.error_details ->> 'code', '') <> 'module_moved')
    order by l.created_at desc, l.id limit p_most;
end;
$$;
comment on function private.check_mirror(uuid, jsonb, integer) is
  'What Make and we sent each other and was refused, where nothing came after it; what has moved is refused as it should be.';
