-- warehouse/queries/images_by_model.sql: every measurement of every image: what the archive must hold for it.
SELECT image_id, model_id, image_format FROM image ORDER BY image_id, model_id, revision;
