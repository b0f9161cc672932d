import { afterEach } from "bun:test";
import { describeBoardStore } from "../contract.ts";
import { memoryPath, openFreshSqlite, removeMemoryHomes } from "./board.ts";

afterEach(removeMemoryHomes);

describeBoardStore("a board in SQLite", () => openFreshSqlite(memoryPath()));
