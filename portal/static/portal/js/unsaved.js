// Something typed and not saved: before the page is left another way than by sending it, the browser asks.
// `data-unsaved` stands on a form, or on the one box of it that counts; "typed": it came back with what was typed.
const typed = new Set();
let sent = null;

for (const part of document.querySelectorAll("[data-unsaved]")) {
  if (part.dataset.unsaved === "typed") typed.add(part);
  part.addEventListener("input", () => typed.add(part));
  part.addEventListener("kept", () => typed.delete(part)); // by drafts.js, on the server
}

addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sent = event.target;
});
addEventListener("beforeunload", (event) => {
  if ([...typed].some((part) => (part.form ?? part) !== sent)) {
    event.preventDefault();
    dispatchEvent(new Event("stayed")); // if they leave all the same, nobody is here to mind
  }
  sent = null; // whoever stays here has sent nothing
});
