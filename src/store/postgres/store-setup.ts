import type { ServerPlace } from "./server-place.ts";

/** What a person who may make roles and databases types once into psql, so that a store can be used. */
export function renderStoreSetup(
  name: string,
  { user, database }: Pick<ServerPlace, "user" | "database">,
): string {
  const [role, base] = [quoteName(user), quoteName(database)];
  return [
    `-- The store ${name} of Kanbun, for psql as someone who may make roles and databases.`,
    `CREATE ROLE ${role} LOGIN;`,
    `\\password ${role}`,
    `CREATE DATABASE ${base} OWNER ${role} ENCODING 'UTF8' TEMPLATE template0;`,
    `REVOKE ALL ON DATABASE ${base} FROM PUBLIC;`,
    "-- Kanbun makes its tables itself, in the schema kanbun, with the first board.",
    "",
  ].join("\n");
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
