import type { Card } from "../../board/card.ts";
import { BoardError } from "../../board/error.ts";
import type { WebHome } from "../web-home.ts";

/** The card of a task as it is now, with its revision. @throws {BoardError} not_found */
export async function requireCard(
  web: WebHome,
  params: Readonly<Record<string, string>>,
  id: string,
): Promise<Card> {
  const { cards } = await web.board(params.board ?? "").kanbun.tasks.cards({ ids: [id], limit: 1 });
  const [card] = cards;
  if (card === undefined) throw new BoardError("not_found", `${id} is no longer on this board`);
  return card;
}
