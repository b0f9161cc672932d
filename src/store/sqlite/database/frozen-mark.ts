/** How the error of a board that was moved elsewhere begins. */
export const frozenMark = "kanbun: ";
/** And the names of the triggers that say it. */
export const frozenPrefix = "kanbun_frozen_";
/** All other triggers: see `FileBacked`. */
export const selectForeignTriggers = `SELECT name, lower(tbl_name) AS "table" FROM main.sqlite_schema
  WHERE type = 'trigger' AND substr(name, 1, ${frozenPrefix.length}) <> '${frozenPrefix}' ORDER BY name`;
