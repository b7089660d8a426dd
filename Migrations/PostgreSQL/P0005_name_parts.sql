-- An index that finds the runs whose names contain three letters in a row, where the server has the extension pg_trgm and this role
-- may create it. Without it all names are read.
DO $$
DECLARE
  home name;
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    SELECT nspname INTO home FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm';
    -- Few rows at a time arrive, and lists would look through those that wait to be sorted in.
    EXECUTE format(
      'CREATE INDEX run_by_part_of_name ON normscope.run USING gin (name %I.gin_trgm_ops) WITH (fastupdate = off)', home);
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
