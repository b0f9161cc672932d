import { useServer } from "./server.ts";
import { type ServerPlace, schemaOf } from "./server-place.ts";

/** What the boards on a server are called; none where Kanbun has never been. @throws {BoardError} unreachable, unwritable */
export async function listBoardNames(place: ServerPlace): Promise<readonly string[]> {
  const schema = schemaOf(place);
  const { server, release } = useServer(place);
  try {
    const { session, answers } = await server.begin(
      `SELECT to_regclass('${schema}.boards') IS NOT NULL AS is_there`,
    );
    try {
      if (answers[0]?.rows[0]?.is_there !== 1) return [];
      const { rows } = await session.run(`SELECT name FROM ${schema}.boards ORDER BY name`);
      return rows.map(({ name }) => String(name));
    } catch (error) {
      throw session.explain(error);
    } finally {
      session.release();
    }
  } finally {
    await release();
  }
}
