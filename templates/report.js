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
