// What is being written on a case is kept every few seconds. Without it, it is kept whenever a button is refused.
const PAUSE = 3000; // milliseconds

for (const box of document.querySelectorAll("[data-draft]")) {
  const state = document.querySelector(`[data-draft-state="${box.dataset.draft}"]`);
  let kept = box.value;
  let timer = null;
  let sending = null;

  const keep = async () => {
    timer = null;
    const text = box.value;
    if (text === kept) {
      box.dispatchEvent(new Event("kept")); // unsaved.js asks no more
      return;
    }
    const sent = new FormData();
    sent.append("csrfmiddlewaretoken", box.form.elements.csrfmiddlewaretoken.value);
    sent.append("box", box.dataset.draft);
    sent.append("text", text);
    let pause = PAUSE;
    sending = new AbortController();
    try {
      const answer = await fetch(box.dataset.draftUrl, {
        method: "POST",
        body: sent,
        headers: { "X-Background": "1" }, // nobody's presence: the session must still end
        signal: sending.signal,
      });
      if (answer.status !== 204) throw new Error("refused");
      kept = text;
      if (box.value === kept) box.dispatchEvent(new Event("kept"));
      state.textContent = state.dataset.kept;
    } catch (error) {
      pause = 10 * PAUSE;
      if (error.name !== "AbortError") state.textContent = state.dataset.failed;
    }
    if (box.value !== kept) timer ??= setTimeout(keep, pause);
  };

  box.addEventListener("input", () => {
    timer ??= setTimeout(keep, PAUSE);
  });
  // the form itself brings the text: a draft that arrives after it would come back on the next visit
  box.form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = -1;
    sending?.abort();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) timer = null; // back with the browser's button: it goes on
  });
  addEventListener("stayed", () => {
    if (timer === -1) timer = null;
  });
}
