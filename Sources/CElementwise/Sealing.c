#include <string.h>

#include "CElementwise.h"
#include "WideVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { most_units = elementwise_sealed_units };

/// The bytes before those of the first step.
INLINE size_t head_of(size_t units) { return 2 + 5 * units; }

/// How the numbers of up to 16 units are packed: base + offset are the bits of a float32, turned left by one where its
/// unit has either sign.
struct frame {
  uint32_t base[most_units];
  uint32_t width[most_units];
  uint32_t turn[most_units];
  /// The bytes of a step.
  size_t stride;
};

INLINE uint32_t mask_of(uint32_t width) { return (uint32_t)(((uint64_t)1 << width) - 1); }

INLINE size_t stride_of(struct frame *frame) {
  size_t bits = 0;
  for (size_t i = 0; i < most_units; i++) bits += frame->width[i];
  return (bits + 7) / 8;
}

// MARK: - Sealing

/// Copies the numbers beside each other, with zeros for the units that are missing.
static void gather(
    const float *numbers, size_t stride, size_t steps, size_t units, uint32_t *restrict tile) {
  if (units < most_units) memset(tile, 0, steps * most_units * sizeof *tile);
  for (size_t step = 0; step < steps; step++) {
    memcpy(tile + step * most_units, numbers + step * stride, units * sizeof *numbers);
  }
}

FOR_WIDE_VECTORS
static void fit(const uint32_t *restrict tile, size_t steps, struct frame *restrict frame) {
  uint32_t smallest[most_units], largest[most_units], any[most_units], all[most_units];
  for (size_t i = 0; i < most_units; i++) {
    smallest[i] = all[i] = UINT32_MAX;
    largest[i] = any[i] = 0;
  }
  for (size_t step = 0; step < steps; step++) {
    for (size_t i = 0; i < most_units; i++) {
      uint32_t bits = tile[step * most_units + i], magnitude = bits & 0x7FFFFFFF;
      smallest[i] = magnitude < smallest[i] ? magnitude : smallest[i];
      largest[i] = magnitude > largest[i] ? magnitude : largest[i];
      any[i] |= bits;
      all[i] &= bits;
    }
  }
  for (size_t i = 0; i < most_units; i++) {
    uint32_t turn = (any[i] & ~all[i]) >> 31;
    uint32_t sign = all[i] & 0x80000000;
    frame->turn[i] = turn;
    frame->base[i] = turn ? smallest[i] << 1 : smallest[i] | sign;
    uint32_t range = turn ? (largest[i] - smallest[i]) << 1 | 1 : largest[i] - smallest[i];
    frame->width[i] = range ? 32 - (uint32_t)__builtin_clz(range) : 0;
  }
  frame->stride = stride_of(frame);
}

/// Replaces the bits of the numbers by their offsets from the bases.
FOR_WIDE_VECTORS
static void subtract_bases(
    uint32_t *restrict tile, size_t steps, const struct frame *restrict frame) {
  for (size_t step = 0; step < steps; step++) {
    for (size_t i = 0; i < most_units; i++) {
      uint32_t bits = tile[step * most_units + i], turned = bits << 1 | bits >> 31;
      uint32_t choice = 0 - frame->turn[i];
      tile[step * most_units + i] = ((turned & choice) | (bits & ~choice)) - frame->base[i];
    }
  }
}

static void pack(
    const uint32_t *restrict tile, size_t steps, const struct frame *restrict frame,
    uint8_t *restrict sealed) {
  for (size_t step = 0; step < steps; step++, sealed += frame->stride) {
    uint64_t waiting = 0;
    uint32_t count = 0;
    uint8_t *end = sealed;
    for (size_t i = 0; i < most_units; i += 2) {
      const uint32_t *two = tile + step * most_units + i;
      uint64_t bits = two[0] | (uint64_t)two[1] << frame->width[i];
      waiting |= bits << count;
      // Up to 8 bytes behind the step are written, which the next step overwrites.
      memcpy(end, &waiting, sizeof waiting);
      uint32_t sum = count + frame->width[i] + frame->width[i + 1];
      if (sum >= 64) {
        end += 8;
        waiting = count ? bits >> (64 - count) : 0;
        sum -= 64;
      }
      count = sum;
    }
    memcpy(end, &waiting, sizeof waiting);
  }
}

