/** Part of a SELECT: what is acknowledged is on the disk, whatever the server's default is. How many replicas have it too is for that to say. */
export const flushed = `set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
  ELSE current_setting('synchronous_commit') END, true)`;

/**
 * Part of a SELECT, the last of a transaction that has written. A statement that takes too long is ended, and so would be the wait of a COMMIT
 * for its replica: PostgreSQL then says that it is done, though no replica has it.
 */
export const waitsForReplicas = "set_config('statement_timeout', '0', true)";

/** Once this is done, replicas have what was committed before it. */
export const confirmReplicas = `BEGIN; SELECT ${flushed}, ${waitsForReplicas}, CASE WHEN current_setting('synchronous_standby_names') <> ''
  THEN pg_logical_emit_message(true, 'kanbun', '')::text END; COMMIT`;
