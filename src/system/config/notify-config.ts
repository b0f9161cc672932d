import type { ConfigTable } from "./config-table.ts";
import type { ConfigFault } from "./profile.ts";

/** A text of its own: never in the file that everybody shows, nor in an argument that everybody sees. */
export type SecretSource = { readonly file: string } | { readonly env: string };

/** How a target is told. */
export type NotifyWay =
  | { readonly by: "command"; readonly command: readonly string[] }
  | { readonly by: "webhook"; readonly url: string | SecretSource; readonly secret: SecretSource | null }
  | { readonly by: "desktop" };

/** `[notify.<name>]`: who is told of what. */
export interface NotifyTarget {
  readonly name: string;
  readonly way: NotifyWay;
  readonly on: readonly ("needs-you" | "failed" | "done")[];
  /** Slugs; null: all boards. */
  readonly boards: readonly string[] | null;
  /** null: all profiles. */
  readonly profiles: readonly string[] | null;
  /** It is told for the rows of `kanbun notify-subscribe`, and for nothing else. */
  readonly subscriptions: boolean;
  /** Of those, the ones of these platforms; null: all. */
  readonly platforms: readonly string[] | null;
  /** How long one try may take. */
  readonly timeoutMs: number;
  /** Why it can't be used; null: it is sound. */
  readonly fault: ConfigFault | null;
}

const kinds = ["needs-you", "failed", "done"] as const;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads `[notify.<name>]`. Problems go to the table's source; a target that has some is not used. */
export function readNotifyTarget(name: string, table: ConfigTable): NotifyTarget {
  const subscriptions = table.boolean("subscriptions") ?? false;
  const target: NotifyTarget = {
    name,
    way: readWay(table),
    on: readKinds(table, subscriptions ? kinds : ["needs-you"]),
    boards: table.strings("boards"),
    profiles: table.strings("profiles"),
    subscriptions,
    platforms: table.strings("platforms"),
    timeoutMs: table.durationMs("timeout", 100) ?? 10_000,
    fault: null,
  };
  table.refuseUnknownKeys();
  return target;
}

function readWay(table: ConfigTable): NotifyWay {
  const command = table.strings("command");
  const desktop = table.boolean("desktop");
  const url = table.text("webhook");
  const hidden = readSecret(table, "webhook");
  const secret = readSecret(table, "secret");
  const ways = [command, desktop || null, url, hidden].filter((way) => way !== null);
  if (command?.length === 0) table.refuse("command", "a program and its arguments", command);
  if (url !== null && !isWebAddress(url))
    table.refuse("webhook", "an address that begins with https:// or http://", undefined);
  if (ways.length !== 1) {
    const expected = "one of command, webhook, webhook_file, webhook_env and desktop = true";
    table.refuse("command", expected, ways.length === 0 ? undefined : `${ways.length} of them`);
  }
  if (secret !== null && url === null && hidden === null)
    table.refuse("secret_file", "a webhook, which it signs", undefined);
  if (command !== null) return { by: "command", command };
  return url === null && hidden === null
    ? { by: "desktop" }
    : { by: "webhook", url: url ?? hidden ?? "", secret };
}

/** `<key>_file` or `<key>_env`. */
function readSecret(table: ConfigTable, key: string): SecretSource | null {
  const file = table.absolutePath(`${key}_file`);
  const env = table.text(`${key}_env`);
  if (env !== null && !ENV_NAME.test(env)) table.refuse(`${key}_env`, "the name of a variable", env);
  if (file !== null && env !== null) table.refuse(`${key}_env`, `either ${key}_file or ${key}_env`, env);
  return file !== null ? { file } : env !== null ? { env } : null;
}

function readKinds(table: ConfigTable, unlessGiven: NotifyTarget["on"]): NotifyTarget["on"] {
  const words = table.strings("on");
  if (words === null) return unlessGiven;
  const wrong = words.findIndex((word) => !kinds.some((kind) => kind === word));
  if (wrong !== -1) table.refuse("on", kinds.map((kind) => `"${kind}"`).join(" or "), words[wrong], wrong);
  return kinds.filter((kind) => words.includes(kind));
}

/** Whether a webhook can be sent there. */
export function isWebAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}

/** Those that are told of this board, and can be. */
export function targetsOf(notify: ReadonlyMap<string, NotifyTarget>, board: string): readonly NotifyTarget[] {
  return [...notify.values()].filter(
    ({ fault, boards }) => fault === null && (boards === null || boards.includes(board)),
  );
}
