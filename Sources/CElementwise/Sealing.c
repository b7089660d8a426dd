#include <string.h>

#include "CElementwise.h"
#include "WideVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// The parts of a frame.
struct parts {
  const uint32_t *base;
  const uint32_t *mask;
  const uint32_t *mixed;
  const uint32_t *position;
};

INLINE struct parts parts_of(const uint32_t *frame, size_t count) {
  return (struct parts){frame, frame + count, frame + 2 * count, frame + 3 * count};
}

/// The bytes of the bits, in whole words.
INLINE size_t bit_bytes(struct parts frame, size_t count) {
  return 4 * (((size_t)frame.position[count] + 31) / 32);
}

_Bool elementwise_read_frame(
    const uint8_t *widths, const uint8_t *bases, size_t count, uint32_t *frame) {
  memcpy(frame, bases, 4 * count);
  uint32_t position = 0;
  uint8_t wrong = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t width = widths[i] & 0x7F, is_mixed = widths[i] >> 7;
    wrong |= width > 32 || width < is_mixed;
    frame[count + i] = (uint32_t)(((uint64_t)1 << (width & 63)) - 1);
    frame[2 * count + i] = is_mixed << 31;
    frame[3 * count + i] = position;
    position += width;
  }
  frame[4 * count] = position;
  return !wrong;
}

FOR_WIDE_VECTORS
void elementwise_widen_ranges(const float *numbers, size_t count, uint32_t *ranges) {
  uint32_t *restrict smallest = ranges, *restrict largest = ranges + count;
  uint32_t *restrict any = ranges + 2 * count, *restrict all = ranges + 3 * count;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, numbers + i, sizeof bits);
    uint32_t magnitude = bits & 0x7FFFFFFF;
    smallest[i] = magnitude < smallest[i] ? magnitude : smallest[i];
    largest[i] = magnitude > largest[i] ? magnitude : largest[i];
    any[i] |= bits;
    all[i] &= bits;
  }
}

// MARK: - Sealing

/// Fills `offsets`.
///
/// - Returns: not 0 where a number lies outside the frame.
FOR_WIDE_VECTORS
static uint32_t fill_offsets(
    const float *restrict numbers, const uint32_t *frame, size_t count,
    uint32_t *restrict offsets) {
  struct parts parts = parts_of(frame, count);
  uint32_t misfits = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, numbers + i, sizeof bits);
    uint32_t mixed = parts.mixed[i], shift = mixed >> 31;
    uint32_t distance = (bits & ~mixed) - parts.base[i];
    uint32_t misfit = distance & ~(parts.mask[i] >> shift);
    // Where the sign needs a bit, there must be one.
    misfit |= mixed & ~(0 - (parts.mask[i] & 1));
    misfits |= misfit;
    offsets[i] = distance << shift | (bits & mixed) >> 31;
  }
  return misfits;
}

static void pack(
    const uint32_t *restrict offsets, struct parts frame, size_t count, uint8_t *restrict sealed) {
  uint64_t waiting = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t from = frame.position[i], to = frame.position[i + 1];
    waiting |= (uint64_t)offsets[i] << (from & 31);
    uint32_t word = (uint32_t)waiting;
    memcpy(sealed + 4 * (from >> 5), &word, sizeof word);
    // A number of 32 bits ends in the next word too.
    waiting >>= (from ^ to) & 32;
  }
  uint32_t end = frame.position[count];
  if (end & 31) {
    uint32_t word = (uint32_t)waiting;
    memcpy(sealed + 4 * (end >> 5), &word, sizeof word);
  }
}

uint8_t elementwise_parity(const uint8_t *bytes, size_t count) {
  uint64_t sum = 0;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t word;
    memcpy(&word, bytes + i, sizeof word);
    sum ^= word;
  }
  for (; i < count; i++) sum ^= bytes[i];
  sum ^= sum >> 32;
  sum ^= sum >> 16;
  return (uint8_t)(sum ^ sum >> 8);
}

_Bool elementwise_seal(
    const float *numbers, const uint32_t *frame, size_t count, uint32_t *offsets, uint8_t *sealed) {
  struct parts parts = parts_of(frame, count);
  if (fill_offsets(numbers, frame, count, offsets)) return 0;
  pack(offsets, parts, count, sealed);
  size_t end = bit_bytes(parts, count);
  sealed[end] = elementwise_parity(sealed, end);
  return 1;
}

// MARK: - Unsealing

// Eight numbers are unsealed at once. The bytes of each are shuffled into a word of its own: of 4 bytes where no number of
// the group is wider than 25 bits or has either sign, else of 8. A lane of 16 bytes has four such words, or two.

/// How a group of eight numbers is unsealed.
struct group {
  /// The first byte of each lane.
  uint32_t lane[4];
  /// The bytes of each word, counted from the first of its lane.
  uint8_t bytes[64];
  /// The first bit of each number in its word.
  uint32_t shift[8];
  uint32_t mask[8];
  uint32_t base[8];
  uint32_t mixed[8];
  uint32_t is_narrow;
  uint32_t unused[3];
};

_Static_assert(sizeof(struct group) == 4 * elementwise_group_words, "groups are arrays of words");

