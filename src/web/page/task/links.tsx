import { Sign } from "../parts/sign.tsx";
import { boardPath, call, describe } from "../store/api.ts";
import { addressOf } from "../store/location.ts";
import { isReader } from "../store/session.ts";
import { toast } from "../store/toasts.ts";
import type { RelatedTask, WholeTask } from "../store/wire.ts";

interface Props {
  readonly board: string;
  readonly whole: WholeTask;
  readonly again: () => void;
}

/** What a task waits for, the task, and what waits for it: as lists, drawn as a small graph. */
export function Links({ board, whole, again }: Props) {
  const { card, parents, children } = whole;
  if (parents.length + children.length === 0) return null;
  const unlink = async (parent: string) => {
    try {
      await call("DELETE", boardPath(board, "tasks", card.id, "parents", parent));
      again();
    } catch (error) {
      toast("Still linked", { isBad: true, lines: [describe(error)] });
    }
  };
  return (
    <section>
      <h3>
        Links <a href={addressOf(board, `/graph?around=${encodeURIComponent(card.id)}`)}>in the graph</a>
      </h3>
      <div class="links">
        <Side title="Waits for" name="before" tasks={parents} board={board} unlink={unlink} />
        <p class="here">
          <Sign of={card.status} /> this task
        </p>
        <Side title="What waits for it" name="after" tasks={children} board={board} unlink={null} />
      </div>
    </section>
  );
}

interface SideProps {
  readonly title: string;
  readonly name: "before" | "after";
  readonly tasks: readonly RelatedTask[];
  readonly board: string;
  /** null: what is linked here is not removed here. */
  readonly unlink: ((parent: string) => Promise<void>) | null;
}

function Side({ title, name, tasks, board, unlink }: SideProps) {
  if (tasks.length === 0) return null;
  return (
    <div class={`side ${name}`}>
      <h4>{title}</h4>
      <ul>
        {tasks.map(({ id, title: what, status }) => (
          <li key={id}>
            <Sign of={status} title={status} />
            <a href={addressOf(board, `/t/${id}`)} title={`${id}: ${what}`}>
              {what}
            </a>
            {unlink === null || isReader() ? null : (
              <button
                type="button"
                class="icon-button"
                aria-label={`Don't wait for ${what}`}
                onClick={() => void unlink(id)}
              >
                <Sign of="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
