/* Functions of PostgreSQL over the series of blocks of a site, which come in order. */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/builtins.h"

#include "Arguments.h"
#include "Checksum.h"
#include "Measures.h"

/* MARK: Blocks */

/* A block of moments whose checksum is right. */
typedef struct {
  int step_count, width;
  int64 *steps;
  const float *mean, *variance;
} Block;

#define damaged(...) ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg(__VA_ARGS__)))

/* Reads (format, checksum, steps, counts, non_finite_counts, mean, variance) from the argument `first` on, none of which is NULL. */
static Block block_arguments(FunctionCallInfo fcinfo, int first) {
  Block block;
  int counts_length, others_length;
  if (PG_GETARG_INT16(first) != 0) refuse("the format %d of a block is unknown to this version of the extension", PG_GETARG_INT16(first));
  block.steps = integers(PG_GETARG_ARRAYTYPE_P(first + 2), &block.step_count);
  int64 *counts = integers(PG_GETARG_ARRAYTYPE_P(first + 3), &counts_length);
  int64 *others = integers(PG_GETARG_ARRAYTYPE_P(first + 4), &others_length);
  Vector mean = vector(PG_GETARG_BYTEA_P(first + 5)), variance = vector(PG_GETARG_BYTEA_P(first + 6));
  if (block.step_count == 0 || counts_length != block.step_count || others_length != block.step_count ||
      mean.width != variance.width || mean.width % block.step_count != 0)
    damaged("a block has %d steps, %d counts and %d numbers", block.step_count, counts_length, mean.width);
  block.width = mean.width / block.step_count;
  block.mean = mean.numbers;
  block.variance = variance.numbers;
  Checksum checksum = new_checksum();
  for (int i = 0; i < block.step_count; i++) {
    uint64 words[4] = {block.steps[i], counts[i], others[i], block.width};
    add_to_checksum(&checksum, words, sizeof words);
    add_to_checksum(&checksum, block.mean + (size_t)i * block.width, sizeof(float) * block.width);
    add_to_checksum(&checksum, block.variance + (size_t)i * block.width, sizeof(float) * block.width);
  }
  if ((int64)checksum_value(&checksum) != PG_GETARG_INT64(first + 1)) damaged("a block does not have its checksum");
  return block;
}

static bool has_null(FunctionCallInfo fcinfo, int first, int end) {
  for (int i = first; i < end; i++)
    if (PG_ARGISNULL(i)) return true;
  return false;
}

/* (format, checksum, steps, counts, non_finite_counts, mean, variance): true, or an error. */
PG_FUNCTION_INFO_V1(normscope_require_intact);
Datum normscope_require_intact(PG_FUNCTION_ARGS) {
  block_arguments(fcinfo, 0);
  PG_RETURN_BOOL(true);
}

static float *copied(MemoryContext context, const float *numbers, int count) {
  float *copy = MemoryContextAlloc(context, sizeof(float) * Max(count, 1));
  memcpy(copy, numbers, sizeof(float) * count);
  return copy;
}

static void require_order(int64 step, int64 last) {
  if (step <= last) refuse("the blocks of a site must come in their order; step " INT64_FORMAT " follows " INT64_FORMAT, step, last);
}

static void require_width(int width, int expected) {
  if (width != expected) refuse("a block has vectors of %d numbers after one of %d; they must have as many", width, expected);
}

static double epsilon_argument(FunctionCallInfo fcinfo, int index) {
  double epsilon = PG_GETARG_FLOAT8(index);
  if (!(epsilon >= 0 && isfinite(epsilon))) refuse("epsilon is %g; it must be finite and not negative", epsilon);
  return epsilon;
}

/* The measure of each unit from one vector of moments to another. */
static inline void fill(double *values, Measure measure, int width, const float *reference_mean, const float *reference_variance,
                 const float *mean, const float *variance, double epsilon) {
  for (int i = 0; i < width; i++) {
    UnitPair pair = {reference_mean[i], reference_variance[i], mean[i], variance[i], epsilon};
    values[i] = unit_value(measure, &pair);
  }
}

/* MARK: Travels */

