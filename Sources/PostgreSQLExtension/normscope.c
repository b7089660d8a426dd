/* Functions of PostgreSQL over the vectors and moments of a central store. */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "access/detoast.h"
#include "utils/builtins.h"

#include "Arguments.h"
#include "Measures.h"

PG_MODULE_MAGIC;

static void require_same_length(Vector a, Vector b) {
  if (a.width != b.width) refuse("the vectors have %d and %d numbers; they must have as many", a.width, b.width);
}

/* A number of a vector whose bytes may begin anywhere. */
static inline double at(Vector v, int i) {
  float number;
  memcpy(&number, (const char *)v.numbers + sizeof(float) * i, sizeof number);
  return number;
}

static bytea *bytea_of(int length) {
  bytea *bytes = palloc(VARHDRSZ + length);
  SET_VARSIZE(bytes, VARHDRSZ + length);
  return bytes;
}

/* MARK: Pools of moments */

/* Moments merged by the law of total variance, as `MomentAccumulator` of Sources/Statistics merges them. */
typedef struct {
  int width;
  int64 count;
  double *mean, *squared_deviations;
} Pool;

static const int64 largest_count = INT64CONST(1) << 40, largest_sum = INT64CONST(1) << 53;

static Pool *new_pool(MemoryContext context, int width) {
  MemoryContext old = MemoryContextSwitchTo(context);
  Pool *pool = palloc(sizeof *pool);
  pool->width = width;
  pool->count = 0;
  pool->mean = palloc0(sizeof(double) * Max(width, 1));
  pool->squared_deviations = palloc0(sizeof(double) * Max(width, 1));
  MemoryContextSwitchTo(old);
  return pool;
}

static void merge(Pool *pool, int64 count, const float *mean, const float *variance) {
  if (count < 0 || count > largest_count) refuse("the count is %lld; it must be between 0 and 2^40", (long long)count);
  if (pool->count > largest_sum - count) refuse("the counts add up to more than 2^53 rows");
  if (count == 0) return;
  int64 total = pool->count + count;
  double share = (double)count / (double)total, between = (double)pool->count * share, scale = count;
  double *means = pool->mean, *sums = pool->squared_deviations;
  for (int i = 0; i < pool->width; i++) {
    float m, v;
    memcpy(&m, mean + i, sizeof m);
    memcpy(&v, variance + i, sizeof v);
    double delta = m - means[i];
    means[i] += delta * share;
    sums[i] += v * scale + delta * delta * between;
  }
  pool->count = total;
}

static void merge_pool(Pool *pool, const Pool *other) {
  if (other->count == 0) return;
  int64 total = pool->count + other->count;
  double share = (double)other->count / (double)total, between = (double)pool->count * share;
  if (pool->width != other->width) refuse("a row has a vector of %d numbers after one of %d; they must have as many", other->width, pool->width);
  for (int i = 0; i < pool->width; i++) {
    double delta = other->mean[i] - pool->mean[i];
    pool->mean[i] += delta * share;
    pool->squared_deviations[i] += other->squared_deviations[i] + delta * delta * between;
  }
  pool->count = total;
}

static Pool *pool_argument(FunctionCallInfo fcinfo, int index) {
  return PG_ARGISNULL(index) ? NULL : (Pool *)PG_GETARG_POINTER(index);
}

static Pool *pool_of_width(Pool *pool, MemoryContext context, int width) {
  if (pool == NULL) return new_pool(context, width);
  if (pool->width != width) refuse("a row has a vector of %d numbers after one of %d; they must have as many", width, pool->width);
  return pool;
}

/* The state after a row: (state, count, mean, variance). */
PG_FUNCTION_INFO_V1(normscope_pool_row);
Datum normscope_pool_row(PG_FUNCTION_ARGS) {
  MemoryContext context = aggregate_context(fcinfo);
  Pool *pool = pool_argument(fcinfo, 0);
  if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)) {
    if (pool == NULL) PG_RETURN_NULL();
    PG_RETURN_POINTER(pool);
  }
  bytea *means = PG_GETARG_BYTEA_PP(2), *variances = PG_GETARG_BYTEA_PP(3);
  Vector mean = vector(means), variance = vector(variances);
  require_same_length(mean, variance);
  pool = pool_of_width(pool, context, mean.width);
  merge(pool, PG_GETARG_INT64(1), mean.numbers, variance.numbers);
  PG_FREE_IF_COPY(means, 2);
  PG_FREE_IF_COPY(variances, 3);
  PG_RETURN_POINTER(pool);
}

