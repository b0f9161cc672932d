import { BoardError } from "../../board/error.ts";
import type { Infer, JsonSchema, TypeName } from "../../home/schema/json-schema.ts";
import { nearestName } from "../../system/text/nearest-name.ts";

/**
 * The value that was sent, if the schema accepts it.
 * @param where how it is called in an error, such as `the body`
 * @throws {BoardError} usage, naming the field and what it may be
 */
export function checkValue<const Schema extends JsonSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): Infer<Schema> {
  check(schema, value, where);
  return value as Infer<Schema>;
}

function check(schema: JsonSchema, value: unknown, where: string): void {
  if (schema.anyOf !== undefined) {
    checkAny(schema.anyOf, value, where);
    return;
  }
  const types = schema.type === undefined ? null : [schema.type].flat();
  if (types !== null && !types.some((type) => isOfType(type, value)))
    throw usage(`${where} must be ${types.map((type) => names[type]).join(" or ")}`);
  if (schema.enum !== undefined && !schema.enum.includes(value))
    throw usage(`${where} must be one of ${schema.enum.join(", ")}`);
  if (typeof value === "number") checkNumber(schema, value, where);
  if (typeof value === "string") checkText(schema, value, where);
  if (Array.isArray(value)) checkList(schema, value, where);
  else if (typeof value === "object" && value !== null) checkObject(schema, value, where);
}

/** The schemas of one value differ by their types alone: the error is that of the first one. */
function checkAny(schemas: readonly JsonSchema[], value: unknown, where: string): void {
  const fits = schemas.find(({ type }) => [type ?? []].flat().some((name) => isOfType(name, value)));
  check(fits ?? schemas[0] ?? {}, value, where);
}

function checkNumber({ minimum, maximum }: JsonSchema, value: number, where: string): void {
  if (minimum !== undefined && value < minimum) throw usage(`${where} must be at least ${minimum}`);
  if (maximum !== undefined && value > maximum) throw usage(`${where} must be at most ${maximum}`);
}

function checkText({ minLength = 0, maxLength }: JsonSchema, value: string, where: string): void {
  if (value.length < minLength) throw usage(`${where} is empty`);
  if (maxLength !== undefined && value.length > maxLength)
    throw usage(`${where} has ${value.length} characters; at most ${maxLength} are accepted`);
}

function checkList({ items = {}, maxItems }: JsonSchema, value: readonly unknown[], where: string): void {
  if (maxItems !== undefined && value.length > maxItems)
    throw usage(`${where} has ${value.length} entries; at most ${maxItems} are accepted`);
  for (const [at, item] of value.entries()) check(items, item, `${where}[${at}]`);
}

function checkObject(schema: JsonSchema, value: object, where: string): void {
  const { properties, required = [], additionalProperties = true } = schema;
  if (properties === undefined) return;
  for (const name of required)
    if (!Object.hasOwn(value, name)) throw usage(`${JSON.stringify(name)} is missing in ${where}`);
  for (const [name, inner] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property !== undefined) check(property, inner, JSON.stringify(name));
    else if (additionalProperties === false) throw unknownName(name, Object.keys(properties), where);
  }
}

function unknownName(name: string, known: readonly string[], where: string): BoardError {
  const meant = nearestName(name, known);
  const hint = meant !== null ? `did you mean ${meant}?` : `there are ${known.join(", ") || "none"}`;
  return new BoardError("usage", `${where} has no ${JSON.stringify(name.slice(0, 80))}`, { hint });
}

const names: Readonly<Record<TypeName, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
  null: "null",
};

function isOfType(type: TypeName, value: unknown): boolean {
  switch (type) {
    case "integer":
      return Number.isSafeInteger(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

function usage(message: string): BoardError {
  return new BoardError("usage", message, { hint: "see /api/v1/openapi.json" });
}
