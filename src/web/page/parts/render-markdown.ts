import DOMPurify from "dompurify";
import { marked } from "marked";

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName !== "A") return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

/** HTML in a text is shown as typed, never run. */
marked.use({
  renderer: {
    html: ({ text }) => asTyped(text),
    // An input would be a thing to press that does nothing.
    checkbox: ({ checked }) => `<span>${checked ? "☑" : "☐"}</span> `,
  },
});

/** HTML of text and links only: no script, form, style, frame, or image of another site. */
export function renderMarkdown(text: string): string {
  return DOMPurify.sanitize(parse(text), {
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      "style",
      "form",
      "input",
      "button",
      "textarea",
      "select",
      "img",
      "video",
      "audio",
      "svg",
      "dialog",
    ],
    FORBID_ATTR: ["style", "id", "name", "class", "popover", "popovertarget", "command", "commandfor"],
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(https?|mailto):/i,
  });
}

function parse(text: string): string {
  try {
    return marked.parse(text, { async: false, gfm: true, breaks: true });
  } catch {
    // Quotes in quotes, deeper than the parser goes.
    return `<p>${asTyped(text)}</p>`;
  }
}

function asTyped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
