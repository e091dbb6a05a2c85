// One letter each for the links of the list that "?" opens. Without it there is no list, and the links stand elsewhere on the page.
const dialog = document.querySelector("[data-shortcuts]");
const button = document.querySelector("[data-shortcuts-open]");
const choice = dialog?.querySelector("[data-shortcuts-switch]");
const NAME = "regain-shortcuts";

// a browser may refuse to remember anything: then the choice holds for this page
const remembered = () => {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
};

const remember = () => {
  try {
    localStorage.setItem(NAME, choice.checked ? "on" : "off");
  } catch {
    // nothing to do
  }
};

// Where the keyboard writes other letters ("ق"), the place of the key counts.
const letter = (event) => {
  if (event.key === "?" || event.key === "؟") return "?";
  if (event.shiftKey) return "";
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace("Key", "").toLowerCase();
};

const isWriting = (element) => element.isContentEditable || element.matches('textarea, select, input:not([type="checkbox"], [type="radio"])');

const press = (event) => {
  if (!choice.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  if (event.defaultPrevented || isWriting(event.target)) return;
  const key = letter(event);
  const link = dialog.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
  if (key !== "?" && !link) return;
  event.preventDefault(); // the letter must not be the first one in the box it leads to
  if (link) link.click();
  else if (dialog.open) dialog.close();
  else dialog.showModal();
};

if (dialog?.showModal) {
  choice.checked = remembered() !== "off";
  choice.addEventListener("change", remember);
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("a")) dialog.close(); // first, as it gives the focus back
  });
  document.addEventListener("keydown", press);
}
