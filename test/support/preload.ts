import { afterEach } from "bun:test";
import { removeTestHomes } from "./home.ts";

afterEach(removeTestHomes);