/* As `TravelMeter` of Sources/RunModel. */
typedef struct {
  int width;
  int64 first_step, last_step, least_spacing, greatest_spacing;
  double epsilon, *path, *moves;
  float *first_mean, *first_variance, *last_mean, *last_variance;
} Travel;

/* The state after a block: (state, the arguments of a block, epsilon). */
PG_FUNCTION_INFO_V1(normscope_travel_block);
Datum normscope_travel_block(PG_FUNCTION_ARGS) {
  MemoryContext context = aggregate_context(fcinfo);
  Travel *travel = PG_ARGISNULL(0) ? NULL : (Travel *)PG_GETARG_POINTER(0);
  if (has_null(fcinfo, 1, 9)) {
    if (travel == NULL) PG_RETURN_NULL();
    PG_RETURN_POINTER(travel);
  }
  Block block = block_arguments(fcinfo, 1);
  for (int i = 0; i < block.step_count; i++) {
    const float *mean = block.mean + (size_t)i * block.width, *variance = block.variance + (size_t)i * block.width;
    int64 step = block.steps[i];
    if (travel == NULL) {
      travel = MemoryContextAllocZero(context, sizeof *travel);
      travel->width = block.width;
      travel->epsilon = epsilon_argument(fcinfo, 8);
      travel->path = MemoryContextAllocZero(context, sizeof(double) * Max(block.width, 1));
      travel->moves = MemoryContextAllocZero(context, sizeof(double) * Max(block.width, 1));
      travel->first_mean = copied(context, mean, block.width);
      travel->first_variance = copied(context, variance, block.width);
      travel->last_mean = copied(context, mean, block.width);
      travel->last_variance = copied(context, variance, block.width);
      travel->first_step = travel->last_step = step;
      continue;
    }
    require_width(block.width, travel->width);
    require_order(step, travel->last_step);
    int64 spacing = step - travel->last_step;
    if (travel->first_step == travel->last_step) travel->least_spacing = travel->greatest_spacing = spacing;
    travel->least_spacing = Min(travel->least_spacing, spacing);
    travel->greatest_spacing = Max(travel->greatest_spacing, spacing);
    fill(travel->moves, w2, travel->width, travel->last_mean, travel->last_variance, mean, variance, travel->epsilon);
    for (int unit = 0; unit < travel->width; unit++) travel->path[unit] += travel->moves[unit];
    memcpy(travel->last_mean, mean, sizeof(float) * travel->width);
    memcpy(travel->last_variance, variance, sizeof(float) * travel->width);
    travel->last_step = step;
  }
  PG_RETURN_POINTER(travel);
}

/* (first_step, last_step, least_spacing, greatest_spacing, path_length, normalized) */
PG_FUNCTION_INFO_V1(normscope_travel_end);
Datum normscope_travel_end(PG_FUNCTION_ARGS) {
  TupleDesc type;
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  if (get_call_result_type(fcinfo, NULL, &type) != TYPEFUNC_COMPOSITE) elog(ERROR, "the result is a row");
  Travel *travel = (Travel *)PG_GETARG_POINTER(0);
  bool is_path = travel->first_step < travel->last_step;
  double path_length = 0, normalized = 0, *values = palloc(sizeof(double) * Max(travel->width, 1));
  /* In copies, as a final function leaves the state as it is. */
  memcpy(values, travel->path, sizeof(double) * travel->width);
  bool has_path = is_path && aggregate_units("median", values, travel->width, &path_length) > 0;
  fill(values, nw2, travel->width, travel->first_mean, travel->first_variance, travel->last_mean,
       travel->last_variance, travel->epsilon);
  bool has_distance = aggregate_units("median", values, travel->width, &normalized) > 0;
  Datum results[6] = {Int64GetDatum(travel->first_step),       Int64GetDatum(travel->last_step),
                      Int64GetDatum(travel->least_spacing),    Int64GetDatum(travel->greatest_spacing),
                      Float8GetDatum(path_length),             Float8GetDatum(normalized)};
  bool nulls[6] = {false, false, !is_path, !is_path, !has_path, !has_distance};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(type), results, nulls));
}

/* MARK: Trailing windows */

