-- How many independent parts the noise of batches has, of which the units of a layer share some; NULL where unknown.
ALTER TABLE batch_noise ADD COLUMN degrees_of_freedom REAL;
