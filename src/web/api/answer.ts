import { describeError, type Failure } from "../../home/failure.ts";
import { errorDocument, successDocument } from "../../home/json-document.ts";
import { Refusal } from "../safety/refusal.ts";

const statusOf: Readonly<Record<Failure["kind"], number>> = {
  usage: 400,
  not_found: 404,
  conflict: 409,
  illegal_move: 409,
  superseded: 409,
  unsupported: 422,
  config: 500,
  busy: 503,
  newer_board: 500,
  not_a_board: 500,
  damaged: 500,
  unwritable: 500,
  disk_full: 507,
  unreachable: 503,
  in_doubt: 504,
  internal: 500,
};

/** The document that `--json` gives, over HTTP. */
export function dataAnswer(
  data: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${successDocument(data)}\n`, { status, headers: { ...json, ...headers } });
}

export function errorAnswer(error: unknown): Response {
  if (error instanceof Refusal) {
    const how = error.status === 401 ? { "WWW-Authenticate": "Bearer" } : {};
    return new Response(`${errorDocument(error)}\n`, { status: error.status, headers: { ...json, ...how } });
  }
  const failure = describeError(error);
  return new Response(`${errorDocument(failure)}\n`, { status: statusOf[failure.kind], headers: json });
}

const json = { "Content-Type": "application/json; charset=utf-8" } as const;
