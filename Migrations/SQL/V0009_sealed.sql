-- The vectors of the moments at a site whose steps are from `step`, a multiple of 128, to before `step` + 128, packed together
-- without loss. The rows of `moment` are there with empty vectors, and have no row of `affine`.
--
-- `vector` is 1 for the mean, 2 for the variance, 3 for gamma and 4 for beta; `unit` is the first of up to 16 units, a multiple of 16.
-- `bits` begins with two bytes, the numbers of steps and of units; then come a base for each unit, little-endian uint32, and a byte for
-- each: the width of its offsets in bits, and 128 more where it has either sign. Then each step has, from the lowest bit on, an
-- offset for each unit, in whole bytes: base + offset are the bits of its float32, turned left by one where the unit has either
-- sign. The last eight bytes are the checksum of all others, a little-endian uint64: XXH64 of eight sums, eight totals and the number
-- of the bytes, as little-endian uint64. Word i of the bytes, with zeros behind the last, is added to sum i % 8 once that is turned
-- left by 23 bits, and the result to total i % 8.
--
-- Where `vector` and `unit` are 0, `bits` says which moments there are: the byte 1, the version; a byte, 1 if the moments have
-- different numbers of rows, plus 2 if they have different numbers of elements that are not finite; 128 bits, from the lowest of each
-- byte on, that are 1 for the steps which have a moment; and as int64 the numbers of rows and those of elements that are not
-- finite, of each moment or of all. The checksum of these bytes follows too.
CREATE TABLE sealed (
  id     INTEGER PRIMARY KEY,
  site   INTEGER NOT NULL CONSTRAINT sealed_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step   INTEGER NOT NULL,
  vector INTEGER NOT NULL,
  unit   INTEGER NOT NULL,
  bits   BLOB NOT NULL,
  CONSTRAINT sealed_is_unique UNIQUE (site, step, vector, unit)
) STRICT;
