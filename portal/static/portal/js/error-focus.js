// After a form came back with errors, the summary is the first thing a screen reader or a keyboard meets.
document.querySelector("[data-error-summary]")?.focus();
