import { memoryPath, openFreshSqlite, removeMemoryHomes } from "../store/sqlite/board.ts";
import { testAgainstModel } from "./against-model.ts";

testAgainstModel("a board in SQLite", () => openFreshSqlite(memoryPath()), removeMemoryHomes);
