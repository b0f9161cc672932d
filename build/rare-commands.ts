/**
 * Commands that the package has in a second file, with what they alone need. `serve` and `mcp` are as large as all others
 * together, and without them every other command costs an eighth less; `man` asks each command for its options.
 */
export const rareCommands: readonly string[] = ["serve", "mcp", "man"];
