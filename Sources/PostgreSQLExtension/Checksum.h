/* XXH64 with seed 0, as `XXHash64` of Sources/Statistics; source: Y. Collet, "xxHash fast digest algorithm", version 0.2.0. */
#ifndef NORMSCOPE_CHECKSUM_H
#define NORMSCOPE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* The digest of the bytes so far. */
typedef struct {
  uint64_t lanes[4], length;
  unsigned char rest[32];
} Checksum;

Checksum new_checksum(void);
void add_to_checksum(Checksum *checksum, const void *bytes, size_t count);
uint64_t checksum_value(const Checksum *checksum);

#endif