/* The state after a block: (state, format, steps, counts, mean, variance, first, end); steps from `first` to before `end`. */
PG_FUNCTION_INFO_V1(normscope_pool_block);
Datum normscope_pool_block(PG_FUNCTION_ARGS) {
  MemoryContext context = aggregate_context(fcinfo);
  Pool *pool = pool_argument(fcinfo, 0);
  for (int i = 1; i < 8; i++)
    if (PG_ARGISNULL(i)) {
      if (pool == NULL) PG_RETURN_NULL();
      PG_RETURN_POINTER(pool);
    }
  if (PG_GETARG_INT16(1) != 0) refuse("the format %d of a block is unknown to this version of the extension", PG_GETARG_INT16(1));
  int step_count, count_count;
  int64 *steps = integers(PG_GETARG_ARRAYTYPE_P(2), &step_count), *counts = integers(PG_GETARG_ARRAYTYPE_P(3), &count_count);
  int64 first = PG_GETARG_INT64(6), end = PG_GETARG_INT64(7);
  if (step_count == 0 || steps[step_count - 1] < first || steps[0] >= end) {
    if (pool == NULL) PG_RETURN_NULL();
    PG_RETURN_POINTER(pool);
  }
  bytea *means = PG_GETARG_BYTEA_PP(4), *variances = PG_GETARG_BYTEA_PP(5);
  Vector mean = vector(means), variance = vector(variances);
  require_same_length(mean, variance);
  if (count_count != step_count || mean.width % step_count != 0) refuse("a block has %d steps, %d counts and %d numbers", step_count, count_count, mean.width);
  int width = mean.width / step_count;
  pool = pool_of_width(pool, context, width);
  for (int i = 0; i < step_count; i++)
    if (steps[i] >= first && steps[i] < end) merge(pool, counts[i], mean.numbers + (size_t)i * width, variance.numbers + (size_t)i * width);
  PG_FREE_IF_COPY(means, 4);
  PG_FREE_IF_COPY(variances, 5);
  PG_RETURN_POINTER(pool);
}

PG_FUNCTION_INFO_V1(normscope_pool_combine);
Datum normscope_pool_combine(PG_FUNCTION_ARGS) {
  MemoryContext context = aggregate_context(fcinfo);
  Pool *pool = pool_argument(fcinfo, 0), *other = pool_argument(fcinfo, 1);
  if (other == NULL) {
    if (pool == NULL) PG_RETURN_NULL();
    PG_RETURN_POINTER(pool);
  }
  if (pool == NULL) pool = new_pool(context, other->width);
  merge_pool(pool, other);
  PG_RETURN_POINTER(pool);
}

PG_FUNCTION_INFO_V1(normscope_pool_serialize);
Datum normscope_pool_serialize(PG_FUNCTION_ARGS) {
  Pool *pool = (Pool *)PG_GETARG_POINTER(0);
  size_t vector_bytes = sizeof(double) * pool->width;
  bytea *bytes = bytea_of(sizeof(int64) + 2 * vector_bytes);
  char *place = VARDATA(bytes);
  memcpy(place, &pool->count, sizeof(int64));
  memcpy(place + sizeof(int64), pool->mean, vector_bytes);
  memcpy(place + sizeof(int64) + vector_bytes, pool->squared_deviations, vector_bytes);
  PG_RETURN_BYTEA_P(bytes);
}

PG_FUNCTION_INFO_V1(normscope_pool_deserialize);
Datum normscope_pool_deserialize(PG_FUNCTION_ARGS) {
  bytea *bytes = PG_GETARG_BYTEA_PP(0);
  size_t vector_bytes = (VARSIZE_ANY_EXHDR(bytes) - sizeof(int64)) / 2;
  Pool *pool = new_pool(aggregate_context(fcinfo), vector_bytes / sizeof(double));
  char *place = VARDATA_ANY(bytes);
  memcpy(&pool->count, place, sizeof(int64));
  memcpy(pool->mean, place + sizeof(int64), vector_bytes);
  memcpy(pool->squared_deviations, place + sizeof(int64) + vector_bytes, vector_bytes);
  PG_RETURN_POINTER(pool);
}

