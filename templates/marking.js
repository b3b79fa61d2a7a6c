"use strict";
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.form) {
    event.preventDefault();
    field.form.requestSubmit();
    return;
  }
  if (event.key === "Escape") {
    field?.blur();
    return;
  }
  if (field || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("a[data-row]")].filter((row) => row.offsetParent);
    if (rows.length) {
      const at = rows.indexOf(document.activeElement);
      const to = event.key === "j" ? at + 1 : Math.max(at, 1) - 1;
      rows[Math.min(to, rows.length - 1)].focus();
      return;
    }
  }
  const found = document.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
  if (found) {
    event.preventDefault();
    found.focus();
    return;
  }
  document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)?.click();
});
document.addEventListener("click", (event) => {
  const said = event.target.closest("button[data-reason]");
  if (said) {
    said.form.elements.points.value = said.dataset.points;
    said.form.elements.reason.value = said.dataset.reason;
    said.form.elements.reason.focus();
  }
});
