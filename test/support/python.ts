import { existsSync } from "node:fs";

/** The interpreter itself: the `python3` of a PATH may be a script that takes eight times as long to find it (pyenv). */
export const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
