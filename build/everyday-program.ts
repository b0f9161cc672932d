#!/usr/bin/env bun
import { rareCommands } from "./rare-commands.ts";

// The first file of the package. One of these words anywhere is enough: the second file has all commands, so that one which is
// only a title costs a few milliseconds and changes nothing.
if (process.argv.some((word) => rareCommands.includes(word))) require("./kanbun-all.js");
else require("../src/cli/main.ts");
