import type { ConfigTable } from "./config-table.ts";

/** `[host]`: what this home says of itself to others that dispatch the same boards of a server. */
export interface HostConfig {
  /** What it is good for, such as "gpu": shown to people. Default: none. */
  readonly labels: readonly string[];
}

const labelRule = "labels of 1 to 64 letters, digits, . - and _, starting with a letter or digit";
const label = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether a text may be a label. */
function isLabel(text: string): boolean {
  return label.test(text);
}

/** Reads `[host]`. Problems go to the table's source. */
export function readHostConfig(table: ConfigTable): HostConfig {
  const labels = table.strings("labels") ?? [];
  const wrong = labels.find((one) => !isLabel(one));
  if (wrong !== undefined) table.refuse("labels", labelRule, wrong);
  table.refuseUnknownKeys();
  return { labels: [...new Set(labels)] };
}
