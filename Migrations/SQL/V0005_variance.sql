-- The variance of the rows that the noise of batches was measured with, [width]; NULL where an older version measured it.
ALTER TABLE batch_noise ADD COLUMN variance BLOB;
