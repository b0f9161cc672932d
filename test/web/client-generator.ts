// biome-ignore lint/suspicious/noExplicitAny: a document is whatever JSON it is.
type Json = any;

/** A client in TypeScript, made of nothing but an OpenAPI document: a type for each schema, a method for each operation. */
export function generateClient(document: Json): string {
  const schemas = Object.entries<Json>(document.components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};`,
  );
  const methods = Object.entries<Json>(document.paths).flatMap(([path, operations]) =>
    Object.entries<Json>(operations).map(([method, operation]) => methodOf(method, path, operation)),
  );
  const ids = methods.map((one) => one.slice(0, one.indexOf("(")));
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length > 0) throw new Error(`two operations are called ${twice.join(", ")}`);
  return `${schemas.join("\n")}
export class Refused extends Error { kind: string; constructor(kind: string, message: string) { super(message); this.kind = kind; } }
export class Client {
  base: string; token: string;
  constructor(base: string, token: string) { this.base = base; this.token = token; }
  async ask(method: string, path: string, query: object = {}, body?: unknown): Promise<any> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined).map(([name, value]): [string, string] => [name, String(value)]);
    const answer = await fetch(this.base + path + "?" + new URLSearchParams(given), { method,
      headers: { Authorization: "Bearer " + this.token, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!(answer.headers.get("content-type") ?? "").startsWith("application/json")) return await answer.text();
    const document = await answer.json() as any;
    if (!document.ok) throw new Refused(document.error.kind, document.error.message);
    return document.data;
  }
${methods.join("\n")}
}
`;
}

function methodOf(method: string, path: string, operation: Json): string {
  const params = (place: string) => operation.parameters.filter((one: Json) => one.in === place);
  const [, success] = Object.entries<Json>(operation.responses)[0] ?? [];
  const answer = success.content["application/json"]?.schema.properties.data;
  const body = operation.requestBody?.content["application/json"]?.schema;
  const query = record(params("query").map(({ name, schema, required }: Json) => [name, schema, required]));
  const given = [
    ...params("path").map(({ name }: Json) => `${name}: string`),
    ...(params("query").length === 0
      ? []
      : [`query: ${query}${params("query").some((one: Json) => one.required) ? "" : " = {}"}`]),
    ...(body === undefined ? [] : [`body${operation.requestBody.required ? "" : "?"}: ${typeOf(body)}`]),
  ];
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name) => `\${encodeURIComponent(${name})}`);
  const rest = [params("query").length === 0 ? "{}" : "query", ...(body === undefined ? [] : ["body"])];
  const type = answer === undefined ? "string" : typeOf(answer);
  return `  ${operation.operationId}(${given.join(", ")}): Promise<${type}> {
    return this.ask(${JSON.stringify(method.toUpperCase())}, \`${address}\`, ${rest.join(", ")});
  }`;
}

function typeOf(schema: Json): string {
  if (schema === true || Object.keys(schema).every((key) => key === "description")) return "unknown";
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.anyOf !== undefined) return `(${schema.anyOf.map(typeOf).join(" | ")})`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined)
    return `(${schema.enum.map((one: unknown) => JSON.stringify(one)).join(" | ")})`;
  if (Array.isArray(schema.type))
    return `(${schema.type.map((type: string) => typeOf({ ...schema, type })).join(" | ")})`;
  switch (schema.type) {
    case "integer":
      return "number";
    case "array":
      return `readonly ${typeOf(schema.items ?? {})}[]`;
    case "object": {
      if (schema.properties === undefined)
        return `{ readonly [name: string]: ${typeof schema.additionalProperties === "object" ? typeOf(schema.additionalProperties) : "unknown"} }`;
      const required = new Set(schema.required ?? []);
      return record(
        Object.entries<Json>(schema.properties).map(([name, inner]) => [name, inner, required.has(name)]),
      );
    }
    default:
      return schema.type;
  }
}

function record(fields: readonly (readonly [name: string, schema: Json, isRequired: boolean])[]): string {
  const parts = fields.map(
    ([name, schema, isRequired]) =>
      `readonly ${JSON.stringify(name)}${isRequired ? "" : "?"}: ${typeOf(schema)}${isRequired ? "" : " | undefined"}`,
  );
  return `{ ${parts.join("; ")} }`;
}
