/* The measures of shift between Gaussians: the formulas of Sources/Statistics/Measures, in the same order of operations. */
#ifndef NORMSCOPE_MEASURES_H
#define NORMSCOPE_MEASURES_H

/* A unit's distribution in the state of reference, and one compared with it. */
typedef struct {
  double reference_mean, reference_variance, mean, variance, epsilon;
} UnitPair;

/* The value of the measure called `name` for a pair, NaN where it has none. */
typedef double (*Measure)(const UnitPair *);
Measure measure_named(const char *name);

/* The value of a measure at a unit, NaN where a variance is negative or a number is not finite. */
double unit_value(Measure measure, const UnitPair *pair);

/* The aggregate over the units: sorts and overwrites `values`; returns 0 where none of them is finite, -1 for an unknown
   name, else 1. */
int aggregate_units(const char *name, double *values, int count, double *result);

#endif
