import { describeBoardStore } from "./contract.ts";
import { openFreshSqlite } from "./sqlite-board.ts";

describeBoardStore("a board in SQLite", openFreshSqlite);
