-- warehouse/queries/delete_stale_checkpoints.sql: deletes the checkpoints of characteristics that are not evaluated.
DELETE FROM chart_checkpoint
WHERE
    characteristic_id NOT IN (
        SELECT evaluated_characteristic.characteristic_id FROM evaluated_characteristic
    );
