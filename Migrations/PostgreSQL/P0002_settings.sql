-- The members of the runs' configurations, by which runs are found: a row for each, made by a trigger whenever a configuration is
-- written. The key is the dotted path of the member, such as `data.name`. Of a list the text is `[]`, and null has no row.
-- `number` is NaN where the text is no number. A configuration that PostgreSQL can't read has one row, with an empty key.
CREATE TABLE setting (
  run    bigint NOT NULL CONSTRAINT setting_run_exists REFERENCES run ON DELETE CASCADE,
  key    text NOT NULL,
  text   text NOT NULL,
  number double precision NOT NULL,
  CONSTRAINT setting_key PRIMARY KEY (run, key)
);

-- The number that a text is; NaN where it is none.
CREATE FUNCTION number_in(text text) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN $1 ~ '^[+-]?([0-9]{1,100}\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$'
    THEN $1::double precision ELSE 'NaN' END
$$;

CREATE FUNCTION settings(configuration jsonb) RETURNS TABLE (key text, text text, number double precision)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 AS $$
  WITH RECURSIVE member (key, value) AS (
    SELECT outermost.key, outermost.value FROM jsonb_each(configuration) AS outermost
    UNION ALL
    SELECT member.key || '.' || inside.key, inside.value
    FROM member, jsonb_each(CASE jsonb_typeof(member.value) WHEN 'object' THEN member.value ELSE '{}' END) AS inside)
  SELECT DISTINCT ON (member.key) member.key, written.text, normscope.number_in(written.text)
  FROM member, LATERAL (
    SELECT CASE jsonb_typeof(member.value) WHEN 'array' THEN '[]' ELSE member.value #>> '{}' END) AS written (text)
  WHERE jsonb_typeof(member.value) NOT IN ('object', 'null')
  ORDER BY member.key
$$;

CREATE FUNCTION keep_settings() RETURNS trigger LANGUAGE plpgsql SET search_path = normscope, pg_catalog SET jit = off AS $$
BEGIN
  DELETE FROM setting WHERE run = NEW.id;
  INSERT INTO setting (run, key, text, number)
    SELECT NEW.id, member.key, member.text, member.number FROM settings(NEW.configuration::jsonb) AS member;
  RETURN NULL;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  DELETE FROM setting WHERE run = NEW.id;
  INSERT INTO setting (run, key, text, number) VALUES (NEW.id, '', '', 'NaN');
  RETURN NULL;
END
$$;
CREATE TRIGGER run_keeps_settings AFTER INSERT OR UPDATE OF configuration ON run
  FOR EACH ROW EXECUTE FUNCTION keep_settings();
UPDATE run SET configuration = configuration;

-- Of a text its beginning, as an index has no long ones.
CREATE INDEX setting_by_text ON setting (key, left(text, 200));
CREATE INDEX setting_by_number ON setting (key, number);
CREATE INDEX tag_by_value ON tag (key, left(value, 200));
CREATE INDEX tag_by_number ON tag (key, number_in(value));
CREATE STATISTICS setting_numbers (mcv) ON key, number FROM setting;
