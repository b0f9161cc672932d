type Camel<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;

/** The same with camelCase names, on the top level only: what is below belongs to users. */
export type CamelKeys<Given> = {
  readonly [Key in keyof Given as Camel<Key>]: Exclude<Given[Key], undefined>;
};

/** Names of the API as the code has them: `max_runtime_ms` is `maxRuntimeMs`. What is undefined is left out. */
export function camelKeys<Given extends object>(given: Given): CamelKeys<Given> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()), value]),
  ) as CamelKeys<Given>;
}
