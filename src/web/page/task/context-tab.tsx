import { useEffect, useState } from "preact/hooks";
import { boardPath, call, describe } from "../store/api.ts";

interface Props {
  readonly board: string;
  readonly task: string;
  readonly revision: number;
}

/** The text that a worker is given, word for word. */
export function ContextTab({ board, task, revision }: Props) {
  const [text, setText] = useState("loading…");
  useEffect(() => {
    call<{ context: string }>("GET", boardPath(board, "tasks", task, "context")).then(
      ({ context }) => setText(context),
      (error) => setText(describe(error)),
    );
  }, [board, task, revision]);
  return <pre class="context">{text}</pre>;
}
