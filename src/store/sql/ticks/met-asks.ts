import type { AdmissionRules } from "../../../board/admission.ts";
import { noTraits, suits } from "../../../board/placement.ts";
import type { Connection } from "../connection.ts";
import { isAsked, toPlacement } from "../rows/asks-column.ts";
import type { Steps } from "../steps.ts";

// From one to the next in that index, however many tasks ask for each.
const selectAsked = `WITH RECURSIVE found(asks) AS (
    SELECT min(kanbun_asks) FROM tasks WHERE ${isAsked("")}
    UNION ALL
    SELECT (SELECT min(kanbun_asks) FROM tasks WHERE ${isAsked("")} AND kanbun_asks > found.asks)
    FROM found WHERE found.asks IS NOT NULL)
  SELECT asks FROM found WHERE asks IS NOT NULL`;

/** What tasks ask for that this host has, as their rows have it: nothing at all first. Found once, for all tasks that ask for the same. */
export type MetAsks = readonly string[];

export const asksNothing: MetAsks = [""];

export function* listMetAsks(
  db: Connection,
  { traits = noTraits }: Pick<AdmissionRules, "traits">,
): Steps<MetAsks> {
  const asked = yield* db.all<{ asks: unknown }>(selectAsked);
  const texts = asked.map(({ asks }) => asks).filter((asks) => typeof asks === "string");
  return [...asksNothing, ...texts.filter((asks) => suits(toPlacement(asks), traits))];
}