static Datum float32_vector(Pool *pool, const double *numbers, double divisor) {
  bytea *bytes = bytea_of(sizeof(float) * pool->width);
  float *place = (float *)VARDATA(bytes);
  for (int i = 0; i < pool->width; i++) place[i] = numbers[i] / divisor;
  return PointerGetDatum(bytes);
}

PG_FUNCTION_INFO_V1(normscope_pool_mean);
Datum normscope_pool_mean(PG_FUNCTION_ARGS) {
  Pool *pool = pool_argument(fcinfo, 0);
  if (pool == NULL || pool->count == 0) PG_RETURN_NULL();
  return float32_vector(pool, pool->mean, 1);
}

PG_FUNCTION_INFO_V1(normscope_pool_variance);
Datum normscope_pool_variance(PG_FUNCTION_ARGS) {
  Pool *pool = pool_argument(fcinfo, 0);
  if (pool == NULL || pool->count == 0) PG_RETURN_NULL();
  return float32_vector(pool, pool->squared_deviations, pool->count);
}

static Datum float64_array(Pool *pool, const double *numbers, double divisor) {
  Datum *elements = palloc(sizeof(Datum) * Max(pool->width, 1));
  for (int i = 0; i < pool->width; i++) elements[i] = Float8GetDatum(numbers[i] / divisor);
  return PointerGetDatum(construct_array(elements, pool->width, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* (count, mean, variance) with all digits. */
PG_FUNCTION_INFO_V1(normscope_pool_moments);
Datum normscope_pool_moments(PG_FUNCTION_ARGS) {
  Pool *pool = pool_argument(fcinfo, 0);
  TupleDesc type;
  if (pool == NULL || pool->count == 0) PG_RETURN_NULL();
  if (get_call_result_type(fcinfo, NULL, &type) != TYPEFUNC_COMPOSITE) elog(ERROR, "the result is a row");
  Datum values[3] = {Int64GetDatum(pool->count), float64_array(pool, pool->mean, 1),
                     float64_array(pool, pool->squared_deviations, pool->count)};
  bool nulls[3] = {false, false, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(type), values, nulls));
}

/* MARK: Measures */

static Datum measured(const char *name, FunctionCallInfo fcinfo) {
  Vector arguments[4];
  for (int i = 0; i < 4; i++) {
    arguments[i] = vector(PG_GETARG_BYTEA_PP(i));
    require_same_length(arguments[0], arguments[i]);
  }
  char *aggregate = text_to_cstring(PG_GETARG_TEXT_PP(4));
  double epsilon = PG_GETARG_FLOAT8(5), result = 0;
  if (!(epsilon >= 0 && isfinite(epsilon))) refuse("epsilon is %g; it must be finite and not negative", epsilon);
  int width = arguments[0].width;
  double *values = palloc(sizeof(double) * Max(width, 1));
  Measure measure = measure_named(name);
  for (int i = 0; i < width; i++) {
    UnitPair pair = {at(arguments[0], i), at(arguments[1], i), at(arguments[2], i), at(arguments[3], i), epsilon};
    values[i] = unit_value(measure, &pair);
  }
  int found = aggregate_units(aggregate, values, width, &result);
  if (found < 0) refuse("argument 5 names no aggregate over the units; those are median, mean, p90, max, rms");
  if (found == 0) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(result);
}

#define MEASURE(name)                                            \
  PG_FUNCTION_INFO_V1(normscope_##name);                         \
  Datum normscope_##name(PG_FUNCTION_ARGS) { return measured(#name, fcinfo); }

MEASURE(nw2)
MEASURE(squared_w2)
MEASURE(mean_shift)
MEASURE(log_var_ratio)
MEASURE(jeffreys)
MEASURE(w2)
MEASURE(w1)
MEASURE(kl_forward)
MEASURE(kl_backward)
MEASURE(js)
MEASURE(hellinger)
MEASURE(bhattacharyya)
MEASURE(energy)
MEASURE(mmd)
MEASURE(fisher_rao)

/* MARK: Vectors */

PG_FUNCTION_INFO_V1(normscope_vec_count);
Datum normscope_vec_count(PG_FUNCTION_ARGS) { PG_RETURN_INT32(vector(PG_GETARG_BYTEA_PP(0)).width); }

PG_FUNCTION_INFO_V1(normscope_vec_at);
Datum normscope_vec_at(PG_FUNCTION_ARGS) {
  Vector v = vector(PG_GETARG_BYTEA_PP(0));
  int32 position = PG_GETARG_INT32(1);
  if (position < 0 || position >= v.width) refuse("position %d is not in a vector of %d numbers, which begins at 0", position, v.width);
  PG_RETURN_FLOAT8(at(v, position));
}

static double dot(Vector a, Vector b) {
  double total = 0;
  for (int i = 0; i < a.width; i++) total += at(a, i) * at(b, i);
  return total;
}

PG_FUNCTION_INFO_V1(normscope_vec_dot);
Datum normscope_vec_dot(PG_FUNCTION_ARGS) {
  Vector a = vector(PG_GETARG_BYTEA_PP(0)), b = vector(PG_GETARG_BYTEA_PP(1));
  require_same_length(a, b);
  PG_RETURN_FLOAT8(dot(a, b));
}

PG_FUNCTION_INFO_V1(normscope_vec_norm);
Datum normscope_vec_norm(PG_FUNCTION_ARGS) {
  Vector v = vector(PG_GETARG_BYTEA_PP(0));
  PG_RETURN_FLOAT8(sqrt(dot(v, v)));
}

PG_FUNCTION_INFO_V1(normscope_vec_mean);
Datum normscope_vec_mean(PG_FUNCTION_ARGS) {
  Vector v = vector(PG_GETARG_BYTEA_PP(0));
  double total = 0;
  if (v.width == 0) PG_RETURN_NULL();
  for (int i = 0; i < v.width; i++) total += at(v, i);
  PG_RETURN_FLOAT8(total / v.width);
}

static Datum extremum(FunctionCallInfo fcinfo, int sign) {
  Vector v = vector(PG_GETARG_BYTEA_PP(0));
  if (v.width == 0) PG_RETURN_NULL();
  double found = at(v, 0);
  for (int i = 0; i < v.width; i++) {
    double number = at(v, i);
    if (sign * number > sign * found || isnan(number)) found = number;
  }
  PG_RETURN_FLOAT8(found);
}

PG_FUNCTION_INFO_V1(normscope_vec_min);
Datum normscope_vec_min(PG_FUNCTION_ARGS) { return extremum(fcinfo, -1); }

PG_FUNCTION_INFO_V1(normscope_vec_max);
Datum normscope_vec_max(PG_FUNCTION_ARGS) { return extremum(fcinfo, 1); }

PG_FUNCTION_INFO_V1(normscope_vec_sub);
Datum normscope_vec_sub(PG_FUNCTION_ARGS) {
  Vector a = vector(PG_GETARG_BYTEA_PP(0)), b = vector(PG_GETARG_BYTEA_PP(1));
  require_same_length(a, b);
  bytea *bytes = bytea_of(sizeof(float) * a.width);
  float *place = (float *)VARDATA(bytes);
  for (int i = 0; i < a.width; i++) place[i] = (float)at(a, i) - (float)at(b, i);
  PG_RETURN_BYTEA_P(bytes);
}

/* The vector of a step of a block: (format, vectors, number of steps, place of the step from 1). */
PG_FUNCTION_INFO_V1(normscope_block_vector);
Datum normscope_block_vector(PG_FUNCTION_ARGS) {
  int16 format = PG_GETARG_INT16(0);
  int32 steps = PG_GETARG_INT32(2), place = PG_GETARG_INT32(3);
  int64 length = toast_raw_datum_size(PG_GETARG_DATUM(1)) - VARHDRSZ;
  if (format != 0) refuse("the format %d of a block is unknown to this version of the extension", format);
  if (steps < 1 || place < 1 || place > steps || length % steps != 0) refuse("there is no step %d in a block of %d steps and %lld bytes", place, steps, (long long)length);
  int32 bytes = length / steps;
  PG_RETURN_BYTEA_P(PG_GETARG_BYTEA_P_SLICE(1, (place - 1) * bytes, bytes));
}
