import { nearestName } from "../text/nearest-name.ts";
import { COMMAND_PLACEHOLDERS, listPlaceholders } from "./command-placeholder.ts";
import type { ConfigTable } from "./config-table.ts";

/** Refuses each word of an array that has a placeholder no one would replace. @param array.from the first word that may have any */
export function refuseUnknownPlaceholders(
  table: ConfigTable,
  key: string,
  { words, from = 0 }: { readonly words: readonly string[]; readonly from?: number },
): void {
  for (const [i, word] of words.entries()) {
    if (i < from) continue;
    const unknown = listPlaceholders(word).find(
      (name) => !COMMAND_PLACEHOLDERS.some((known) => known === name),
    );
    if (unknown !== undefined) table.refuse(key, rule(unknown), word, i);
  }
}

function rule(unknown: string): string {
  const meant = nearestName(unknown, COMMAND_PLACEHOLDERS);
  const known = COMMAND_PLACEHOLDERS.map((word) => `{${word}}`).join(" ");
  return `no placeholder but ${known}${meant === null ? "" : ` (did you mean \`{${meant}}\`?)`}`;
}
