import { isAbsolute } from "node:path";
import type { ConfigTable } from "./config-table.ts";
import type { SecretSource } from "./notify-config.ts";
import type { ConfigFault } from "./profile.ts";

/** Where the password of a store comes from; what a command prints, its first line. */
export type PasswordSource = SecretSource | { readonly command: readonly string[] };

/** Where a server is, and as whom it is spoken to. */
interface ServerAddress {
  /** A name or address; a folder where it listens on a socket of this machine. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Without `?sslmode=`: none on this machine, else `require`, and with an authority of its own `verify-full`. */
  readonly sslMode: (typeof sslModes)[number];
}

/** `[stores.<name>]`: a PostgreSQL server that keeps boards of this home. Nothing in it is secret. */
export interface StoreConfig {
  readonly name: string;
  /** The `kanbun.toml` that it stands in. */
  readonly file: string;
  /** `postgres://user@host/database`, without a password. */
  readonly url: string;
  readonly address: ServerAddress;
  /** null: the server asks for none, such as for a user of its own machine. */
  readonly password: PasswordSource | null;
  /** The certificate of the authority that the server's is signed by; null: those that this machine trusts. */
  readonly caFile: string | null;
  /** How long a host of the store counts as alive that is not heard of. Default 60 s, at least 5 s. */
  readonly leaseMs: number;
  /** Why it can't be used; null: it is sound. */
  readonly fault: ConfigFault | null;
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const urlRule = 'an address such as "postgres://kanbun@db.example/kanbun"';
const passwordKeys = ["password_command", "password_file", "password_env"] as const;
const sslModes = ["disable", "require", "verify-ca", "verify-full"] as const;
/** What an address may ask for beside where it leads; everything else is set by Kanbun. */
const parameters: readonly string[] = ["sslmode", "host"];

/** Reads `[stores.<name>]`. Problems go to the table's source, none with a password in it; a store that has some is not used. */
export function readStoreConfig(name: string, table: ConfigTable): StoreConfig {
  const caFile = table.absolutePath("ca_file");
  const store: StoreConfig = {
    name,
    file: table.file,
    ...readAddress(table, caFile !== null),
    password: readPasswordSource(table),
    caFile,
    leaseMs: table.durationMs("lease", 5_000) ?? 60_000,
    fault: null,
  };
  if (table.entries().some(([key]) => key === "password"))
    table.refuse("password", `no password in this file, but ${listKeys()}`, undefined);
  table.refuseUnknownKeys();
  return store;
}

function readAddress(table: ConfigTable, usesOwnAuthority: boolean): Pick<StoreConfig, "url" | "address"> {
  const text = table.text("url");
  if (text === null && !table.entries().some(([key]) => key === "url"))
    table.refuse("url", urlRule, undefined);
  const address = text === null ? null : parseAddress(text, usesOwnAuthority);
  // The text itself is not shown: what is wrong with it may be that a secret stands in it.
  if (typeof address === "string") table.refuse("url", address, undefined);
  return text === null || address === null || typeof address === "string"
    ? { url: "", address: { host: "", port: 0, user: "", database: "", sslMode: "disable" } }
    : { url: text, address };
}

/** What an address says, or what is expected instead of it. */
function parseAddress(text: string, usesOwnAuthority: boolean): ServerAddress | string {
  // With a socket there is no host, which an URL of this kind can't be without.
  const url = URL.parse(text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)\//, "$1localhost/"));
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) return urlRule;
  const { searchParams } = url;
  if (url.password !== "" || searchParams.has("password"))
    return `an address without a password: give it by ${listKeys()}, and change the one that stood here`;
  if (url.username === "") return `a user in the address: ${urlRule}`;
  if (!/^\/[^/]+$/.test(url.pathname)) return `one database in the address: ${urlRule}`;
  const isKnown = [...searchParams.keys()].every((key) => parameters.includes(key));
  const folder = searchParams.get("host");
  if (!isKnown || url.hash !== "" || (folder !== null && !isAbsolute(folder)))
    return "nothing behind the database but ?sslmode= and, for the folder of a socket, ?host=";
  const asked = searchParams.get("sslmode");
  const sslMode = asked === null ? null : sslModes.find((mode) => mode === asked);
  if (sslMode === undefined) return `an sslmode of ${sslModes.join(", ")}`;
  const host = folder ?? url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isOfThisMachine = folder !== null || ["localhost", "127.0.0.1", "::1"].includes(host);
  return {
    host,
    port: url.port === "" ? 5432 : Number(url.port),
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)),
    sslMode: sslMode ?? (isOfThisMachine ? "disable" : usesOwnAuthority ? "verify-full" : "require"),
  };
}

function readPasswordSource(table: ConfigTable): PasswordSource | null {
  const command = table.strings("password_command");
  const file = table.absolutePath("password_file");
  const env = table.text("password_env");
  const given = table.entries().filter(([key]) => passwordKeys.some((known) => known === key));
  const [, second] = given;
  if (second !== undefined) table.refuse(second[0], `only one of ${listKeys()}`, undefined);
  if (command !== null && (command[0] ?? "") === "")
    table.refuse("password_command", "a program and its arguments", command);
  if (env !== null && !ENV_NAME.test(env)) table.refuse("password_env", "the name of a variable", undefined);
  if (command !== null) return { command };
  return file !== null ? { file } : env !== null ? { env } : null;
}

function listKeys(): string {
  return `${passwordKeys.slice(0, -1).join(", ")} or ${passwordKeys.at(-1)}`;
}

/** The variables that hold passwords of stores: no worker is given them, whatever its profile passes on. */
export function passwordVariables(stores: ReadonlyMap<string, StoreConfig>): readonly string[] {
  return [...stores.values()].flatMap(({ password }) =>
    password !== null && "env" in password ? [password.env] : [],
  );
}
