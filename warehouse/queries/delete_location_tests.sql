-- warehouse/queries/delete_location_tests.sql: deletes the tests of the days in `replaced`.
DELETE FROM location_test
USING replaced
WHERE
    location_test.characteristic_id = replaced.characteristic_id
    AND location_test.day = CAST(replaced.day AS DATE);
