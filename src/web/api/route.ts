import type { Infer, JsonSchema } from "../../home/schema/json-schema.ts";
import type { Feeds } from "../live/feeds.ts";
import type { Tokens } from "../safety/tokens.ts";
import type { TickCounts } from "../tick-counts.ts";
import type { WebHome } from "../web-home.ts";

/** What a token allows; `none`: a route that needs no token. */
export type Access = "none" | "read" | "full";

/** Who is let in, and to what. */
export interface Gate {
  /** null: the program that mounts the handler decides, by `authorize`. */
  readonly tokens: Tokens | null;
  /** No one may change anything, whatever their token. */
  readonly isReadOnly: boolean;
  /** This process dispatches as well. */
  readonly isDispatching: boolean;
}

/** The parameters of a request. */
export interface Call<Query, Body> {
  readonly web: WebHome;
  readonly feeds: Feeds;
  readonly ticks: TickCounts;
  readonly gate: Gate;
  /** What the sender of the request may do. */
  readonly access: "read" | "full" | null;
  readonly request: Request;
  /** What is in the braces of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
}

/** One way into the API: what is served and what is described are the same table. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below /api/v1, with parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query: JsonSchema | null;
  readonly body: JsonSchema | null;
  /** The body is no JSON: the handler reads it. */
  readonly takesBytes: boolean;
  /** Of `data`; a media type where the answer is none of our documents. */
  readonly answer: JsonSchema | string;
  readonly status: number;
  /** The data of the document, or a whole answer. */
  handle(call: Call<never, never>): Promise<unknown>;
}

interface RouteOf<Query extends JsonSchema | null, Body extends JsonSchema | null> {
  readonly summary: string;
  /** Default: what the method needs. */
  readonly access?: Access;
  readonly query?: Query;
  readonly body?: Body;
  readonly takesBytes?: true;
  readonly answer: JsonSchema | string;
  /** Default 200. */
  readonly status?: number;
  handle(call: Call<Infer<Query>, Infer<Body>>): Promise<unknown>;
}

/** A route, its handler given what the schemas accept. @param at such as `GET /boards/{board}` */
export function route<
  const Query extends JsonSchema | null = null,
  const Body extends JsonSchema | null = null,
>(at: `${Route["method"]} /${string}`, of: RouteOf<Query, Body>): Route {
  const [method, path = ""] = at.split(" ") as [Route["method"], string];
  return {
    method,
    path,
    summary: of.summary,
    access: of.access ?? (method === "GET" ? "read" : "full"),
    query: of.query ?? null,
    body: of.body ?? null,
    takesBytes: of.takesBytes ?? false,
    answer: of.answer,
    status: of.status ?? 200,
    handle: of.handle as Route["handle"],
  };
}
