// The editing page of an article: short codes looked up and put in at the cursor, and the real page beside the form while it is written.
// Without it there is a page of codes to copy from, and the button "Preview".
const editing = document.querySelector("[data-editing]");
const form = document.getElementById("article_form");

// ── Short codes ──────────────────────────────────────────────────────────────────────────────────────────────────────
const dialog = document.querySelector("[data-insert]");
const found = dialog?.querySelector("[data-insert-found]");
let target = document.getElementById("id_body"); // the text that was written in last

form?.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea")) target = event.target;
});

// A block stands on lines of its own, with an empty line around it.
const asBlock = (code) => {
  const before = target.value.slice(0, target.selectionStart);
  const after = target.value.slice(target.selectionEnd);
  const gap = (text, have) => (!text || have(text, "\n\n") ? "" : have(text, "\n") ? "\n" : "\n\n");
  return gap(before, (text, end) => text.endsWith(end)) + code + gap(after, (text, start) => text.startsWith(start));
};

const insert = ({ code, words, block }) => {
  dialog.close();
  target.focus();
  const selected = target.value.slice(target.selectionStart, target.selectionEnd);
  // around what is selected, or after it: nothing that was written is replaced
  if (!code.includes("%s")) target.selectionStart = target.selectionEnd;
  const whole = code.replace("%s", () => selected || words);
  const text = block === undefined ? whole : asBlock(whole);
  // the one way that leaves "undo" working; where a browser has dropped it the text goes in all the same
  if (!document.execCommand("insertText", false, text)) {
    target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

const showFound = (html) => {
  const list = new DOMParser().parseFromString(html, "text/html").querySelector("[data-codes]");
  if (!list) throw new Error("no list");
  found.replaceChildren(...list.children);
  for (const item of found.querySelectorAll("[data-code]")) {
    const button = dialog.querySelector("[data-insert-button]").content.firstElementChild.cloneNode(true);
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = ` ${item.querySelector(".short-codes__title").textContent}`;
    button.append(name);
    button.addEventListener("click", () => insert(item.dataset));
    item.append(button);
  }
};

let lastSearch = 0; // an answer that comes after a newer one is dropped

const search = async () => {
  const mine = ++lastSearch;
  const asked = dialog.querySelector("form");
  found.replaceChildren(); // what was found for another question is not put in by a quick hand
  try {
    const answer = await fetch(`${asked.action}?${new URLSearchParams(new FormData(asked))}`);
    const list = await answer.text();
    if (mine !== lastSearch) return;
    if (!answer.ok || answer.redirected) throw new Error("refused");
    showFound(list);
  } catch {
    if (mine === lastSearch) found.textContent = found.dataset.failed;
  }
};

if (dialog?.showModal) {
  document.querySelector("[data-insert-open]").addEventListener("click", (event) => {
    event.preventDefault();
    const language = form.querySelector("#id_language")?.value; // an article that is being begun may still change it
    if (language) dialog.querySelector("[name=language]").value = language;
    dialog.showModal();
    dialog.querySelector("[name=q]").focus();
    search();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  dialog.querySelector("[name=kind]").addEventListener("change", search);
  dialog.querySelector("[data-insert-close]").addEventListener("click", () => dialog.close());
}

// ── The real page beside the form ────────────────────────────────────────────────────────────────────────────────────
const preview = document.querySelector("[data-live-preview]");
const REST = 700; // milliseconds without a key pressed
let timer = null;
let latest = 0; // an answer that comes after a newer one is dropped
let shadow = null;

const say = (name) => {
  preview.querySelector("[data-live-preview-state]").textContent =
    preview.querySelector("[data-live-preview-state]").dataset[name];
};

// In a tree of its own, with the page's own sheets: nothing of the staff site colours it, and nothing of it colours the staff site.
const draw = (made) => {
  if (!shadow) {
    shadow = preview.querySelector("[data-live-preview-page]").attachShadow({ mode: "open" });
    for (const sheet of made.querySelectorAll('link[rel="stylesheet"]')) shadow.append(document.importNode(sheet));
    // last: the page's sheets measure the window, and it has half of it here
    shadow.append(document.querySelector("[data-live-preview-sheet]").content.cloneNode(true));
    shadow.append(document.createElement("div"));
    shadow.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      const place = link.getAttribute("href");
      if (place.startsWith("#")) {
        event.preventDefault();
        shadow.getElementById(place.slice(1))?.scrollIntoView();
      } else link.target = "_blank"; // the form must not be left by a slip
    });
  }
  const page = shadow.lastElementChild;
  page.className = made.body.className;
  page.lang = made.documentElement.lang;
  page.dir = made.documentElement.dir;
  page.replaceChildren(...document.importNode(made.querySelector("main"), true).children);
};

const refresh = async () => {
  const mine = ++latest;
  say("waiting");
  const sent = new FormData(form);
  sent.append("_live", "1");
  try {
    const answer = await fetch(preview.dataset.livePreview, { method: "POST", body: sent });
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) return;
    if (!answer.ok || answer.redirected || !made.querySelector("main article")) throw new Error("no page");
    draw(made);
    say("ready");
  } catch {
    if (mine === latest) say("failed");
  }
};

const later = () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, REST);
};

if (preview && form) {
  const button = document.querySelector("[data-live-preview-button]").content.firstElementChild.cloneNode(true);
  const toggle = (shown) => {
    preview.hidden = !shown;
    editing.classList.toggle("editing--beside", shown);
    button.setAttribute("aria-expanded", shown);
    form[shown ? "addEventListener" : "removeEventListener"]("input", later);
    if (!shown) return button.focus();
    refresh();
    // in one column it is far below: go there, as whoever asked for it wants to see it
    if (matchMedia("(max-width: 74.99rem)").matches) preview.querySelector("h2").focus();
  };
  button.addEventListener("click", () => toggle(preview.hidden));
  preview.querySelector("[data-live-preview-close]").addEventListener("click", () => toggle(false));
  document.querySelector(".writing-aids").append(button);
}
