/** The words of SQLite that the moves use and PostgreSQL has not, as functions of the schema. */
export const schemaFunctions: readonly string[] = [
  // NULL where one of them is, as in SQLite: greatest() would skip it, and a pause without an end would get one.
  `max(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN greatest(a, b) END'`,
  `min(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN least(a, b) END'`,
  `substr(t text, first bigint, count bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT pg_catalog.substr(t, first::integer, least(count, 2147483647)::integer)'`,
  "instr(t text, part text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos(t, part)'",
  "typeof(value bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT CASE WHEN value IS NULL THEN ''null'' ELSE ''integer'' END'",
  "typeof(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT CASE WHEN value IS NULL THEN ''null'' ELSE ''text'' END'",
  "quote(value bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT value::text'",
  `texts(list text) RETURNS TABLE(value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT json_array_elements_text(list::json)'`,
  `numbers(list text) RETURNS TABLE(value bigint) LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT json_array_elements_text(list::json)::bigint'`,
  `json_valid(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
      RETURN t::json IS NOT NULL;
    EXCEPTION WHEN data_exception THEN
      RETURN false;
    END $$`,
  // Of a member of an object; true is 1, as in SQLite.
  `json_extract(t text, path text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE json_typeof(t::json -> substr(path, 3)) WHEN 'boolean'
      THEN CASE t::json ->> substr(path, 3) WHEN 'true' THEN '1' ELSE '0' END ELSE t::json ->> substr(path, 3) END $$`,
  // Which server this is, and since which fail-over or restore: another word, and what it acknowledged before may be forgotten.
  `server_origin() RETURNS text LANGUAGE plpgsql STABLE AS $$
    BEGIN
      RETURN (SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
    EXCEPTION WHEN feature_not_supported OR insufficient_privilege OR undefined_function OR internal_error THEN
      RETURN NULL;
    END $$`,
  // Of a board that was moved: only the transaction that says so may still write.
  `refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF old.frozen_in IS DISTINCT FROM pg_current_xact_id() THEN RAISE EXCEPTION USING ERRCODE = 'KB001', MESSAGE = old.frozen; END IF;
      RETURN new;
    END $$`,
  // What src/store/sql/rows/cut-columns.ts says of a payload.
  `cut_payload(t text, chars bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
      IF t IS NULL OR length(t) <= chars THEN RETURN t; END IF;
      IF NOT json_valid(t) OR json_typeof(t::json) <> 'object' THEN
        RETURN left(t, chars::integer) || chr(10) || '[… ' || (length(t) - chars) || ' more characters left out]';
      END IF;
      RETURN (SELECT json_object_agg(key, CASE
          WHEN json_typeof(value) = 'string' AND length(value #>> '{}') > chars / 4 THEN to_json(
            left(value #>> '{}', (chars / 4)::integer) || '[… ' || (length(value #>> '{}') - chars / 4) || ' characters left out]')
          WHEN json_typeof(value) IN ('object', 'array') AND length(value::text) > chars / 4
            THEN to_json('[… ' || length(value::text) || ' characters left out]')
          ELSE value END)
        FROM (SELECT key, value FROM json_each(t::json) LIMIT 100) members);
    END $$`,
];
