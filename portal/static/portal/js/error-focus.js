// After a form came back with errors, the summary is the first thing a screen reader or a keyboard meets.
const summary = document.querySelector("[data-error-summary]");
summary?.focus();

// A link of the summary goes to the input, with its question in view: a jump to the input alone would leave the question above the
// window. The second scroll is for a question that is taller than the window.
summary?.addEventListener("click", (event) => {
  const input = document.getElementById(event.target.closest("a")?.hash.slice(1));
  if (!input) return;
  event.preventDefault();
  input.closest(".field")?.scrollIntoView();
  input.focus({ preventScroll: true });
  input.scrollIntoView({ block: "nearest" });
});
