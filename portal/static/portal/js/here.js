// Who else has this case open, asked anew while the page is looked at. Without it the page says how it was when it was opened.
const place = document.querySelector("[data-here]");
const said = document.querySelector("[data-here-said]");
const PAUSE = 30000; // milliseconds
const LONGEST = 10 * PAUSE;
let pause = PAUSE;
let timer = null;

const keys = (root) => [...root.querySelectorAll("[data-here-key]")].map((line) => line.dataset.hereKey).sort().join();

const show = (list) => {
  const isNews = keys(list) !== keys(place);
  place.replaceChildren(...document.importNode(list, true).childNodes);
  // "4 minutes ago" is nothing to read out once a minute
  if (isNews) said.textContent = [...place.querySelectorAll("[data-here-key]")].map((line) => line.textContent.trim()).join(" ");
};

const later = () => {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(ask, pause); // nobody looks: nothing is asked
};

const ask = async () => {
  try {
    const answer = await fetch(place.dataset.here, {
      headers: { "X-Background": "1" }, // nobody's presence: the session must still end
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) return; // signed out, or not theirs any more
    if (!answer.ok) throw new Error(String(answer.status));
    show(new DOMParser().parseFromString(await answer.text(), "text/html").body);
    pause = PAUSE;
  } catch {
    pause = Math.min(2 * pause, LONGEST);
  }
  later();
};

if (place) {
  later();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else ask();
  });
}
