"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => {
        const cell = row.cells[column];
        return cell.dataset.value ?? cell.textContent.trim();
      };
      const rows = [...table.tBodies[0].rows].map((row, place) => ({ row, place, key: value(row) }));
      const numbers = rows.every(({ key }) => key === "" || !Number.isNaN(Number(key)));
      rows.sort((one, other) => {
        if (one.key === "" || other.key === "") {
          return (one.key === "") - (other.key === "") || one.place - other.place;
        }
        const order = numbers ? one.key - other.key : one.key.localeCompare(other.key);
        return (down ? -order : order) || one.place - other.place;
      });
      table.tBodies[0].append(...rows.map(({ row }) => row));
    });
  });
}
for (const bar of document.querySelectorAll("[data-table]")) {
  const rows = [...document.getElementById(bar.dataset.table).tBodies[0].rows];
  const [find, show, told] = bar.querySelectorAll("input, select, [role=status]");
  const narrow = () => {
    const wanted = find.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      const tagged = !show.value || row.dataset.tags.split(" ").includes(show.value);
      row.hidden = !(tagged && row.textContent.toLowerCase().includes(wanted));
      count += !row.hidden;
    }
    told.textContent = count === rows.length ? "" : `${count} of ${rows.length}`;
  };
  find.addEventListener("input", narrow);
  show.addEventListener("change", narrow);
}
