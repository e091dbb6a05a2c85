// Keeps what is being written on the server, for the person who writes it: after a pause, and when the page is left.
const form = document.querySelector("form[data-draft]");
const field = form?.elements[form.dataset.draftField];
const state = form?.querySelector("[data-draft-state]");
const PAUSE = 1500; // milliseconds without a key

let kept = field?.value; // what the server has
let timer = null;
let sending = null;
let isLeaving = false; // the form itself is on its way: a draft that arrives after it would come back

const body = () => {
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "submission_id"]) {
    if (form.elements[name]) data.append(name, form.elements[name].value);
  }
  data.append("place", form.dataset.draftPlace);
  data.append("text", field.value);
  return data;
};

const say = (text) => {
  if (!state) return;
  state.textContent = text;
  state.hidden = false;
};

const keep = async ({ last = false } = {}) => {
  clearTimeout(timer);
  if (isLeaving || field.value === kept) return;
  const text = field.value;
  sending?.abort();
  sending = new AbortController();
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: body(), keepalive: last, redirect: "error", signal: sending.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    kept = text;
    say(state?.dataset.saved);
  } catch (error) {
    if (error.name !== "AbortError") say(state?.dataset.failed);
  }
};

field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
});

form?.addEventListener("submit", () => {
  isLeaving = true;
  clearTimeout(timer);
  sending?.abort();
});

// a phone that is put away, another tab, the back button
document.addEventListener("visibilitychange", () => {
  if (field && document.visibilityState === "hidden") keep({ last: true });
});
window.addEventListener("pageshow", () => {
  isLeaving = false;
});
