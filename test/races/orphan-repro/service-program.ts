// A service: starts the command in its arguments in a session of its own, says the pid, and stays until it is killed.
const child = Bun.spawn(process.argv.slice(2), { detached: true, stdio: ["ignore", "ignore", "inherit"] });
console.log(child.pid);
await child.exited;

export {};
