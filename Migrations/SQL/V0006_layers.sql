-- What a question about a site needs to know of its layer. `layer_name` is the name that the network's framework gives the
-- layer; NULL where the number is all. `activation` is the nonlinearity of the layer; NULL where unknown.
-- `derives_normalized` is 1 where the normalization that reads this tensor is batch norm with the mean and variance of the
-- same rows, so that its output has the mean beta and the variance gamma² σ²/(σ²+ε); 0 where its output does not follow from
-- its input's moments; NULL where no normalization reads the tensor, or unknown.
ALTER TABLE site ADD COLUMN layer_name TEXT;
ALTER TABLE site ADD COLUMN activation TEXT;
ALTER TABLE site ADD COLUMN derives_normalized INTEGER
  CONSTRAINT site_derives_normalized_is_truth CHECK (derives_normalized IN (0, 1));

-- Earlier versions read both from the run's configuration: what a layer says, else what the run says for all layers. The
-- layer after those of the configuration is the output layer.
UPDATE site SET
  activation = (
    SELECT CASE
      WHEN NOT json_valid(configuration) THEN NULL
      WHEN json_type(configuration, '$.layers') IS NOT 'array' THEN NULL
      WHEN layer <= json_array_length(configuration, '$.layers') THEN ifnull(
        CASE json_type(configuration, '$.layers[' || (layer - 1) || '].activation')
          WHEN 'text' THEN json_extract(configuration, '$.layers[' || (layer - 1) || '].activation') END,
        CASE json_type(configuration, '$.activation')
          WHEN 'text' THEN json_extract(configuration, '$.activation') END)
      WHEN layer = json_array_length(configuration, '$.layers') + 1
        AND json_type(configuration, '$.norm') = 'text' THEN 'identity'
    END
    FROM run WHERE run.id = site.run),
  derives_normalized = (
    SELECT CASE
      WHEN epsilon IS NULL THEN NULL
      WHEN statistics <> 'batch' THEN 0
      WHEN NOT json_valid(configuration) THEN NULL
      ELSE ifnull(json_extract(configuration, '$.layers[' || (layer - 1) || '].norm'),
          json_extract(configuration, '$.norm')) = 'batch'
        AND ifnull(json_extract(configuration, '$.layers[' || (layer - 1) || '].ghost_batch_size'),
          json_extract(configuration, '$.ghost_batch_size')) IS NULL
    END
    FROM run WHERE run.id = site.run);
