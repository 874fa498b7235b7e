"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plain = (text) => text.toLocaleLowerCase().trim();

  function tell(form, rows) {
    const shown = rows.filter((row) => !row.hidden).length;
    form.querySelector("output").textContent = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
  }

  // ledger: filters come from the form, or from the address, as in #verdict=missed&topic=BET
  const form = document.getElementById("filters");
  if (form) {
    const rows = all("#claims tbody tr");
    const words = new Map(rows.map((row) => [row, plain(row.textContent)]));
    const apply = () => {
      const want = Object.fromEntries(["verdict", "topic", "kind", "sample", "text"].map((k) => [k, form.elements[k].value]));
      for (const row of rows) {
        const data = row.dataset;
        row.hidden = Boolean(
          (want.verdict && data.verdict !== want.verdict) ||
          (want.topic && data.topic !== want.topic) ||
          (want.kind && data.kind !== want.kind) ||
          (want.sample && !plain(data.sample).includes(plain(want.sample))) ||
          (want.text && !words.get(row).includes(plain(want.text))));
      }
      tell(form, rows);
    };
    const fromAddress = () => {
      const hash = location.hash.slice(1);
      if (!hash.includes("=")) return;
      const given = new URLSearchParams(hash);
      for (const field of ["verdict", "topic", "kind", "sample", "text"]) {
        const box = form.elements[field];
        box.value = given.get(field) ?? "";
        if (given.get(field) && box.value !== given.get(field)) box.value = "";
      }
      apply();
      document.getElementById("ledger").scrollIntoView();
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    addEventListener("hashchange", fromAddress);
    fromAddress();

    const sort = document.getElementById("sort");
    let rising = true;
    sort.addEventListener("click", () => {
      rising = !rising;
      sort.textContent = rising ? "Id ▲" : "Id ▼";
      const sign = rising ? 1 : -1;
      const body = rows[0].parentNode;
      body.append(...[...rows].sort((a, b) => sign * a.id.localeCompare(b.id, "en", { numeric: true })));
    });
  }

  // parameters
  const records = document.getElementById("record-filters");
  if (records) {
    const rows = all("#records tbody tr");
    const apply = () => {
      const text = plain(records.elements.text.value);
      for (const row of rows) {
        row.hidden = Boolean(
          (text && !plain(row.textContent).includes(text)) ||
          (records.elements.changed.checked && row.dataset.changed !== "1") ||
          (records.elements.closure.checked && row.dataset.closure !== "1"));
      }
      tell(records, rows);
    };
    records.addEventListener("input", apply);
    records.addEventListener("submit", (event) => event.preventDefault());
  }

  // a link to something folded away opens it
  const open = () => {
    const target = location.hash && !location.hash.includes("=") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  // on paper samples and reasons are open; long tables only where the reader has opened them
  let closed = [];
  addEventListener("beforeprint", () => { closed = all("details.sample:not([open]), #claims details:not([open])"); closed.forEach((part) => { part.open = true; }); });
  addEventListener("afterprint", () => { closed.forEach((part) => { part.open = false; }); });
})();
