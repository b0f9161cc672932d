import { join } from "node:path";
import { jsonPage } from "./json-page.ts";

const path = join(import.meta.dir, "../docs/json.md");
await Bun.write(path, jsonPage(await Bun.file(path).text()));
