import { useState } from "preact/hooks";
import { readLabels } from "../parts/read-labels.ts";
import { boardPath, call, describe } from "../store/api.ts";
import { readableBoards } from "../store/boards.ts";
import { board, cards } from "../store/current.ts";
import { addressOf, go } from "../store/location.ts";
import { panel } from "../store/panel.ts";
import { toast } from "../store/toasts.ts";
import { useProfiles } from "../store/use-profiles.ts";
import type { CardData } from "../store/wire.ts";
import { Modal } from "./modal.tsx";

/** Creates a task. What was typed is kept until the task exists. */
export function NewTask() {
  const [title, setTitle] = useState("");
  const [body, setBody] = useState("");
  const [assignee, setAssignee] = useState("");
  const [priority, setPriority] = useState("0");
  const [parents, setParents] = useState("");
  const [isTriage, setTriage] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [tenant, setTenant] = useState("");
  const [host, setHost] = useState("");
  const [labels, setLabels] = useState("");
  const [of, setOf] = useState(board.peek() ?? "");
  const profiles = useProfiles(of);
  const create = async (event: Event) => {
    event.preventDefault();
    const ids = parents.split(/[\s,]+/).filter(Boolean);
    try {
      const card = await call<CardData>("POST", boardPath(of, "tasks"), {
        title,
        priority: Number(priority) || 0,
        ...(body.trim() === "" ? {} : { body }),
        ...(assignee.trim() === "" ? {} : { assignee: assignee.trim() }),
        ...(tenant.trim() === "" ? {} : { tenant: tenant.trim() }),
        ...(host.trim() === "" ? {} : { host: host.trim() }),
        ...(labels.trim() === "" ? {} : { labels: readLabels(labels) }),
        ...(ids.length === 0 ? {} : { parents: ids }),
        ...(isTriage ? { triage: true } : {}),
      });
      cards.peek()?.put({ ...card, board: of });
      panel.value = null;
      toast(`${card.title}: made`, {
        action: { title: "Open", run: () => go(addressOf(of, `/t/${card.id}`)) },
      });
    } catch (error) {
      setProblem(describe(error));
    }
  };
  return (
    <Modal title="New task" name="new-task">
      <form
        onSubmit={create}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void create(event)}
      >
        <label>
          Title
          <input value={title} required onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <label>
          What is to be done
          <textarea rows={6} value={body} onInput={(event) => setBody(event.currentTarget.value)} />
          <small>Markdown, or for the profile “shell” the commands to run</small>
        </label>
        <div class="fields">
          <label>
            Profile or person
            <input
              value={assignee}
              list="new-profiles"
              onInput={(event) => setAssignee(event.currentTarget.value)}
            />
          </label>
          <label>
            Priority
            <input
              type="number"
              value={priority}
              onInput={(event) => setPriority(event.currentTarget.value)}
            />
          </label>
          <label>
            Waits for
            <input
              value={parents}
              placeholder="t_…, t_…"
              onInput={(event) => setParents(event.currentTarget.value)}
            />
          </label>
        </div>
        <div class="fields two">
          <label>
            Tenant
            <input
              value={tenant}
              placeholder="for whom"
              onInput={(event) => setTenant(event.currentTarget.value)}
            />
          </label>
          {readableBoards().length < 2 ? null : (
            <label>
              Board
              <select value={of} onChange={(event) => setOf(event.currentTarget.value)}>
                {readableBoards().map((slug) => (
                  <option key={slug} value={slug}>
                    {slug}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
        <div class="fields two">
          <label>
            Host
            <input value={host} placeholder="any" onInput={(event) => setHost(event.currentTarget.value)} />
          </label>
          <label>
            Labels of the host
            <input
              value={labels}
              placeholder="such as gpu, eu"
              onInput={(event) => setLabels(event.currentTarget.value)}
            />
          </label>
        </div>
        <label class="inline">
          <input
            type="checkbox"
            checked={isTriage}
            onChange={(event) => setTriage(event.currentTarget.checked)}
          />
          In triage: nothing starts it before a person accepts it
        </label>
        <datalist id="new-profiles">
          {profiles.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {problem === null ? null : (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <p class="buttons end">
          <button type="submit" class="button primary">
            Create <kbd>Ctrl ⏎</kbd>
          </button>
        </p>
      </form>
    </Modal>
  );
}