size_t elementwise_seal(
    const float *numbers, size_t stride, size_t steps, size_t units, uint8_t *sealed) {
  uint32_t tile[elementwise_sealed_steps * most_units];
  struct frame frame;
  gather(numbers, stride, steps, units, tile);
  fit(tile, steps, &frame);
  subtract_bases(tile, steps, &frame);
  sealed[0] = (uint8_t)steps;
  sealed[1] = (uint8_t)units;
  memcpy(sealed + 2, frame.base, 4 * units);
  for (size_t i = 0; i < units; i++) {
    sealed[2 + 4 * units + i] = (uint8_t)(frame.width[i] | frame.turn[i] << 7);
  }
  pack(tile, steps, &frame, sealed + head_of(units));
  return head_of(units) + steps * frame.stride;
}

// MARK: - Unsealing

static _Bool read_frame(const uint8_t *sealed, size_t bytes, struct frame *frame) {
  memset(frame, 0, sizeof *frame);
  if (bytes < 2) return 0;
  size_t steps = sealed[0], units = sealed[1];
  if (units == 0 || units > most_units || steps == 0 || steps > elementwise_sealed_steps
      || bytes < head_of(units)) {
    return 0;
  }
  memcpy(frame->base, sealed + 2, 4 * units);
  for (size_t i = 0; i < units; i++) {
    uint32_t width = sealed[2 + 4 * units + i];
    frame->width[i] = width & 0x7F;
    frame->turn[i] = width >> 7;
    if (frame->width[i] > 32) return 0;
  }
  frame->stride = stride_of(frame);
  return bytes == head_of(units) + steps * frame->stride;
}

/// Unseals the steps from `first` on, one number after the other.
static void unseal_plainly(
    const uint8_t *sealed, size_t first, size_t steps, size_t units, const struct frame *frame,
    float *numbers, size_t stride) {
  for (size_t step = first; step < steps; step++) {
    // A step has at most 64 bytes, and the word of its last number ends up to 8 bytes later.
    uint8_t bytes[4 * most_units + 8] = {0};
    memcpy(bytes, sealed + step * frame->stride, frame->stride);
    size_t position = 0;
    for (size_t i = 0; i < units; i++) {
      uint64_t word;
      memcpy(&word, bytes + position / 8, sizeof word);
      uint32_t bits = (uint32_t)(word >> position % 8) & mask_of(frame->width[i]);
      bits += frame->base[i];
      if (frame->turn[i]) bits = bits >> 1 | bits << 31;
      memcpy(numbers + step * stride + i, &bits, sizeof bits);
      position += frame->width[i];
    }
  }
}

#if defined(__x86_64__)
#define FOR_AVX2 __attribute__((target("avx2")))
#define INLINE_FOR_AVX2 __attribute__((target("avx2"), always_inline)) static inline

/// How eight numbers of a step are unsealed at once.
///
/// The bytes of each are shuffled into a word of its own: of 4 bytes where none of the eight is wider than 25 bits, else of 8.
/// A lane of 16 bytes has four such words, or two.
struct group {
  /// The first byte of each lane; narrow groups have two.
  size_t lane[4];
  __m256i bytes[2];
  __m256i shift[2];
  __m256i mask;
  __m256i base;
  __m256i turn;
  _Bool is_narrow;
  _Bool has_turns;
};

