/* The measures of shift between Gaussians: the formulas of Sources/Statistics/Measures, in the same order of operations. */
#ifndef NORMSCOPE_MEASURES_H
#define NORMSCOPE_MEASURES_H

#include <math.h>

/* A unit's distribution in the state of reference, and one compared with it. */
typedef struct {
  double reference_mean, reference_variance, mean, variance, epsilon;
} UnitPair;

/* The value of the measure called `name` for a pair, NaN where it has none. */
typedef double (*Measure)(const UnitPair *);
Measure measure_named(const char *name);

/* The aggregate over the units: sorts and overwrites `values`; returns 0 where none of them is finite, -1 for an unknown
   name, else 1. */
int aggregate_units(const char *name, double *values, int count, double *result);

/* Here, so that loops over units are made of them. */
static inline double root(double x) { return sqrt(fabs(x)); }

static inline double precision(const UnitPair *p) {
  return p->reference_variance > 0 ? 1 / (p->reference_variance + p->epsilon) : NAN;
}

static inline double squared_w2(const UnitPair *p) {
  double location = p->mean - p->reference_mean, scale = root(p->variance) - root(p->reference_variance);
  return location * location + scale * scale;
}

static inline double w2(const UnitPair *p) { return root(squared_w2(p)); }

static inline double nw2(const UnitPair *p) {
  double squared = squared_w2(p);
  return squared == 0 ? 0 : root(squared * precision(p));
}

static inline int is_sound(double mean, double variance) { return (mean - mean) + (fabs(variance) - variance) == 0; }

/* The value of a measure at a unit, NaN where a variance is negative or a number is not finite. */
static inline double unit_value(Measure measure, const UnitPair *pair) {
  if (!is_sound(pair->mean, pair->variance) || !is_sound(pair->reference_mean, pair->reference_variance)) return NAN;
  double value = measure(pair);
  return isfinite(value) ? value : NAN;
}

#endif