/* Moments merged as `MomentAccumulator` merges them. */
typedef struct {
  int64 count;
  double *mean, *squared_deviations;
} Sums;

/* The moving window of `MovingMoments`, and the shifts of `TrailingShift`, of Sources/Statistics. */
typedef struct {
  int width, length, waiting_count, suffix_count;
  double epsilon;
  float *waiting_mean, *waiting_variance;
  Sums waiting_pool, *suffixes;
  int64 record_count, capacity, *steps;
  double *shifts;
} Trailing;

static Sums new_sums(MemoryContext context, int width) {
  Sums sums = {0, MemoryContextAllocZero(context, sizeof(double) * Max(width, 1)),
               MemoryContextAllocZero(context, sizeof(double) * Max(width, 1))};
  return sums;
}

static void reset_sums(Sums *sums, int width) {
  sums->count = 0;
  memset(sums->mean, 0, sizeof(double) * width);
  memset(sums->squared_deviations, 0, sizeof(double) * width);
}

/* Merges one unit of others into sums, of which the others are then the share `share`. */
static inline void add_unit(Sums *sums, int unit, double mean, double squared_deviations, double share) {
  double delta = mean - sums->mean[unit];
  sums->mean[unit] += delta * share;
  sums->squared_deviations[unit] += squared_deviations + delta * delta * ((double)sums->count * share);
}

static void add_record(Sums *sums, int width, const float *mean, const float *variance) {
  double share = 1.0 / (double)(sums->count + 1);
  for (int i = 0; i < width; i++) add_unit(sums, i, mean[i], variance[i], share);
  sums->count += 1;
}

static void add_sums(Sums *sums, int width, const Sums *other) {
  if (other->count == 0) return;
  double share = (double)other->count / (double)(sums->count + other->count);
  for (int i = 0; i < width; i++) add_unit(sums, i, other->mean[i], other->squared_deviations[i], share);
  sums->count += other->count;
}

static void copy_sums(Sums *target, int width, const Sums *source) {
  target->count = source->count;
  memcpy(target->mean, source->mean, sizeof(double) * width);
  memcpy(target->squared_deviations, source->squared_deviations, sizeof(double) * width);
}

static void remove_oldest(Trailing *trailing) {
  int width = trailing->width;
  if (trailing->suffix_count == 0) {
    for (int i = trailing->waiting_count - 1; i >= 0; i--) {
      Sums *pool = &trailing->suffixes[trailing->suffix_count];
      if (trailing->suffix_count == 0) reset_sums(pool, width);
      else copy_sums(pool, width, pool - 1);
      add_record(pool, width, trailing->waiting_mean + (size_t)i * width, trailing->waiting_variance + (size_t)i * width);
      trailing->suffix_count++;
    }
    trailing->waiting_count = 0;
    reset_sums(&trailing->waiting_pool, width);
  }
  trailing->suffix_count--;
}

/* The shift of a record from the window before it; NaN where it has none. */
static double trailing_shift(Trailing *trailing, const float *mean, const float *variance) {
  int width = trailing->width;
  double result = NAN;
  for (int i = 0; i < width; i++)
    if (!isfinite(mean[i]) || !isfinite(variance[i])) return NAN;
  if (trailing->waiting_count + trailing->suffix_count == trailing->length) {
    Sums pool = new_sums(CurrentMemoryContext, width);
    float *pooled_mean = palloc(sizeof(float) * Max(width, 1)), *pooled_variance = palloc(sizeof(float) * Max(width, 1));
    double *values = palloc(sizeof(double) * Max(width, 1));
    if (trailing->suffix_count > 0) copy_sums(&pool, width, &trailing->suffixes[trailing->suffix_count - 1]);
    add_sums(&pool, width, &trailing->waiting_pool);
    for (int i = 0; i < width; i++) {
      pooled_mean[i] = pool.mean[i];
      pooled_variance[i] = pool.squared_deviations[i] / (double)pool.count;
    }
    fill(values, nw2, width, pooled_mean, pooled_variance, mean, variance, trailing->epsilon);
    if (aggregate_units("median", values, width, &result) <= 0) result = NAN;
    pfree(pool.mean);
    pfree(pool.squared_deviations);
    pfree(pooled_mean);
    pfree(pooled_variance);
    pfree(values);
    remove_oldest(trailing);
  }
  memcpy(trailing->waiting_mean + (size_t)trailing->waiting_count * width, mean, sizeof(float) * width);
  memcpy(trailing->waiting_variance + (size_t)trailing->waiting_count * width, variance, sizeof(float) * width);
  trailing->waiting_count++;
  add_record(&trailing->waiting_pool, width, mean, variance);
  return result;
}

