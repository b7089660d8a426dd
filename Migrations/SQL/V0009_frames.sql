-- The vectors of `moment` and `affine` may be sealed: packed into the bits by which their numbers lie above those of a frame.
-- A vector is sealed where its length is no multiple of 4 bytes; its frame is that of the newest row here whose step is not
-- later than its own. NULL is the frame of vectors that are stored as they are.
--
-- A frame of n units is the byte 1, its version; n bytes, each the width of a unit in bits and 128 more where its numbers have
-- either sign; n bases, little-endian uint32; and the CRC-32 of all that, as zlib computes it. A sealed vector has for each
-- unit, from the lowest bit on, an offset of that width: base + offset are the bits of its float32, or, where it has either
-- sign, base + offset / 2, and the lowest bit of the offset is the sign. They are filled up with zeros to a multiple of 4
-- bytes, and a last byte is the exclusive or of all before.
CREATE TABLE frame (
  id       INTEGER PRIMARY KEY,
  site     INTEGER NOT NULL CONSTRAINT frame_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step     INTEGER NOT NULL,
  mean     BLOB,
  variance BLOB,
  gamma    BLOB,
  beta     BLOB,
  CONSTRAINT frame_is_unique UNIQUE (site, step)
) STRICT;
