#include "Measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double difference_of_deviations(double first, double second) {
  double sum = root(first) + root(second);
  return sum == 0 ? 0 : (second - first) / sum;
}

static int are_equal(const UnitPair *p) {
  return p->mean == p->reference_mean && p->variance == p->reference_variance;
}

static double mean_shift(const UnitPair *p) {
  return are_equal(p) ? 0 : (p->mean - p->reference_mean) * root(precision(p));
}

static double log_var_ratio(const UnitPair *p) {
  return p->variance == p->reference_variance ? 0 : log((p->variance + p->epsilon) / (p->reference_variance + p->epsilon));
}

static double jeffreys(const UnitPair *p) {
  double location = p->mean - p->reference_mean;
  double variance1 = p->reference_variance + p->epsilon, variance2 = p->variance + p->epsilon;
  double difference = variance2 - variance1;
  if (are_equal(p)) return 0;
  return (difference * difference + location * location * (variance1 + variance2)) / (2 * variance1 * variance2);
}

static double w1(const UnitPair *p) {
  double location = fabs(p->mean - p->reference_mean);
  double scale = fabs(difference_of_deviations(p->reference_variance, p->variance));
  if (!(scale > 0)) return location + scale;
  double shift = location / scale;
  return scale * sqrt(2 / M_PI) * exp(-shift * shift / 2) + location * erf(shift / sqrt(2.0));
}

/* x/y - 1 - ln(x/y); near 1 by the series of atanh, which keeps the digits. */
static double ratio_less_its_logarithm(double x, double y) {
  double change = (x - y) / y;
  if (!(fabs(change) < 0.4)) {
    double ratio = x / y;
    return ratio - 1 - log(ratio);
  }
  double argument = change / (2 + change), square = argument * argument, power = 1, sum = 0;
  for (int denominator = 3; denominator <= 29; denominator += 2) {
    sum += power / denominator;
    power *= square;
  }
  return argument * (change - 2 * square * sum);
}

static double divergence(double location, double variance, double reference) {
  return (ratio_less_its_logarithm(variance, reference) + location * location / reference) / 2;
}

static double kl_forward(const UnitPair *p) {
  return are_equal(p) ? 0
                      : divergence(p->mean - p->reference_mean, p->variance + p->epsilon,
                                   p->reference_variance + p->epsilon);
}

static double kl_backward(const UnitPair *p) {
  return are_equal(p) ? 0
                      : divergence(p->mean - p->reference_mean, p->reference_variance + p->epsilon,
                                   p->variance + p->epsilon);
}

static double bhattacharyya(const UnitPair *p) {
  double location = p->mean - p->reference_mean;
  double variance1 = p->reference_variance + p->epsilon, variance2 = p->variance + p->epsilon;
  double scale = difference_of_deviations(variance1, variance2), product = root(variance1) * root(variance2);
  if (are_equal(p)) return 0;
  return location * location / (4 * (variance1 + variance2)) + log1p(scale * scale / (2 * product)) / 2;
}

static double hellinger(const UnitPair *p) {
  double distance = bhattacharyya(p);
  int are_constant = p->reference_variance + p->epsilon == 0 && p->variance + p->epsilon == 0;
  return are_constant && distance != 0 ? 1 : root(expm1(-distance));
}

static double energy(const UnitPair *p) {
  double location = fabs(p->mean - p->reference_mean), deviation = root(p->reference_variance + p->variance);
  if (!(deviation > 0)) return root(2 * (location + deviation));
  double shift = location / deviation;
  double of_location = 2 * deviation * (sqrt(2 / M_PI) * expm1(-shift * shift / 2) + shift * erf(shift / sqrt(2.0)));
  double scale = difference_of_deviations(p->reference_variance, p->variance);
  double sum = root(p->reference_variance) + root(p->variance);
  double of_scale = 2 / sqrt(M_PI) * scale * scale / (sqrt(2.0) * deviation + sum);
  return root(of_location + of_scale);
}

static double mmd(const UnitPair *p) {
  double location = p->mean - p->reference_mean, inverse = precision(p);
  double power1 = 1 + 2 * p->reference_variance * inverse, power2 = 1 + 2 * p->variance * inverse;
  double root1 = root(power1), root2 = root(power2), middle = root((power1 + power2) / 2);
  double of_location = -2 / middle * expm1(-location * location * inverse / (power1 + power2));
  double difference = 2 * (p->variance - p->reference_variance) * inverse / (root1 + root2);
  double gap = difference * difference, product = root1 * root2;
  double of_scale = gap * (3 * product + gap / 2) / ((middle * (root1 + root2) + 2 * product) * product * middle);
  return are_equal(p) ? 0 : root(of_location + of_scale);
}

static double fisher_rao(const UnitPair *p) {
  double location = p->mean - p->reference_mean;
  double variance1 = p->reference_variance + p->epsilon, variance2 = p->variance + p->epsilon;
  double scale = difference_of_deviations(variance1, variance2), product = root(variance1) * root(variance2);
  double ratio = (location * location / 2 + scale * scale) / product;
  return are_equal(p) ? 0 : sqrt(8.0) * asinh(root(ratio) / 2);
}

/* The Jensen-Shannon divergence, by the rule of Gauss and Kronrod with 15 nodes between the places where the densities bend. */
typedef struct {
  double location, deviation, deviation_loss, log_deviation;
} GaussianPair;

