/** As much of JSON Schema 2020-12 as the API needs. @see https://json-schema.org/draft/2020-12 */
export interface JsonSchema {
  readonly type?: TypeName | readonly TypeName[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

export type TypeName = "string" | "integer" | "number" | "boolean" | "object" | "array" | "null";

interface ByName {
  string: string;
  integer: number;
  number: number;
  boolean: boolean;
  null: null;
  object: Readonly<Record<string, unknown>>;
  array: readonly unknown[];
}

/** The type of a value that a schema accepts. */
export type Infer<S> = S extends { readonly enum: readonly (infer Value)[] }
  ? Value
  : S extends { readonly properties: infer Properties; readonly required: readonly (infer Name)[] }
    ? { readonly [Key in keyof Properties & Name]: Infer<Properties[Key]> } & {
        readonly [Key in Exclude<keyof Properties, Name>]?: Infer<Properties[Key]> | undefined;
      }
    : S extends { readonly anyOf: readonly (infer Part)[] }
      ? Infer<Part>
      : S extends { readonly type: "array"; readonly items: infer Item }
        ? readonly Infer<Item>[]
        : S extends { readonly type: readonly (infer Name extends TypeName)[] }
          ? ByName[Name]
          : S extends { readonly type: infer Name extends TypeName }
            ? ByName[Name]
            : unknown;

/** An object with these properties and no others. */
export function object<
  const Properties extends Readonly<Record<string, JsonSchema>>,
  const Name extends keyof Properties & string = never,
>(properties: Properties, required: readonly Name[] = []) {
  return { type: "object", properties, required, additionalProperties: false } as const;
}

/** An object that has all of these properties, as answers are: a later version may add some. */
export function record<const Properties extends Readonly<Record<string, JsonSchema>>>(
  properties: Properties,
) {
  return { type: "object", properties, required: Object.keys(properties) } as const;
}

export function list<const Item extends JsonSchema>(items: Item, description = "") {
  return { type: "array", items, ...(description === "" ? {} : { description }) } as const;
}

/** By a name of its own among the schemas of the document. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export function orNull<const Schema extends JsonSchema>(schema: Schema) {
  return { anyOf: [schema, { type: "null" }] } as const;
}

export const text = { type: "string" } as const;
export const whole = { type: "integer" } as const;
export const flag = { type: "boolean" } as const;
export const textOrNull = { type: ["string", "null"] } as const;
export const wholeOrNull = { type: ["integer", "null"] } as const;
/** Milliseconds since 1970. */
export const instant = { type: "integer", description: "milliseconds since 1970" } as const;
export const instantOrNull = { type: ["integer", "null"], description: "milliseconds since 1970" } as const;
export const counts = { type: "object", additionalProperties: { type: "integer" } } as const;
export const anything = {} as const;

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return { type: "string", enum: values } as const;
}
