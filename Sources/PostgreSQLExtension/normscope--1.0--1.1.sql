-- Functions over whole blocks of a site, whose checksums they look at.
\echo Use "ALTER EXTENSION normscope UPDATE" to load this file. \quit

CREATE TYPE travel AS (first_step bigint, last_step bigint, least_spacing bigint, greatest_spacing bigint,
  path_length double precision, normalized double precision);
CREATE TYPE trailing_shifts AS (steps bigint[], shifts double precision[]);

CREATE FUNCTION travel_block(internal, smallint, bigint, bigint[], bigint[], bigint[], bytea, bytea, double precision)
  RETURNS internal AS 'MODULE_PATHNAME', 'normscope_travel_block' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION travel_end(internal) RETURNS travel
  AS 'MODULE_PATHNAME', 'normscope_travel_end' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION trailing_block(internal, smallint, bigint, bigint[], bigint[], bigint[], bytea, bytea, integer, double precision)
  RETURNS internal AS 'MODULE_PATHNAME', 'normscope_trailing_block' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION trailing_end(internal) RETURNS trailing_shifts
  AS 'MODULE_PATHNAME', 'normscope_trailing_end' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- moments_travel(format, checksum, steps, counts, non_finite_counts, mean, variance, epsilon ORDER BY block): how far the
-- distribution of a site went, median over units: the sum of the W2 between successive records, and the normalized W2 from the
-- first record to the last.
CREATE AGGREGATE moments_travel(smallint, bigint, bigint[], bigint[], bigint[], bytea, bytea, double precision) (
  sfunc = travel_block, stype = internal, finalfunc = travel_end, parallel = safe);

-- moments_trailing(the same, with the number of records in a window before epsilon): the normalized W2 of each record from
-- those of the window before it, median over units; NaN where there is none.
CREATE AGGREGATE moments_trailing(smallint, bigint, bigint[], bigint[], bigint[], bytea, bytea, integer, double precision) (
  sfunc = trailing_block, stype = internal, finalfunc = trailing_end, parallel = safe);

-- require_intact(format, checksum, steps, counts, non_finite_counts, mean, variance): true; an error for a block that was altered.
CREATE FUNCTION require_intact(smallint, bigint, bigint[], bigint[], bigint[], bytea, bytea) RETURNS boolean
  AS 'MODULE_PATHNAME', 'normscope_require_intact' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