static double density(const GaussianPair *g, double x) {
  double z = (x - g->location) / g->deviation;
  double log_ratio = (g->location - x * g->deviation_loss) / g->deviation * (x + z) / 2 - g->log_deviation;
  double mixture = (exp(-x * x / 2) + exp(-z * z / 2) / g->deviation) / 2 * (1 / sqrt(2 * M_PI));
  double half = fabs(log_ratio) / 2;
  if (half < 0.5) {
    double s = sinh(half / 2);
    return mixture * (half * tanh(half) - log1p(2 * s * s));
  }
  double decay = exp(-2 * half);
  return mixture * (log(2) - log1p(decay) - 2 * half * decay / (1 + decay));
}

typedef struct {
  double start, end, value, disagreement;
  int depth;
} Piece;

static Piece piece(const GaussianPair *g, double start, double end, int depth) {
  static const double rule[7][3] = {{0.9914553711208126, 0.022935322010529224, 0},
                                    {0.9491079123427585, 0.06309209262997856, 0.1294849661688697},
                                    {0.8648644233597691, 0.10479001032225019, 0},
                                    {0.7415311855993945, 0.14065325971552592, 0.27970539148927664},
                                    {0.5860872354676911, 0.1690047266392679, 0},
                                    {0.4058451513773972, 0.19035057806478542, 0.3818300505051189},
                                    {0.20778495500789848, 0.20443294007529889, 0}};
  double center = (start + end) / 2, radius = (end - start) / 2, middle = density(g, center);
  double kronrod = middle * 0.20948214108472782, gauss = middle * 0.4179591836734694;
  for (int i = 0; i < 7; i++) {
    double sum = density(g, center - radius * rule[i][0]) + density(g, center + radius * rule[i][0]);
    kronrod += sum * rule[i][1];
    gauss += sum * rule[i][2];
  }
  return (Piece){start, end, kronrod * radius, fabs(kronrod - gauss) * radius, depth};
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double js(const UnitPair *p) {
  static const double cuts[7] = {-9, -5, -2.5, 0, 2.5, 5, 9};
  double location = p->mean - p->reference_mean;
  double variance1 = p->reference_variance + p->epsilon, variance2 = p->variance + p->epsilon;
  if (!isfinite(location + variance1 + variance2) || variance1 < 0 || variance2 < 0) return NAN;
  if (location == 0 && variance1 == variance2) return 0;
  if (!(bhattacharyya(p) < 40)) return log(2);
  double unit = sqrt(variance1), change = (variance2 - variance1) / variance1;
  GaussianPair g = {location / unit, sqrt(variance2) / unit, -difference_of_deviations(variance1, variance2) / unit,
                    (fabs(change) < 0.5 ? log1p(change) : log(variance2 / variance1)) / 2};
  double edges[14], allowed = 0, total = 0;
  /* A piece is halved at most 40 times, and each half but one waits. */
  Piece pieces[13 + 41];
  int count = 0;
  for (int i = 0; i < 7; i++) {
    edges[i] = cuts[i];
    edges[7 + i] = g.location + g.deviation * cuts[i];
  }
  qsort(edges, 14, sizeof *edges, ascending);
  for (int i = 0; i < 13; i++) {
    pieces[count] = piece(&g, edges[i], edges[i + 1], 0);
    allowed += pieces[count++].value;
  }
  allowed *= 1e-9;
  while (count > 0) {
    Piece last = pieces[--count];
    if (!(last.disagreement > allowed && last.depth < 40)) {
      total += last.value;
      continue;
    }
    double center = (last.start + last.end) / 2;
    pieces[count++] = piece(&g, last.start, center, last.depth + 1);
    pieces[count++] = piece(&g, center, last.end, last.depth + 1);
  }
  return total;
}

Measure measure_named(const char *name) {
  static const struct {
    const char *name;
    Measure measure;
  } all[] = {{"nw2", nw2},
             {"squared_w2", squared_w2},
             {"mean_shift", mean_shift},
             {"log_var_ratio", log_var_ratio},
             {"jeffreys", jeffreys},
             {"w2", w2},
             {"w1", w1},
             {"kl_forward", kl_forward},
             {"kl_backward", kl_backward},
             {"js", js},
             {"hellinger", hellinger},
             {"bhattacharyya", bhattacharyya},
             {"energy", energy},
             {"mmd", mmd},
             {"fisher_rao", fisher_rao}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(all[i].name, name) == 0) return all[i].measure;
  return NULL;
}

static double sorted_quantile(const double *values, int count, double probability) {
  double position = (count - 1) * probability;
  int rank = (int)position;
  if (rank + 1 >= count) return values[rank];
  return values[rank] + (position - rank) * (values[rank + 1] - values[rank]);
}

int aggregate_units(const char *name, double *values, int count, double *result) {
  int kept = 0;
  double total = 0;
  for (int i = 0; i < count; i++)
    if (isfinite(values[i])) values[kept++] = values[i];
  if (strcmp(name, "mean") == 0) {
    for (int i = 0; i < kept; i++) total += values[i];
    *result = total / kept;
  } else if (strcmp(name, "rms") == 0) {
    for (int i = 0; i < kept; i++) total += values[i] * values[i];
    *result = sqrt(total / kept);
  } else if (strcmp(name, "max") == 0) {
    for (int i = 0; i < kept; i++) total = fabs(values[i]) > total ? fabs(values[i]) : total;
    *result = total;
  } else if (strcmp(name, "median") == 0 || strcmp(name, "p90") == 0) {
    int is_median = name[0] == 'm';
    if (!is_median)
      for (int i = 0; i < kept; i++) values[i] = fabs(values[i]);
    qsort(values, kept, sizeof *values, ascending);
    if (kept > 0) *result = sorted_quantile(values, kept, is_median ? 0.5 : 0.9);
  } else {
    return -1;
  }
  return kept > 0;
}
