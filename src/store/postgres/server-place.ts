import { BoardError } from "../../board/error.ts";

/** A PostgreSQL server, and what lets one in. Nothing of it is taken from the environment. */
export interface ServerPlace {
  /** A name, an address, or the folder of a unix socket. */
  readonly host: string;
  readonly port?: number;
  readonly database: string;
  readonly user: string;
  /** Asked for at each connection; null: the server wants none. */
  readonly password?: (() => Promise<string>) | null;
  /** How TLS is spoken; default: not at all. */
  readonly tls?: "disable" | "require" | "verify-ca" | "verify-full";
  readonly caFile?: string | null;
  /** Where the tables of all boards are; default `kanbun`. */
  readonly schema?: string;
}

/** @throws {BoardError} unsupported for a name that is no plain one: it stands in statements */
export function schemaOf({ schema = "kanbun" }: ServerPlace): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return schema;
  throw new BoardError("usage", `${JSON.stringify(schema)} cannot be the name of a schema`, {
    hint: "take small letters, digits and _",
  });
}
