/* What functions of PostgreSQL are given: vectors, and arrays of a block. */
#ifndef NORMSCOPE_ARGUMENTS_H
#define NORMSCOPE_ARGUMENTS_H

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

/* Refuses arguments. */
#define refuse(...) ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg(__VA_ARGS__)))

/* A vector of little-endian float32. */
typedef struct {
  int width;
  const float *numbers;
} Vector;

static inline Vector vector(bytea *bytes) {
  int length = VARSIZE_ANY_EXHDR(bytes);
  if (length % sizeof(float) != 0) refuse("a vector of %d bytes is none of float32", length);
  return (Vector){length / sizeof(float), (const float *)VARDATA_ANY(bytes)};
}

static inline int64 *integers(ArrayType *array, int *count) {
  if (ARR_NDIM(array) > 1 || ARR_HASNULL(array) || ARR_ELEMTYPE(array) != INT8OID) refuse("an array of a block is none of numbers");
  *count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  return (int64 *)ARR_DATA_PTR(array);
}

static inline MemoryContext aggregate_context(FunctionCallInfo fcinfo) {
  MemoryContext context;
  if (!AggCheckCallContext(fcinfo, &context)) elog(ERROR, "this function is for aggregates");
  return context;
}

#endif