FOR_AVX2
static size_t make_group(const struct frame *frame, size_t first, size_t bit, struct group *group) {
  // Shuffling two vectors of long words brings their numbers together in this order.
  static const size_t order[8] = {0, 1, 4, 5, 2, 3, 6, 7};
  uint32_t mask[8];
  size_t position[8];
  group->is_narrow = 1;
  group->has_turns = 0;
  for (size_t i = 0; i < 8; i++) {
    position[i] = bit;
    bit += frame->width[first + i];
    mask[i] = mask_of(frame->width[first + i]);
    if (frame->width[first + i] > 25) group->is_narrow = 0;
    if (frame->turn[first + i]) group->has_turns = 1;
  }
  uint8_t bytes[64] = {0};
  uint32_t narrow_shift[8];
  uint64_t wide_shift[8];
  size_t size = group->is_narrow ? 4 : 8, words = 16 / size;
  for (size_t i = 0; i < 8; i++) {
    size_t number = group->is_narrow ? i : order[i];
    size_t lane = position[group->is_narrow ? i - i % words : order[i - i % words]] / 8;
    group->lane[i / words] = lane;
    narrow_shift[i] = position[number] % 8;
    wide_shift[i] = position[number] % 8;
    for (size_t k = 0; k < size; k++) {
      bytes[i * size + k] = (uint8_t)(position[number] / 8 - lane + k);
    }
  }
  group->bytes[0] = _mm256_loadu_si256((const __m256i *)bytes);
  group->bytes[1] = _mm256_loadu_si256((const __m256i *)(bytes + 32));
  if (group->is_narrow) {
    group->lane[2] = group->lane[3] = group->lane[1];
    group->shift[0] = group->shift[1] = _mm256_loadu_si256((const __m256i *)narrow_shift);
  } else {
    group->shift[0] = _mm256_loadu_si256((const __m256i *)wide_shift);
    group->shift[1] = _mm256_loadu_si256((const __m256i *)(wide_shift + 4));
  }
  group->mask = _mm256_loadu_si256((const __m256i *)mask);
  group->base = _mm256_loadu_si256((const __m256i *)(frame->base + first));
  group->turn = _mm256_loadu_si256((const __m256i *)(frame->turn + first));
  return bit;
}

INLINE_FOR_AVX2 __m256i two_lanes(const uint8_t *first, const uint8_t *second) {
  __m256i low = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)first));
  return _mm256_inserti128_si256(low, _mm_loadu_si128((const __m128i *)second), 1);
}

INLINE_FOR_AVX2 __m256i unseal_group(
    const uint8_t *step, const struct group *group, _Bool is_narrow, _Bool has_turns) {
  __m256i bits = _mm256_shuffle_epi8(
      two_lanes(step + group->lane[0], step + group->lane[1]), group->bytes[0]);
  if (is_narrow) {
    bits = _mm256_srlv_epi32(bits, group->shift[0]);
  } else {
    __m256i low = _mm256_srlv_epi64(bits, group->shift[0]);
    __m256i high = _mm256_shuffle_epi8(
        two_lanes(step + group->lane[2], step + group->lane[3]), group->bytes[1]);
    high = _mm256_srlv_epi64(high, group->shift[1]);
    bits = _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high), 0x88));
  }
  bits = _mm256_add_epi32(_mm256_and_si256(bits, group->mask), group->base);
  if (has_turns) {
    __m256i back = _mm256_sub_epi32(_mm256_set1_epi32(32), group->turn);
    bits = _mm256_or_si256(
        _mm256_srlv_epi32(bits, group->turn), _mm256_sllv_epi32(bits, back));
  }
  return bits;
}

INLINE_FOR_AVX2 void unseal_groups(
    const uint8_t *sealed, size_t steps, size_t bytes, const struct group groups[2], float *numbers,
    size_t stride, _Bool first_narrow, _Bool second_narrow, _Bool have_turns) {
  const struct group first = groups[0], second = groups[1];
  for (size_t step = 0; step < steps; step++, sealed += bytes, numbers += stride) {
    __m256i one = unseal_group(sealed, &first, first_narrow, have_turns);
    __m256i other = unseal_group(sealed, &second, second_narrow, have_turns);
    _mm256_storeu_si256((__m256i *)numbers, one);
    _mm256_storeu_si256((__m256i *)(numbers + 8), other);
  }
}

