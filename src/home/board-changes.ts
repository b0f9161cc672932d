import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { BoardError } from "../board/error.ts";
import type { CliContext } from "../cli/command.ts";
import type { BoardFieldOptions } from "../cli/commands/boards.ts";
import { visibleLine } from "../cli/text/visible.ts";
import { writeBoardMetadata } from "../system/board-metadata.ts";
import { type BoardPaths, boardPaths, listBoardSlugs } from "../system/board-paths.ts";
import { writeCurrentBoard } from "../system/current-board.ts";
import { nearestName } from "../system/nearest-name.ts";
import { parseSlug, SLUG_RULE } from "../system/slug.ts";
import { requireSafeDisk } from "./safe-disk.ts";

/** `kanbun boards create`. @throws {BoardError} conflict when the slug is taken, usage when it is none */
export async function createBoard(cli: CliContext, text: string, fields: BoardFieldOptions): Promise<void> {
  const { home } = cli.place;
  const slug = requireSlug(text);
  const paths = boardPaths(home, slug);
  const { name, description, icon, color, defaultWorkdir } = fields;
  if (defaultWorkdir !== undefined && !isAbsolute(defaultWorkdir))
    throw new BoardError("usage", `--default-workdir must be absolute: ${defaultWorkdir}`, {
      hint: "workers do not start where you are",
    });
  if (existsSync(paths.database))
    throw new BoardError("conflict", `there is a board ${slug} already`, {
      hint: `look at it with \`kanbun boards show ${slug}\``,
    });
  requireSafeDisk(home, { force: fields.force });
  await using _session = await cli.open("create", slug);
  const metadata = writeBoardMetadata(paths, {
    createdAtS: Math.floor(Date.now() / 1000),
    archived: false,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(icon === undefined ? {} : { icon }),
    ...(color === undefined ? {} : { color }),
    ...(defaultWorkdir === undefined ? {} : { defaultWorkdir }),
  });
  await cli.output.answer({ ...metadata, database: paths.database }, () =>
    [
      `made the board ${slug}`,
      `  work on it with --board ${slug}, or \`kanbun boards switch ${slug}\``,
      "",
    ].join("\n"),
  );
}

/** `kanbun boards switch`. */
export async function switchBoard(cli: CliContext, text: string): Promise<void> {
  const { slug } = requireBoard(cli.place.home, text);
  writeCurrentBoard(cli.place.home, slug);
  await cli.output.answer({ current: slug }, () => `the current board is ${slug}\n`);
  if (cli.env.KANBUN_BOARD) cli.output.note(`KANBUN_BOARD is set, and wins: ${cli.env.KANBUN_BOARD}`);
}

/** `kanbun boards rename`. */
export async function renameBoard(cli: CliContext, text: string, name: string): Promise<void> {
  const paths = requireBoard(cli.place.home, text);
  const metadata = writeBoardMetadata(paths, { name });
  await cli.output.answer(metadata, () => `${paths.slug} is now called ${visibleLine(name)}\n`);
}

/** The files of a board that is there. @throws {BoardError} usage for no slug, not_found */
export function requireBoard(home: string, text: string): BoardPaths {
  const paths = boardPaths(home, requireSlug(text));
  if (existsSync(paths.database)) return paths;
  const slugs = listBoardSlugs(home);
  const meant = nearestName(paths.slug, slugs);
  throw new BoardError("not_found", `there is no board ${paths.slug} in ${home}`, {
    hint:
      meant !== null
        ? `did you mean ${meant}?`
        : slugs.length > 0
          ? `there is ${slugs.join(", ")}`
          : "kanbun init",
  });
}

function requireSlug(text: string): string {
  const slug = parseSlug(text);
  if (slug !== null) return slug;
  throw new BoardError("usage", `${JSON.stringify(text)} is no slug`, { hint: `it is ${SLUG_RULE}` });
}