/* The state after a block: (state, the arguments of a block, records in a window, epsilon). */
PG_FUNCTION_INFO_V1(normscope_trailing_block);
Datum normscope_trailing_block(PG_FUNCTION_ARGS) {
  MemoryContext context = aggregate_context(fcinfo);
  Trailing *trailing = PG_ARGISNULL(0) ? NULL : (Trailing *)PG_GETARG_POINTER(0);
  if (has_null(fcinfo, 1, 10)) {
    if (trailing == NULL) PG_RETURN_NULL();
    PG_RETURN_POINTER(trailing);
  }
  Block block = block_arguments(fcinfo, 1);
  if (trailing == NULL) {
    int32 length = PG_GETARG_INT32(8);
    if (length < 1 || length > 10000) refuse("a window has %d records; it must have 1 to 10000", length);
    trailing = MemoryContextAllocZero(context, sizeof *trailing);
    trailing->width = block.width;
    trailing->length = length;
    trailing->epsilon = epsilon_argument(fcinfo, 9);
    trailing->waiting_mean = MemoryContextAllocHuge(context, sizeof(float) * Max(block.width, 1) * length);
    trailing->waiting_variance = MemoryContextAllocHuge(context, sizeof(float) * Max(block.width, 1) * length);
    trailing->waiting_pool = new_sums(context, block.width);
    trailing->suffixes = MemoryContextAlloc(context, sizeof(Sums) * length);
    for (int i = 0; i < length; i++) trailing->suffixes[i] = new_sums(context, block.width);
    trailing->capacity = 1024;
    trailing->steps = MemoryContextAlloc(context, sizeof(int64) * trailing->capacity);
    trailing->shifts = MemoryContextAlloc(context, sizeof(double) * trailing->capacity);
  }
  require_width(block.width, trailing->width);
  for (int i = 0; i < block.step_count; i++) {
    if (trailing->record_count > 0) require_order(block.steps[i], trailing->steps[trailing->record_count - 1]);
    if (trailing->record_count == trailing->capacity) {
      trailing->capacity *= 2;
      trailing->steps = repalloc_huge(trailing->steps, sizeof(int64) * trailing->capacity);
      trailing->shifts = repalloc_huge(trailing->shifts, sizeof(double) * trailing->capacity);
    }
    trailing->steps[trailing->record_count] = block.steps[i];
    trailing->shifts[trailing->record_count++] =
        trailing_shift(trailing, block.mean + (size_t)i * block.width, block.variance + (size_t)i * block.width);
  }
  PG_RETURN_POINTER(trailing);
}

/* (steps, shifts): NaN for a record that has none. */
PG_FUNCTION_INFO_V1(normscope_trailing_end);
Datum normscope_trailing_end(PG_FUNCTION_ARGS) {
  TupleDesc type;
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  if (get_call_result_type(fcinfo, NULL, &type) != TYPEFUNC_COMPOSITE) elog(ERROR, "the result is a row");
  Trailing *trailing = (Trailing *)PG_GETARG_POINTER(0);
  int count = trailing->record_count;
  Datum *steps = palloc(sizeof(Datum) * Max(count, 1)), *shifts = palloc(sizeof(Datum) * Max(count, 1));
  for (int i = 0; i < count; i++) {
    steps[i] = Int64GetDatum(trailing->steps[i]);
    shifts[i] = Float8GetDatum(trailing->shifts[i]);
  }
  Datum results[2] = {PointerGetDatum(construct_array(steps, count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)),
                      PointerGetDatum(construct_array(shifts, count, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE))};
  bool nulls[2] = {false, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(type), results, nulls));
}
