/** What `kanbun init` writes: every line a comment, so that it changes nothing until someone wants it to. */
export const configTemplate = `# Kanbun's settings for every board of this home. Read anew at each tick; all of it is optional.

# [dispatch]
# max_in_progress = 4        # workers at once in the whole home; default: the number of cores, at most 4
# max_retries = 2            # failures in a row that block a task: 1 blocks it at the first
# retry_delay = "10s"        # after the first failure; doubles with each one, up to retry_delay_max
# lease = "15m"              # how long a claim holds without a heartbeat

# [create]
# default_assignee = "claude"  # who works on tasks that are created without --assignee; default: no one

# A profile is a way to run a worker: \`kanbun create "…" --assignee claude\`. The profile "shell" is built in.
# Each entry of command stays one argument; {prompt} {body} {task} {title} {workspace} {run} {context_file} {body_file}
# {model} {provider} {skills} {branch} {max_runtime_s} are replaced in it.

# [profiles.claude]
# agent = "claude"           # a coding agent that is known: \`kanbun agents\` lists them, \`kanbun agents add claude\` writes this
# permissions = "edit"       # safe, edit or full: \`kanbun agents show claude\` says what each means
# max_in_progress = 2

# [profiles.mine]
# command = ["my-agent", "{prompt}"]
# completes = "by-verdict"   # the worker says \`kanbun complete\` or \`kanbun block\`; "on-exit": exit code 0 completes
# pass_env = ["ANTHROPIC_*"] # the rest of your environment stays out
# max_runtime = "30m"

# Who is told of what: needs-you (default), failed, done. \`kanbun notify test\` tries it.

# [notify.me]
# desktop = true             # or command = ["program", "{text}"], or webhook = "https://…" with secret_file = "/…"
# on = ["needs-you", "failed"]
`;
