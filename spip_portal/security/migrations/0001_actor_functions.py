"""Who asks, as PostgreSQL sees it: the setting names a person, the tables say what that
person is. Called in policies as `(select app.f())`: one evaluation a statement. In
plpgsql, which keeps its plans for the connection: in SQL each call would plan anew."""

from django.db import migrations

FUNCTIONS = """
create schema app;
grant usage on schema app to portal_app;

create function app.uid() returns bigint language sql stable
as $$ select nullif(current_setting('app.user_id', true), '')::bigint $$;

-- The job that acts for nobody; empty for a person.
create function app.system() returns text language sql stable
as $$ select current_setting('app.system', true) $$;

-- Dates are those of Paris, by the clock of the database.
create function app.today() returns date language sql stable
as $$ select (statement_timestamp() at time zone 'Europe/Paris')::date $$;

-- The live posting of the person who asks; null for a partner.
create function app.posting() returns accounts_posting
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare held accounts_posting;
begin
  select p.* into held from accounts_user u
    join accounts_posting p on p.id = u.active_posting_id and p.user_id = u.id
   where u.id = app.uid() and u.is_active
     and p.confirmed_at is not null and p.starts_on <= app.today()
     and (p.ends_on is null or p.ends_on >= app.today())
     and (u.cases_closed_until is null or u.cases_closed_until <= statement_timestamp());
  return held;
end $$;

create function app.cpip() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$ begin return (select user_id from app.posting() where role = 'cpip'); end $$;

create function app.cpip_spip() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$ begin return (select spip_id from app.posting() where role = 'cpip'); end $$;

create function app.managed_spip() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$ begin return (select spip_id from app.posting() where role = 'manager'); end $$;

create function app.partner() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare partner bigint;
begin
  select u.id into partner from accounts_user u
   where u.id = app.uid() and u.is_active
     and (u.cases_closed_until is null or u.cases_closed_until <= statement_timestamp())
     and not exists (select 1 from app.posting() p where p.id is not null);
  return partner;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "drop schema app cascade"),
    ]
