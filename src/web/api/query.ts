import type { JsonSchema } from "../../home/schema/json-schema.ts";
import { checkValue } from "../schema/check-value.ts";

/**
 * The parameters of a query as the schema has them: lists may be repeated or separated by commas.
 * @throws {BoardError} usage
 */
export function readQuery(schema: JsonSchema | null, given: URLSearchParams): unknown {
  const { properties = {} } = schema ?? {};
  const values: Record<string, unknown> = {};
  for (const name of new Set(given.keys())) {
    const all = given.getAll(name);
    values[name] = convert(Object.hasOwn(properties, name) ? properties[name] : undefined, all);
  }
  return checkValue(
    { type: "object", additionalProperties: false, ...schema, properties },
    values,
    "the query",
  );
}

function convert(schema: JsonSchema | undefined, all: readonly string[]): unknown {
  const [last = ""] = all.slice(-1);
  if (schema?.type === "array") return all.flatMap((one) => (one === "" ? [] : one.split(",")));
  if (schema?.type === "integer") return /^-?\d{1,15}$/.test(last) ? Number(last) : last;
  if (schema?.type === "boolean")
    return ["true", "1", ""].includes(last) || (["false", "0"].includes(last) ? false : last);
  return last;
}
