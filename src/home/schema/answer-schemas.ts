import { boardAnswers } from "./board-answers.ts";
import { homeAnswerParts, homeAnswers } from "./home-answers.ts";
import { homeSchemas } from "./home-schemas.ts";
import type { JsonSchema } from "./json-schema.ts";
import { plotSchemas } from "./plot-schemas.ts";
import { taskAnswerParts, taskAnswers } from "./task-answers.ts";
import { taskSchemas } from "./task-schemas.ts";

/** What each command answers as `data`, by what is typed. A stream has one such document per line. */
export const answerSchemas: Readonly<Record<string, JsonSchema>> = {
  ...taskAnswers,
  ...homeAnswers,
  ...boardAnswers,
};

/** What schemas name with `$ref`. */
export const schemaParts: Readonly<Record<string, JsonSchema>> = {
  ...taskSchemas,
  ...homeSchemas,
  ...plotSchemas,
  ...taskAnswerParts,
  ...homeAnswerParts,
};

/**
 * The JSON Schema (2020-12) of the whole document that a command answers, with what it names.
 * @param name what is typed, such as `cron add`; @throws {RangeError} for one that answers no document
 */
export function schemaOf(name: string): object {
  const data = Object.hasOwn(answerSchemas, name) ? answerSchemas[name] : undefined;
  if (data === undefined) throw new RangeError(`no command answers ${JSON.stringify(name)}`);
  return documentSchema({ v: { const: 1 }, ok: { const: true }, data });
}

/** The same of what every command answers where it failed. */
export function errorSchema(): object {
  return documentSchema({
    v: { const: 1 },
    ok: { const: false },
    error: { $ref: "#/components/schemas/Failure" },
  });
}

function documentSchema(properties: Readonly<Record<string, JsonSchema>>): object {
  const parts = new Set<string>();
  const collect = (value: unknown): void => {
    for (const [, name = ""] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      if (!parts.has(name)) {
        parts.add(name);
        collect(schemaParts[name]);
      }
  };
  collect(properties);
  const $defs = Object.fromEntries([...parts].sort().map((name) => [name, schemaParts[name]]));
  const schema = { type: "object", properties, required: Object.keys(properties), $defs };
  const text = JSON.stringify(schema).replaceAll('"#/components/schemas/', '"#/$defs/');
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...(JSON.parse(text) as object) };
}
