// A question before a change: nothing happens until it is answered, and an error is shown in the dialog.

import { h } from "./dom.js";

/** Asks. - content: further controls; run(): returns a Promise of the change. */
export function ask(context, { title, words, content = null, action, isDanger = false, run }) {
  const { text } = context;
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const confirm = h("button", { class: isDanger ? "danger" : "primary" }, action);
  const dialog = h("dialog", { "aria-label": title, onclose: () => dialog.remove() },
    h("form", {
      onsubmit: async (event) => {
        event.preventDefault();
        confirm.disabled = true;
        try {
          await run();
          dialog.close();
        } catch (error) {
          [problem.hidden, problem.textContent, confirm.disabled] = [false, text("failed", { reason: error.message }), false];
        }
      },
    },
    h("h2", {}, title), h("p", {}, words), content, problem,
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, text("cancel")), confirm)));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
