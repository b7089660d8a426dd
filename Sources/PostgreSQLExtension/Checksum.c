#include "Checksum.h"

#include <string.h>

static const uint64_t prime1 = 0x9E3779B185EBCA87, prime2 = 0xC2B2AE3D27D4EB4F, prime3 = 0x165667B19E3779F9,
                      prime4 = 0x85EBCA77C2B2AE63, prime5 = 0x27D4EB2F165667C5;

static uint64_t rotated(uint64_t x, int count) { return x << count | x >> (64 - count); }

static uint64_t after_round(uint64_t lane, uint64_t word) { return rotated(lane + word * prime2, 31) * prime1; }

static uint64_t word_at(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

Checksum new_checksum(void) {
  Checksum checksum = {{prime1 + prime2, prime2, 0, 0 - prime1}, 0, {0}};
  return checksum;
}

static void add_stripe(Checksum *checksum, const unsigned char *bytes) {
  for (int i = 0; i < 4; i++) checksum->lanes[i] = after_round(checksum->lanes[i], word_at(bytes + 8 * i));
}

void add_to_checksum(Checksum *checksum, const void *added, size_t count) {
  const unsigned char *bytes = added;
  size_t waiting = checksum->length % 32;
  checksum->length += count;
  if (waiting > 0) {
    size_t taken = count < 32 - waiting ? count : 32 - waiting;
    memcpy(checksum->rest + waiting, bytes, taken);
    bytes += taken;
    count -= taken;
    if (waiting + taken < 32) return;
    add_stripe(checksum, checksum->rest);
  }
  for (; count >= 32; bytes += 32, count -= 32) add_stripe(checksum, bytes);
  memcpy(checksum->rest, bytes, count);
}

uint64_t checksum_value(const Checksum *checksum) {
  uint64_t hash = prime5;
  const unsigned char *rest = checksum->rest;
  size_t count = checksum->length % 32;
  if (checksum->length >= 32) {
    const uint64_t *lanes = checksum->lanes;
    hash = rotated(lanes[0], 1) + rotated(lanes[1], 7) + rotated(lanes[2], 12) + rotated(lanes[3], 18);
    for (int i = 0; i < 4; i++) hash = (hash ^ after_round(0, lanes[i])) * prime1 + prime4;
  }
  hash += checksum->length;
  for (; count >= 8; rest += 8, count -= 8) hash = rotated(hash ^ after_round(0, word_at(rest)), 27) * prime1 + prime4;
  if (count >= 4) {
    uint32_t half;
    memcpy(&half, rest, sizeof half);
    hash = rotated(hash ^ half * prime1, 23) * prime2 + prime3;
    rest += 4;
    count -= 4;
  }
  for (; count > 0; rest++, count--) hash = rotated(hash ^ *rest * prime5, 11) * prime1;
  hash = (hash ^ hash >> 33) * prime2;
  hash = (hash ^ hash >> 29) * prime3;
  return hash ^ hash >> 32;
}
