-- Private cluster only, after roles.sql: the login role of the test suite, and the same rights in every database it creates.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT 'CREATE ROLE portal_test'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_test')
\gexec

-- NOINHERIT: a test that forgets SET ROLE is refused, instead of silently reading as the owner.
ALTER ROLE portal_test LOGIN NOINHERIT CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
GRANT portal_owner, portal_app TO portal_test;
ALTER ROLE portal_test SET max_parallel_workers_per_gather = 0; -- as portal_app, which it becomes after its settings are read
-- So that a test connection opened with `-c role=portal_owner` creates databases that portal_owner owns.
ALTER ROLE portal_owner CREATEDB;

\connect template1
\ir roles_database.sql
