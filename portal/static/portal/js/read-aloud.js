// Reads the question and its answers with the browser's own voice. The button shows only where there is a voice for the page's language
// on this device: one that works over the network is not taken, so nothing leaves it.
const box = document.querySelector("[data-read-aloud]");
const language = document.documentElement.lang;

const voice = () => speechSynthesis.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(language));

const text = () =>
  [...document.querySelectorAll("#step-form :is(legend, .field__label, .field__hint, .field__error, .choice__label)")]
    .filter((part) => part.offsetParent)
    .map((part) => part.textContent.trim())
    .filter((line, index, all) => line && all.indexOf(line) === index)
    .join(". ");

const show = () => {
  if (voice()) box.hidden = false;
};

if (box && "speechSynthesis" in window) {
  const button = box.querySelector("button");
  const name = (reading) => {
    button.querySelector("span").textContent = reading ? button.dataset.stop : button.dataset.read;
  };
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return;
    }
    const words = new SpeechSynthesisUtterance(text());
    words.voice = voice();
    words.lang = words.voice.lang;
    words.rate = 0.85;
    words.onend = words.onerror = () => name(false);
    speechSynthesis.speak(words);
    name(true);
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
  speechSynthesis.addEventListener("voiceschanged", show);
  show();
}
