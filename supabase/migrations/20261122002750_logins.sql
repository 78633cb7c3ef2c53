-- What was done with a staff login stands in its office's story; the logins themselves are Django's.

select private.hold_still();

create function private.login_event(p_profile_id uuid, p_what text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
-- Definer, because events are written by nobody directly.
declare
  v_person public.profiles;
begin
  select * into v_person from public.profiles
  where user_id = p_profile_id and org_id = any (array(select private.my_orgs()));
  if not found then
    raise sqlstate 'PT404' using message = 'login not found', detail = '{"code": "not_found"}';
  end if;
  if p_profile_id is distinct from (select auth.uid()) and not private.is_manager() then
    raise sqlstate '42501' using message = 'only a manager looks after the logins of others';
  end if;
  if p_what not in ('second_factor_on', 'second_factor_off', 'second_factor_reset', 'codes_renewed', 'unlocked',
    'sessions_ended', 'password_changed') then
    raise sqlstate 'PT422' using message = 'not something that is done with a login';
  end if;
  perform private.event_add(v_person.org_id, null, 'login.' || p_what,
    p_data => jsonb_build_object('ids', jsonb_build_array(p_profile_id), 'name', v_person.name));
end;
$$;
comment on function private.login_event(uuid, text) is
  'Tells what a person did with the own login, or a manager with that of a colleague; refused to all others.';
grant execute on function private.login_event(uuid, text) to backoffice_staff;
