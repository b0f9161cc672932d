import { SQL } from "bun";
import { BoardError, type BoardErrorKind } from "../../board/error.ts";
import { movedHint } from "../relocation.ts";

/** No answer came in time: whether the server is there can't be told. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

interface Meaning {
  readonly kind: BoardErrorKind;
  readonly says: string;
  readonly hint: string;
}

const later = "try again; if it lasts, see that the server runs and can be reached";

/** By SQLSTATE, or how it begins; the first that fits. @see https://www.postgresql.org/docs/15/errcodes-appendix.html */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [
    /^(55P03|57014|40001|40P01)/,
    {
      kind: "busy",
      says: "another program is writing to this board and did not finish in time",
      hint: "try again; if it lasts, `kanbun doctor` says who holds a transaction open",
    },
  ],
  [
    /^53300/,
    {
      kind: "busy",
      says: "the server has no connection left",
      hint: "try again; if it lasts, raise its max_connections, or the limit of its user or database",
    },
  ],
  [
    /^53100/,
    {
      kind: "disk_full",
      says: "the disk of the server is full: nothing was changed",
      hint: "free some space there and run the command again",
    },
  ],
  [
    /^(57P0[1-5]|08|25P0[34]|53)/,
    {
      kind: "unreachable",
      says: "the server ended the connection, or is not up yet: nothing was changed",
      hint: later,
    },
  ],
  [
    /^28/,
    {
      kind: "unwritable",
      says: "the server does not let this user in",
      hint: "check user and password of the store in kanbun.toml, and the server's pg_hba.conf",
    },
  ],
  [
    /^3D000/,
    {
      kind: "not_found",
      says: "there is no such database on the server",
      hint: "make it, by the SQL that `kanbun store init` prints, or name another one in kanbun.toml",
    },
  ],
  [
    /^42501/,
    {
      kind: "unwritable",
      says: "the user of this store may not do that",
      hint: "make it the owner of its database, as `kanbun store init` prints it, or of the schema and all tables in it",
    },
  ],
  [
    /^25006/,
    {
      kind: "unwritable",
      says: "the server takes no writes: it is a replica, or was set so",
      hint: "name the primary server in kanbun.toml; `kanbun doctor` says why this one takes none",
    },
  ],
  [
    /^KB001/,
    {
      kind: "conflict",
      says: "nothing was changed",
      hint: movedHint,
    },
  ],
  [
    /^XX00[12]/,
    {
      kind: "damaged",
      says: "the server's files are damaged",
      hint: "keep a copy of its data folder, then restore a backup",
    },
  ],
  [
    /^(22021|22P05)/,
    { kind: "usage", says: "a text with a NUL in it can't be kept", hint: "leave that character out" },
  ],
  [
    /^23505/,
    {
      kind: "conflict",
      says: "such a row is on the board already",
      hint: "look at the board again, then decide",
    },
  ],
];

/** Whether the connection is gone, or may be: what was asked for last may have been done or not. */
export function isLost(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  if (!(error instanceof SQL.PostgresError)) return false;
  return error.errno === undefined || /^(57P0|08|25P0[34])/.test(error.errno);
}

/** As a statement fails that asks for a number of rows and finds another. */
export function isDivisionByZero(error: unknown): boolean {
  return error instanceof SQL.PostgresError && error.errno === "22012";
}

/** By the names that OpenSSL gives what it finds wrong, and the runtime to a name that is not in it. */
function isOfCertificate(error: unknown): error is Error {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return (
    error instanceof Error &&
    typeof code === "string" &&
    /^(ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH)/.test(code)
  );
}

/** Turns what the server, or the way to it, says into an error that says what to do; anything else passes unchanged. */
export function explainPostgresError(error: unknown, server: string): unknown {
  if (error instanceof NoAnswer)
    return new BoardError("unreachable", `${server} does not answer: nothing was changed`, {
      hint: later,
      cause: error,
    });
  if (isOfCertificate(error))
    return new BoardError(
      "unreachable",
      `the certificate of ${server} is not trusted (${error.message}): nothing was changed`,
      {
        hint: "in the store's table of kanbun.toml, name the host as its certificate does, and as ca_file the certificate of the authority that signed it",
        cause: error,
      },
    );
  if (!(error instanceof SQL.PostgresError)) return error;
  const { errno: state } = error;
  if (state === undefined)
    return new BoardError(
      "unreachable",
      `${server} can't be reached (${error.message}): nothing was changed`,
      {
        hint: later,
        cause: error,
      },
    );
  const meaning = meanings.find(([pattern]) => pattern.test(state))?.[1];
  if (meaning === undefined) return error;
  return new BoardError(meaning.kind, `${server}: ${meaning.says} (${error.message})`, {
    hint: meaning.hint,
    cause: error,
  });
}
