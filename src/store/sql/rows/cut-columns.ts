/**
 * SQL: columns of a table `t`, of which those with long texts are cut after `:charsMax` characters, as `cutText` does it: so
 * that no more than one text is in memory at a time.
 */
export function cutColumns(t: string, short: readonly string[], long: readonly string[]): string {
  return [
    ...short.map((name) => `${t}.${name}`),
    ...long.map((name) => cutColumn(`${t}.${name}`, name)),
  ].join(", ");
}

function cutColumn(column: string, name: string): string {
  return `CASE WHEN length(${column}) > :charsMax THEN ${cut(column)} ELSE ${column} END AS ${name}`;
}

function cut(text: string): string {
  return `(substr(${text}, 1, :charsMax) || char(10) || '[… ' || (length(${text}) - :charsMax) || ' more characters left out]')`;
}

/** SQL: the same of a payload, which stays an object: its long texts are cut, its long lists and objects are named. */
export const cutPayload = `CASE
  WHEN length(payload) <= :charsMax THEN payload
  WHEN NOT json_valid(payload) OR json_type(payload) IS NOT 'object' THEN ${cut("payload")}
  ELSE (SELECT json_group_object(key, CASE
      WHEN type IN ('true', 'false', 'null') THEN json(type)
      WHEN length(value) > :charsMax / 4 THEN iif(type = 'text', substr(value, 1, :charsMax / 4), '') || '[… ' ||
        (length(value) - iif(type = 'text', :charsMax / 4, 0)) || ' characters left out]'
      WHEN type IN ('object', 'array') THEN json(value)
      ELSE value END)
    FROM (SELECT * FROM json_each(payload) LIMIT 100)) END AS payload`;
