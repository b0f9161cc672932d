import { keyGroups } from "../store/keys.ts";
import { Modal } from "./modal.tsx";

const names: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Delete: "Del",
  ContextMenu: "▤",
  Escape: "Esc",
};

/** The list of the keys that work now. */
export function KeyList() {
  return (
    <Modal title="Keys" name="key-list">
      <div class="key-groups">
        {keyGroups().map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(({ keys: given, title: what }) =>
                what === null ? null : (
                  <div key={what}>
                    <dt>
                      {given.slice(0, 2).map((name) => (
                        <kbd key={name}>{names[name] ?? name}</kbd>
                      ))}
                    </dt>
                    <dd>{what}</dd>
                  </div>
                ),
              )}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
