-- warehouse/queries/insert_merged_pieces.sql: the rows of `incoming` whose key is not stored yet.
INSERT INTO merged_piece (
    pass_id,
    revision,
    merged_no,
    image_id,
    image_revision,
    defect_no
)
SELECT
    incoming.pass_id,
    incoming.revision,
    incoming.merged_no,
    incoming.image_id,
    incoming.image_revision,
    incoming.defect_no
FROM incoming
ANTI JOIN merged_piece ON merged_piece.pass_id = incoming.pass_id
    AND merged_piece.revision = incoming.revision
    AND merged_piece.image_id = incoming.image_id
    AND merged_piece.defect_no = incoming.defect_no
RETURNING pass_id;
