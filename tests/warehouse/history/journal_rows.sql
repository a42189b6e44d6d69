INSERT INTO characteristic (characteristic_id, line, station, tool, family, metric, chart, rules, spec_lower, spec_upper, unit, enabled)
VALUES ('L1/S1/T1/HS:stain_count', 'L1', 'S1', 'T1', 'HS', 'stain_count', NULL, 'beyond-limits', NULL, 5.0, '', 1);
INSERT INTO phase (phase_id, characteristic_id, model_id, status, valid_from, first_pass_at, last_pass_at, phase, created_by, created_at, reason)
VALUES (1, 'L1/S1/T1/HS:stain_count', 'aaaa', 'active', '2026-01-04 08:00:00.000000', '2026-01-04 08:00:00.000000', '2026-01-05 03:00:00.000000', '{"kind": "c"}', 'Ann', '2026-01-05 09:00:00.000000', 'trial');
INSERT INTO episode (episode_id, characteristic_id, rule_family, state, opened_at, first_signal_at, last_signal_at, signals, closed_at, headline)
VALUES ('e1', 'L1/S1/T1/HS:stain_count', 'control', 'firing', '2026-01-05 02:11:00.000000', '2026-01-04 15:00:00.000000', '2026-01-04 15:00:00.000000', 1, NULL, 'a count of 7');
INSERT INTO signal_handled (signal_id, characteristic_id, rule_family, completing_at, handled_at, outcome, episode_id, withdrawn_at)
VALUES ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'L1/S1/T1/HS:stain_count', 'control', '2026-01-04 15:00:00.000000', '2026-01-05 02:11:00.000000', 'opened', 'e1', NULL);
INSERT INTO cause (signal_id, code, text, action, owner, due, created_by, created_at)
VALUES ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'bath', 'old bath', 'renew', 'Ann', NULL, 'Ann', '2026-01-05 09:00:00.000000');
INSERT INTO memory (key, value, updated_at) VALUES ('last plant day', '2026-01-04', '2026-01-05 02:12:00.000000');
