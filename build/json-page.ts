import { commandTable } from "../src/cli/command-table.ts";
import { answerSchemas, schemaParts } from "../src/home/schema/answer-schemas.ts";
import type { JsonSchema } from "../src/home/schema/json-schema.ts";

/** Between these two lines of docs/json.md is what is made here. */
const begin = "<!-- made by `bun run docs:json` from src/home/schema -->";
const end = "<!-- end of what is made -->";

/** docs/json.md with its tables made anew from the schemas. @param page as it is */
export function jsonPage(page: string): string {
  const [before = ""] = page.split(begin);
  const after = page.split(end)[1] ?? "\n";
  return `${before}${begin}\n\n${answers()}\n## What they are made of\n\n${parts()}${end}${after}`;
}

function answers(): string {
  const names = Object.keys(answerSchemas);
  return Object.keys(commandTable)
    .flatMap((verb) => names.filter((name) => name.split(" ")[0] === verb))
    .map((name) => describe(`kanbun ${name}`, answerSchemas[name] ?? {}))
    .join("\n");
}

function parts(): string {
  const used = new Set<string>();
  const collect = (value: unknown): void => {
    for (const [, name = ""] of JSON.stringify(value).matchAll(/schemas\/(\w+)"/g))
      if (!used.has(name)) {
        used.add(name);
        collect(schemaParts[name]);
      }
  };
  collect(answerSchemas);
  return [...used]
    .sort()
    .map((name) => describe(name, schemaParts[name] ?? {}))
    .join("\n");
}

function describe(name: string, schema: JsonSchema): string {
  const { properties, required = [] } = schema;
  const title = `### \`${name}\`\n\n`;
  if (properties === undefined) return `${title}${typeOf(schema)}\n`;
  const fields = Object.entries(properties).map(([field, inner]) => {
    const mark = required.includes(field) ? "" : "?";
    const says = inner.description ?? "";
    return `- \`${field}\`${mark}: ${typeOf(inner)}${says === "" ? "" : `; ${says}`}\n`;
  });
  return `${title}${fields.join("")}`;
}

/** In a few words: what is of a name of its own is linked, what is not is spelled out. */
function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(", ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ");
  const types = [schema.type ?? "anything"].flat();
  return types.map((type) => nameOf(type, schema)).join(" or ");
}

function nameOf(type: string, { items, properties, additionalProperties }: JsonSchema): string {
  if (type === "array") return items === undefined ? "list" : `list of ${typeOf(items)}`;
  if (type === "object" && properties !== undefined)
    return `{${Object.entries(properties)
      .map(([name, inner]) => `\`${name}\`: ${typeOf(inner)}`)
      .join(", ")}}`;
  if (type === "object" && typeof additionalProperties === "object") return "counts or texts by name";
  return { string: "text", integer: "whole number", boolean: "true or false" }[type] ?? type;
}
