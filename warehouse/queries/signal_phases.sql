-- warehouse/queries/signal_phases.sql: the phase that each signal was judged by.
SELECT signal_id, phase_id FROM signal;