/// Unseals the numbers of 16 units.
///
/// - Returns: the number of steps that were unsealed: not the last ones, whose lanes end behind the sealed bytes.
FOR_AVX2
static size_t unseal_by_lanes(
    const uint8_t *sealed, size_t steps, const struct frame *frame, float *numbers,
    size_t stride) {
  struct group groups[2];
  make_group(frame, 8, make_group(frame, 0, 0, groups), groups + 1);
  size_t reach = 0, end = steps * frame->stride;
  for (size_t i = 0; i < 8; i++) {
    size_t lane = groups[i / 4].lane[i % 4] + 16;
    reach = lane > reach ? lane : reach;
  }
  if (reach > end || frame->stride == 0) return 0;
  size_t whole = (end - reach) / frame->stride + 1;
  whole = whole < steps ? whole : steps;
  _Bool turns = groups[0].has_turns || groups[1].has_turns;
#define UNSEAL(first, second, turns) \
  unseal_groups(sealed, whole, frame->stride, groups, numbers, stride, first, second, turns)
  if (groups[0].is_narrow && groups[1].is_narrow) {
    if (turns) UNSEAL(1, 1, 1);
    else UNSEAL(1, 1, 0);
  } else if (groups[0].is_narrow) {
    UNSEAL(1, 0, 1);
  } else if (groups[1].is_narrow) {
    UNSEAL(0, 1, 1);
  } else {
    UNSEAL(0, 0, 1);
  }
#undef UNSEAL
  return whole;
}
#endif

_Bool elementwise_unseal(
    const uint8_t *sealed, size_t bytes, size_t steps, size_t units, float *numbers,
    size_t stride) {
  struct frame frame;
  if (!read_frame(sealed, bytes, &frame) || sealed[0] != steps || sealed[1] != units) return 0;
  const uint8_t *first = sealed + head_of(units);
  size_t done = 0;
#if defined(__x86_64__)
  if (units == most_units && __builtin_cpu_supports("avx2")) {
    done = unseal_by_lanes(first, steps, &frame, numbers, stride);
  }
#endif
  unseal_plainly(first, done, steps, units, &frame, numbers, stride);
  return 1;
}

size_t elementwise_unseal_step(
    const uint8_t *sealed, size_t bytes, size_t step, float *numbers) {
  struct frame frame;
  if (!read_frame(sealed, bytes, &frame) || step >= sealed[0]) return 0;
  size_t units = sealed[1];
  const uint8_t *first = sealed + head_of(units) + step * frame.stride;
  unseal_plainly(first, 0, 1, units, &frame, numbers, 0);
  return units;
}

// MARK: - Checksums

enum { fold_lanes = elementwise_folded_words / 2, stripe_bytes = 8 * fold_lanes };

INLINE void fold_stripe(const uint8_t *bytes, uint64_t *restrict sums, uint64_t *restrict totals) {
  uint64_t words[fold_lanes];
  memcpy(words, bytes, sizeof words);
  for (size_t i = 0; i < fold_lanes; i++) {
    sums[i] = (sums[i] << 23 | sums[i] >> 41) + words[i];
    totals[i] += sums[i];
  }
}

FOR_WIDE_VECTORS
void elementwise_fold(const uint8_t *bytes, size_t count, uint64_t *folded) {
  uint64_t sums[fold_lanes] = {0}, totals[fold_lanes] = {0};
  size_t whole = count - count % stripe_bytes;
  for (size_t start = 0; start < whole; start += stripe_bytes) {
    fold_stripe(bytes + start, sums, totals);
  }
  if (whole < count) {
    uint8_t rest[stripe_bytes] = {0};
    memcpy(rest, bytes + whole, count - whole);
    fold_stripe(rest, sums, totals);
  }
  memcpy(folded, sums, sizeof sums);
  memcpy(folded + fold_lanes, totals, sizeof totals);
}
