import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, loadConfig } from "../../../src/system/config/config.ts";
import { ConfigError } from "../../../src/system/config/config-error.ts";
import { makeTestHome } from "../../support/home.ts";

/** The configuration of a fresh home with this kanbun.toml. */
export function load(text: string | Uint8Array): Config {
  const home = makeTestHome();
  writeFileSync(join(home, "kanbun.toml"), text);
  return loadConfig(home);
}

/** The problems of such a file as they are shown, without the folder; none when it can be used. */
export function problemsOf(text: string | Uint8Array): string[] {
  try {
    load(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n").map((line) => line.replace(/^.*?(?=kanbun\.toml)/, ""));
  }
  return [];
}