void elementwise_make_groups(const uint32_t *frame, size_t count, uint32_t *groups) {
  struct parts parts = parts_of(frame, count);
  for (size_t first = 0; first < count; first += 8, groups += elementwise_group_words) {
    struct group group = {.is_narrow = 1};
    uint32_t position[8];
    for (size_t i = 0; i < 8; i++) {
      // Beyond the last number they have no bits.
      size_t at = first + i < count ? first + i : count;
      position[i] = parts.position[at];
      if (at == count) continue;
      group.mask[i] = parts.mask[at];
      group.base[i] = parts.base[at];
      group.mixed[i] = parts.mixed[at];
      if (group.mask[i] >> 25 || group.mixed[i]) group.is_narrow = 0;
    }
    size_t words = group.is_narrow ? 4 : 2, size = 16 / words;
    for (size_t i = 0; i < 8; i++) {
      uint32_t start = position[i - i % words] >> 3;
      group.lane[i / words] = start;
      group.shift[i] = position[i] & 7;
      for (size_t k = 0; k < size; k++) {
        group.bytes[i * size + k] = (uint8_t)((position[i] >> 3) - start + k);
      }
    }
    memcpy(groups, &group, sizeof group);
  }
}

/// Unseals a group from the bytes from `first` on.
typedef void unseal_group(const uint8_t *sealed, uint32_t first, const struct group *, uint32_t *);

INLINE void unseal_plainly(
    const uint8_t *sealed, uint32_t first, const struct group *group, uint32_t *numbers) {
  size_t words = group->is_narrow ? 4 : 2, size = 16 / words;
  for (size_t i = 0; i < 8; i++) {
    uint64_t word = 0;
    memcpy(&word, sealed + (group->lane[i / words] - first) + group->bytes[i * size], size);
    uint32_t offset = (uint32_t)(word >> group->shift[i]) & group->mask[i];
    uint32_t mixed = group->mixed[i];
    numbers[i] = (offset >> (mixed >> 31)) + group->base[i] + (offset << 31 & mixed);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"), always_inline)) static inline void unseal_by_lanes(
    const uint8_t *sealed, uint32_t first, const struct group *group, uint32_t *numbers) {
#define LANE(k) _mm_loadu_si128((const __m128i *)(sealed + (group->lane[k] - first)))
#define LANES(k) _mm256_inserti128_si256(_mm256_castsi128_si256(LANE(k)), LANE(k + 1), 1)
#define READ(part) _mm256_loadu_si256((const __m256i *)(group->part))
  __m256i bits;
  if (group->is_narrow) {
    bits = _mm256_srlv_epi32(_mm256_shuffle_epi8(LANES(0), READ(bytes)), READ(shift));
    bits = _mm256_add_epi32(_mm256_and_si256(bits, READ(mask)), READ(base));
  } else {
    __m256i low = _mm256_srlv_epi64(
        _mm256_shuffle_epi8(LANES(0), READ(bytes)),
        _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)group->shift)));
    __m256i high = _mm256_srlv_epi64(
        _mm256_shuffle_epi8(LANES(2), READ(bytes + 32)),
        _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(group->shift + 4))));
    __m256i halves = _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high), 0x88));
    __m256i offsets = _mm256_and_si256(_mm256_permute4x64_epi64(halves, 0xD8), READ(mask));
    __m256i mixed = READ(mixed);
    __m256i magnitudes = _mm256_srlv_epi32(offsets, _mm256_srli_epi32(mixed, 31));
    __m256i signs = _mm256_and_si256(_mm256_slli_epi32(offsets, 31), mixed);
    bits = _mm256_add_epi32(_mm256_add_epi32(magnitudes, READ(base)), signs);
  }
  _mm256_storeu_si256((__m256i *)numbers, bits);
#undef READ
#undef LANES
#undef LANE
}
#endif

INLINE void unseal_all(
    const uint8_t *restrict sealed, size_t bytes, const struct group *groups, size_t count,
    float *restrict numbers, unseal_group unseal) {
  uint32_t eight[8];
  for (size_t i = 0; 8 * i < count; i++) {
    const struct group *group = groups + i;
    if (8 * i + 8 <= count && group->lane[group->is_narrow ? 1 : 3] + 16 <= bytes) {
      unseal(sealed, 0, group, eight);
      memcpy(numbers + 8 * i, eight, sizeof eight);
      continue;
    }
    // A group has at most 32 bytes, and its lanes end at most 16 bytes later.
    uint8_t last[48] = {0};
    size_t first = group->lane[0], left = first < bytes ? bytes - first : 0;
    memcpy(last, sealed + (first < bytes ? first : 0), left < sizeof last ? left : sizeof last);
    unseal(last, (uint32_t)first, group, eight);
    memcpy(numbers + 8 * i, eight, count - 8 * i < 8 ? 4 * (count - 8 * i) : sizeof eight);
  }
}

static void unseal_all_plainly(
    const uint8_t *sealed, size_t bytes, const struct group *groups, size_t count,
    float *numbers) {
  unseal_all(sealed, bytes, groups, count, numbers, unseal_plainly);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void unseal_all_by_lanes(
    const uint8_t *sealed, size_t bytes, const struct group *groups, size_t count,
    float *numbers) {
  unseal_all(sealed, bytes, groups, count, numbers, unseal_by_lanes);
}
#endif

void elementwise_unseal(
    const uint8_t *sealed, size_t bytes, const uint32_t *groups, size_t count, float *numbers) {
  const struct group *group = (const struct group *)groups;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    return unseal_all_by_lanes(sealed, bytes, group, count, numbers);
  }
#endif
  unseal_all_plainly(sealed, bytes, group, count, numbers);
}
