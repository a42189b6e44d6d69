-- Evidence that no row was changed by hand: keyed sums over the rows, chained. The key is no part of
-- the database.

CREATE TABLE seal (
    seal_no BIGINT PRIMARY KEY CHECK (seal_no >= 1),
    subject VARCHAR NOT NULL,
    part VARCHAR NOT NULL,
    row_count BIGINT NOT NULL,
    sum_high HUGEINT NOT NULL,
    sum_low HUGEINT NOT NULL,
    mac VARCHAR NOT NULL CHECK (length(mac) = 64)
);
COMMENT ON TABLE seal IS 'Evidence kept with every change of the facts: `blemish verify` finds what was edited by hand';
COMMENT ON COLUMN seal.seal_no IS 'Number of the seal, from 1';
COMMENT ON COLUMN seal.subject IS 'The table it covers';
COMMENT ON COLUMN seal.part IS 'The rows it covers: a UTC day of capture, a run or a characteristic';
COMMENT ON COLUMN seal.row_count IS 'Rows added to that part by this change; negative for rows removed';
COMMENT ON COLUMN seal.sum_high IS 'What the change added to the keyed sum of the part, upper halves';
COMMENT ON COLUMN seal.sum_low IS 'What the change added to the keyed sum of the part, lower halves';
COMMENT ON COLUMN seal.mac IS 'HMAC-SHA-256 over this row and the one before: the seals form a chain';
