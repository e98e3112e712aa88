"use strict";
// A heading of a sortable table becomes a button that sorts by its column: by the cell's key, else by its text. A field above the
// table leaves the rows that hold its words. On a phone each row is a card, its values named by their headings.
{
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function sortable(table, heads, head, column) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
      const byNumber = (a, b) => Number(a) - Number(b);
      const rows = [...table.tBodies[0].rows];
      const numbers = rows.every((row) => key(row) !== "" && !Number.isNaN(Number(key(row))));
      rows.sort((a, b) => (numbers ? byNumber : collator.compare)(key(a), key(b)) * (down ? -1 : 1));
      table.tBodies[0].append(...rows);
    });
  }

  function filtered(table) {
    const field = document.createElement("label"), input = document.createElement("input"), count = document.createElement("span");
    field.className = "filter";
    input.type = "search";
    count.setAttribute("role", "status");
    field.append(table.dataset.filter, input, count);
    const rows = [...table.tBodies[0].rows].map((row) => [row, plain(row.textContent)]);
    input.addEventListener("input", () => {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
      count.textContent = words.length ? `${rows.filter(([row]) => !row.hidden).length} / ${rows.length}` : "";
    });
    table.parentElement.before(field);
  }

  // What is shown as cards is still a table to who hears it.
  function cards(table, heads) {
    table.classList.add("cards");
    table.setAttribute("role", "table");
    for (const part of [table.tHead, table.tBodies[0]]) part.setAttribute("role", "rowgroup");
    for (const row of table.rows) row.setAttribute("role", "row");
    heads.forEach((head) => head.setAttribute("role", "columnheader"));
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, column) => {
        cell.setAttribute("role", column ? "cell" : "rowheader");
        if (column && cell.textContent.trim()) cell.dataset.label = heads[column].textContent;
      });
    }
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    cards(table, heads);
    heads.forEach((head, column) => sortable(table, heads, head, column));
    filtered(table);
  }
}
