-- Functions over little-endian float32 vectors in bytea; those of `normscope sql` have the same names and arguments.
\echo Use "CREATE EXTENSION normscope" to load this file. \quit

CREATE TYPE pooled_moments AS (count bigint, mean double precision[], variance double precision[]);

CREATE FUNCTION pool_row(internal, bigint, bytea, bytea) RETURNS internal
  AS 'MODULE_PATHNAME', 'normscope_pool_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pool_block(internal, smallint, bigint[], bigint[], bytea, bytea, bigint, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'normscope_pool_block' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pool_combine(internal, internal) RETURNS internal
  AS 'MODULE_PATHNAME', 'normscope_pool_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pool_serialize(internal) RETURNS bytea
  AS 'MODULE_PATHNAME', 'normscope_pool_serialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pool_deserialize(bytea, internal) RETURNS internal
  AS 'MODULE_PATHNAME', 'normscope_pool_deserialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pool_mean(internal) RETURNS bytea
  AS 'MODULE_PATHNAME', 'normscope_pool_mean' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pool_variance(internal) RETURNS bytea
  AS 'MODULE_PATHNAME', 'normscope_pool_variance' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pool_moments(internal) RETURNS pooled_moments
  AS 'MODULE_PATHNAME', 'normscope_pool_moments' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- moments_pool(count, mean, variance): the moments of all rows, with all digits; of NULLs NULL.
-- moments_pool(format, steps, counts, mean, variance, first, end): the same over the steps of blocks from `first` to before `end`.
-- moments_merge_mean and moments_merge_variance: the mean and the biased variance alone, as float32.
CREATE AGGREGATE moments_pool(bigint, bytea, bytea) (
  sfunc = pool_row, stype = internal, finalfunc = pool_moments,
  combinefunc = pool_combine, serialfunc = pool_serialize, deserialfunc = pool_deserialize, parallel = safe);
CREATE AGGREGATE moments_pool(smallint, bigint[], bigint[], bytea, bytea, bigint, bigint) (
  sfunc = pool_block, stype = internal, finalfunc = pool_moments,
  combinefunc = pool_combine, serialfunc = pool_serialize, deserialfunc = pool_deserialize, parallel = safe);
CREATE AGGREGATE moments_merge_mean(bigint, bytea, bytea) (
  sfunc = pool_row, stype = internal, finalfunc = pool_mean,
  combinefunc = pool_combine, serialfunc = pool_serialize, deserialfunc = pool_deserialize, parallel = safe);
CREATE AGGREGATE moments_merge_mean(smallint, bigint[], bigint[], bytea, bytea, bigint, bigint) (
  sfunc = pool_block, stype = internal, finalfunc = pool_mean,
  combinefunc = pool_combine, serialfunc = pool_serialize, deserialfunc = pool_deserialize, parallel = safe);
CREATE AGGREGATE moments_merge_variance(bigint, bytea, bytea) (
  sfunc = pool_row, stype = internal, finalfunc = pool_variance,
  combinefunc = pool_combine, serialfunc = pool_serialize, deserialfunc = pool_deserialize, parallel = safe);
CREATE AGGREGATE moments_merge_variance(smallint, bigint[], bigint[], bytea, bytea, bigint, bigint) (
  sfunc = pool_block, stype = internal, finalfunc = pool_variance,
  combinefunc = pool_combine, serialfunc = pool_serialize, deserialfunc = pool_deserialize, parallel = safe);

-- A function for each measure of shift: NULL where no unit has a value.
CREATE FUNCTION nw2(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_nw2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION squared_w2(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_squared_w2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mean_shift(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_mean_shift' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION log_var_ratio(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_log_var_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION jeffreys(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_jeffreys' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION w2(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_w2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION w1(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_w1' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION kl_forward(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_kl_forward' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION kl_backward(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_kl_backward' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION js(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_js' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION hellinger(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_hellinger' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bhattacharyya(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_bhattacharyya' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION energy(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_energy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mmd(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_mmd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION fisher_rao(reference_mean bytea, reference_variance bytea, mean bytea, variance bytea,
  aggregate text DEFAULT 'mean', epsilon double precision DEFAULT 0.001) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_fisher_rao' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Functions of one or two vectors; positions count from 0.
CREATE FUNCTION vec_count(bytea) RETURNS integer
  AS 'MODULE_PATHNAME', 'normscope_vec_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_at(bytea, integer) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_vec_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_mean(bytea) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_vec_mean' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_norm(bytea) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_vec_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_min(bytea) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_vec_min' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_max(bytea) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_vec_max' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_dot(bytea, bytea) RETURNS double precision
  AS 'MODULE_PATHNAME', 'normscope_vec_dot' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_sub(bytea, bytea) RETURNS bytea
  AS 'MODULE_PATHNAME', 'normscope_vec_sub' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vec_each(vector bytea) RETURNS TABLE ("position" integer, value double precision)
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT i, @extschema@.vec_at(vector, i) FROM generate_series(0, @extschema@.vec_count(vector) - 1) AS i $$;

-- block_vector(format, vectors, number of steps, place of a step from 1): the vector of that step of a block.
CREATE FUNCTION block_vector(smallint, bytea, integer, integer) RETURNS bytea
  AS 'MODULE_PATHNAME', 'normscope_block_vector' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
