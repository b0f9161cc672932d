import packageJson from "../../../package.json" with { type: "json" };
import { homeSchemas } from "../../home/schema/home-schemas.ts";
import { type JsonSchema, ref } from "../../home/schema/json-schema.ts";
import { plotSchemas } from "../../home/schema/plot-schemas.ts";
import { taskSchemas } from "../../home/schema/task-schemas.ts";
import { clientMessages, serverMessages } from "../live/live-messages.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

const errorDocument: JsonSchema = {
  type: "object",
  properties: { v: { const: 1 }, ok: { const: false }, error: ref("Failure") },
  required: ["v", "ok", "error"],
};

/** What is served, as OpenAPI 3.1 has it; the messages of the live connection are under `x-live`. @see https://spec.openapis.org/oas/v3.1.0 */
export function openApi(): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `/api/v1${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Kanbun", version: packageJson.version, license: { name: "MIT", identifier: "MIT" } },
    paths,
    components: {
      schemas: {
        ...taskSchemas,
        ...homeSchemas,
        ...plotSchemas,
        ErrorDocument: errorDocument,
      },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
    "x-live": { path: "/api/v1/live", client: clientMessages, server: serverMessages },
  };
}

function describe(route: Route): Readonly<Record<string, unknown>> {
  const { answer } = route;
  const content =
    typeof answer === "string"
      ? { [answer]: { schema: { type: "string" } } }
      : { "application/json": { schema: documentOf(answer) } };
  return {
    operationId: operationId(route),
    summary: route.summary,
    security: route.access === "none" ? [] : [{ token: [] }],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.takesBytes
      ? { requestBody: { required: true, content: { "application/octet-stream": {} } } }
      : {}),
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: (route.body.required ?? []).length > 0,
            content: { "application/json": { schema: route.body } },
          },
        }),
    responses: {
      [route.status]: { description: route.summary, content },
      default: {
        description: "what went wrong",
        content: { "application/json": { schema: ref("ErrorDocument") } },
      },
    },
  };
}

function documentOf(data: JsonSchema): JsonSchema {
  return {
    type: "object",
    properties: { v: { const: 1 }, ok: { const: true }, data },
    required: ["v", "ok", "data"],
  };
}

function pathParameters({ path }: Route) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Route) {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: query?.required?.includes(name) ?? false,
    schema,
    // status=ready,running
    ...(schema.type === "array" ? { style: "form", explode: false } : {}),
  }));
}

/** `postBoardsTasksComplete`: what a generated client calls it. */
function operationId({ method, path }: Route): string {
  const words = path.split(/[/-]/).filter((word) => word !== "" && !word.startsWith("{"));
  const last = path.endsWith("}") ? ["One"] : [];
  return (
    method.toLowerCase() + [...words, ...last].map((word) => word[0]?.toUpperCase() + word.slice(1)).join("")
  );
}
